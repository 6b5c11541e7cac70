import type { Random } from "../../core/mod.ts";
import type { GatewayCore } from "./gateway_core.ts";

const LIFE_MS = 24 * 3_600_000;

/** Tokens of the gateway's one user: several are good at a time. */
export class GatewayTokens {
  readonly #core: GatewayCore;
  readonly #random: Random;
  readonly #expiry = new Map<string, number>();
  readonly #ended = new Set<string>();
  #logins = 0;

  /** Begins without tokens. */
  constructor(core: GatewayCore) {
    this.#core = core;
    this.#random = core.random(3);
  }

  /** How many logins have succeeded. */
  get logins(): number {
    return this.#logins;
  }

  /** A new token after a login. */
  login(): string {
    this.#logins++;
    return this.#issue();
  }

  /** A new token for an old one. */
  renew(token: string, endsOld: boolean): string {
    const renewed = this.#issue();
    if (endsOld) this.#ended.add(token);
    return renewed;
  }

  /** Ends a token, or all. */
  end(token: string, all: boolean): void {
    for (const each of all ? this.#expiry.keys() : [token]) this.#ended.add(each);
  }

  /** What is the matter with a token. */
  stateOf(token: string): "good" | "expired" | "ended" | "unknown" {
    const expiry = this.#expiry.get(token);
    if (expiry === undefined) return "unknown";
    if (this.#ended.has(token)) return "ended";
    return expiry <= this.#core.clock.now() ? "expired" : "good";
  }

  #issue(): string {
    const part = (words: number): string =>
      Array.from({ length: words }, () => this.#random.bits().toString(36).padStart(7, "0"))
        .join("");
    const token = `sandbox.${part(5)}.${part(6)}`;
    this.#expiry.set(token, this.#core.clock.now() + LIFE_MS);
    return token;
  }
}

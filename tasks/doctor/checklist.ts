import { type TimerClock, UnavailableError } from "../../lib/core/mod.ts";
import { CLOCK_TOLERANCE_MS, type Transport } from "../../lib/trading/mod.ts";
import type { Check, DoctorDocument } from "../doctor.ts";

/** What a venue is looked at with. */
export interface CheckResources {
  readonly clock: TimerClock;
  /** Folder of all sessions, where a token may be kept. */
  readonly sessions: string;
  /** Root of a contract to look for. */
  readonly symbol: string;
  readonly transport: Transport;
}

/** What to do about a venue that cannot be reached at all. */
const NO_WAY = "see whether this machine has a way to the venue: network, names, proxy";

/** What was looked at, one after the other. */
export class Checklist {
  readonly #checks: Check[] = [];

  /** Whether nothing was wrong so far. */
  get isGood(): boolean {
    return this.#checks.every(({ ok }) => ok);
  }

  /** Looks at one thing; what it throws is what was found. */
  async look(name: string, remedy: string, act: () => Promise<string>): Promise<void> {
    try {
      this.#checks.push({ name, ok: true, found: await act(), remedy: null });
    } catch (error) {
      const mend = error instanceof UnavailableError ? NO_WAY : remedy;
      this.#checks.push({ name, ok: false, found: (error as Error).message, remedy: mend });
    }
  }

  /** Looks whether this machine's clock is that of a venue. */
  clock(now: () => number, venueTime: () => Promise<number>): Promise<void> {
    return this.look("clock", "set this machine's clock by the network's time (NTP)", async () => {
      const aheadMs = now() - await venueTime();
      const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
      const found = `${seconds} s ${aheadMs < 0 ? "behind" : "ahead of"} the venue`;
      if (Math.abs(aheadMs) > CLOCK_TOLERANCE_MS) throw new Error(found);
      return found;
    });
  }

  /** All of it. */
  document(): DoctorDocument {
    return { ok: this.isGood, checks: this.#checks };
  }
}

/** Dollars for people. */
export function dollarText(usd: number): string {
  return usd.toLocaleString("en-US", { style: "currency", currency: "USD" });
}

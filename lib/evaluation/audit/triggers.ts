import { type BrokerReport, type KeptEntry, ROLL_ORDER_ID } from "../../trading/mod.ts";
import type { CauseProof } from "./cause_proof.ts";

/** Commands of people that change what is traded. */
const TRADING_COMMANDS = ["halt", "flatten", "reduce-only", "pause"];

/** Rules that are a person's wish, or follow from what he has traded in the account. */
const WISHES = ["flatten", "reduce-only", "pause", "stranger"];

/**
 * Tells why an engine was halted, limited, closed or told of a fill that nobody here sent: because of
 * what was written down right before it, or of the rule that stops its instrument. Whatever is
 * neither a person's nor a late forecast's is a rule of risk.
 */
export class TriggerReader {
  /** Every proof, oldest first. */
  readonly proofs: CauseProof[] = [];
  readonly #submitted = new Set<number>();
  readonly #rolled = new Set<number>();
  /** Slots of joined series: what rolls there rolls in a backtest too. */
  readonly #joined = new Set<number>();
  /** Whether its broker is a venue, which fills exits and rolls otherwise than a backtest. */
  #isAtVenue = false;
  readonly #exits = new Set<number>();
  /** What stops each instrument now. */
  readonly #stops = new Map<number, CauseProof>();
  #trigger: CauseProof | null = null;
  /** Whether what triggers closes positions. */
  #closes = false;

  /** Takes an entry in. @returns what it was done for; null where a backtest would do it too */
  take(entry: KeptEntry): CauseProof | null {
    const { sequence } = entry;
    switch (entry.kind) {
      case "bar":
      case "mark":
      case "clock":
      case "forecast":
        if (entry.kind === "bar" && entry.bar.contract !== undefined) this.#joined.add(entry.slot);
        this.#trigger = null;
        this.#closes = false;
        return null;
      case "session-started":
        this.#isAtVenue = entry.mode !== "paper";
        return null;
      case "user-command":
        return this.#command(entry);
      case "no-forecast":
        if (entry.isLate !== true) return null;
        return this.#begin({ cause: "late-forecast", sequence, text: entry.reason }, true);
      case "risk":
        return this.#stop(entry);
      case "reconciled": {
        const unexplained = Object.entries(entry.unexplainedLots);
        if (unexplained.length === 0) return null;
        const lots = unexplained.map(([symbol, lots]) => `${lots} lots of ${symbol}`).join(", ");
        return this.#begin({ cause: "manual", sequence, text: `the broker holds ${lots} more` });
      }
      case "halt":
        return this.#trigger ?? this.#begin({ cause: "risk", sequence, text: entry.reason });
      case "permit": {
        const { mayEnter, mostLots, slot } = entry;
        if (mayEnter && mostLots === null) {
          this.#stops.delete(slot);
          return null;
        }
        return this.#ruledFor(slot, sequence, mayEnter ? `at most ${mostLots} lots` : "no entry");
      }
      case "withdraw":
        return this.#ruledFor(entry.slot, sequence, "entries were taken back");
      case "close":
        if (entry.reason === "risk") return this.#ruledFor(entry.slot, sequence, "closed");
        return this.#closes ? this.#trigger : null;
      case "stranger":
        return this.#note({
          cause: "manual",
          sequence,
          text: `${entry.report.kind} of ${entry.symbol}, sent by somebody else`,
        });
      case "submit":
        this.#submitted.add(entry.order.id);
        for (const { id } of entry.order.exits ?? []) {
          this.#submitted.add(id);
          this.#exits.add(id);
        }
        if (entry.order.reason === "roll") this.#rolled.add(entry.order.id);
        return null;
      case "filled":
        return this.#filled(entry);
      default:
        return null;
    }
  }

  #command(
    { command, detail, sequence, via }: KeptEntry & { readonly kind: "user-command" },
  ): CauseProof | null {
    this.#trigger = null;
    this.#closes = false;
    if (!TRADING_COMMANDS.includes(command)) return null;
    const reason = typeof detail === "string"
      ? detail
      : (detail as { readonly reason?: string } | null)?.reason ?? "";
    const text = `${command} by ${via}${reason === "" ? "" : `: ${reason}`}`;
    return this.#begin({ cause: "manual", sequence, text }, command === "flatten");
  }

  /** A rule begins to stop an instrument; a person's was noted when he said or did it. */
  #stop({ reason, rule, sequence, slot }: KeptEntry & { readonly kind: "risk" }): CauseProof {
    const text = `${rule}: ${reason}`;
    const proof: CauseProof = WISHES.includes(rule)
      ? { cause: "manual", sequence, text }
      : this.#note({ cause: "risk", sequence, text });
    if (slot !== null) this.#stops.set(slot, proof);
    this.#trigger = proof;
    this.#closes = false;
    return proof;
  }

  #ruledFor(slot: number, sequence: number, text: string): CauseProof {
    return this.#trigger ?? this.#stops.get(slot) ??
      this.#note({ cause: "risk", sequence, text });
  }

  /** A fill of a roll, or of an order that was not sent from here. */
  #filled(
    { fill, sequence, slot }: KeptEntry & BrokerReport & {
      readonly kind: "filled";
      readonly slot: number;
    },
  ): CauseProof | null {
    const { lots, orderId, reason } = fill;
    const isOfSeries = reason === "roll" && orderId === ROLL_ORDER_ID && this.#joined.has(slot);
    if (isOfSeries && !this.#isAtVenue) return null;
    if (reason === "roll" || this.#rolled.has(orderId)) {
      return this.#note({ cause: "roll", sequence, text: `${lots} lots rolled` });
    }
    if (this.#exits.has(orderId) && this.#isAtVenue) {
      return this.#note({ cause: "exit", sequence, text: `${lots} lots of exit ${orderId}` });
    }
    if (this.#submitted.has(orderId)) return null;
    const text = `${lots} lots of order ${orderId}, which was not sent from here`;
    return this.#note({ cause: "manual", sequence, text });
  }

  #begin(proof: CauseProof, closes = false): CauseProof {
    this.#closes = closes;
    return this.#trigger = this.#note(proof);
  }

  #note(proof: CauseProof): CauseProof {
    this.proofs.push(proof);
    return proof;
  }
}

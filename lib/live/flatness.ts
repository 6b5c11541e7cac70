import type { TimerClock } from "../core/mod.ts";
import type { SlotView } from "../engine/mod.ts";
import type { BrokerReport, EngineEvent, JournalFact } from "../trading/mod.ts";
import type { SessionRules } from "./session_rules.ts";
import type { SlotRunner } from "./session_slot.ts";

/** Milliseconds before another order closes what a refused one has not: the first time, and at most. */
const FIRST_PAUSE_MS = 1_000, LONGEST_PAUSE_MS = 60_000;

/** What keeps flat what a person has flattened. */
export interface FlatnessOptions {
  readonly clock: Pick<TimerClock, "now">;
  readonly rules: Pick<SessionRules, "staysFlat">;
  readonly runners: readonly SlotRunner[];
  /** Writes something down. */
  readonly write: (fact: JournalFact) => void;
  /** Tells the engine something, and writes it down. */
  readonly tell: (event: EngineEvent) => void;
}

/** Closing orders that were refused one after the other. */
interface Refused {
  readonly pauseMs: number;
  readonly nextAt: number;
}

/**
 * What a person has flattened stays flat until somebody resumes: an entry that was on its way and
 * traded too late is closed as well, and a closing order that was refused is sent again, ever more
 * rarely.
 */
export class Flatness {
  readonly #options: FlatnessOptions;
  /** By slot. */
  readonly #refused = new Map<number, Refused>();

  constructor(options: FlatnessOptions) {
    this.#options = options;
  }

  /** Closes what is held and should not be. */
  look(): void {
    const { clock, rules, runners, tell, write } = this.#options;
    if (!rules.staysFlat) return this.#refused.clear();
    for (const [slot, { view }] of runners.entries()) {
      if (view.positionLots === 0 || closingOrders(view).length > 0) continue;
      const refused = this.#refused.get(slot);
      if (refused !== undefined && clock.now() < refused.nextAt) continue;
      const reason = refused === undefined
        ? "it traded after a person had flattened"
        : "what a person has flattened was not closed: its order was refused";
      write({ kind: "risk", slot, rule: "flatten", reason, detail: null });
      tell({ kind: "close", slot, reason: "risk", atClose: true });
    }
  }

  /** Hears what the broker says, before the engine does. */
  hear(slot: number, report: BrokerReport): void {
    const { clock, rules, runners } = this.#options;
    if (!rules.staysFlat) return;
    if (report.kind === "filled") queueMicrotask(() => this.look());
    if (report.kind !== "rejected") return;
    if (!closingOrders(runners[slot]!.view).includes(report.orderId)) return;
    const before = this.#refused.get(slot)?.pauseMs ?? FIRST_PAUSE_MS / 2;
    const pauseMs = Math.min(2 * before, LONGEST_PAUSE_MS);
    this.#refused.set(slot, { pauseMs, nextAt: clock.now() + pauseMs });
  }
}

/** Numbers of the orders beside exits that make a position smaller. */
function closingOrders({ orders, positionLots }: SlotView): readonly number[] {
  return orders.all().flatMap(({ id, isCancelling, isExit, lots }) =>
    !isExit && !isCancelling && Math.sign(lots) === -Math.sign(positionLots) ? [id] : []
  );
}

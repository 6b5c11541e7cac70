import { actionRows, type Bars, describeAction, tickValueMicros } from "../../market/mod.ts";
import { InputError } from "../../core/mod.ts";
import type { Fill } from "../../trading/mod.ts";
import type { FeatureFrame } from "../../features/mod.ts";
import { openQuote } from "../../execution/mod.ts";
import { nearestAction } from "../../strategies/mod.ts";
import type { ExperienceFill, ExperienceHeader, Transition } from "./experience.ts";
import type { LoggedDecision } from "./explore_policy.ts";

/** A run, as its journal and its maker tell it. */
export interface RecordedRun {
  /** What was traded on; only opens of the bars after each decision are read. */
  readonly bars: Bars;
  /** Every fill of the journal, oldest first, forced ones included. */
  readonly fills: readonly Fill[];
  /** The maker's decisions, oldest first. */
  readonly decisions: readonly LoggedDecision[];
  /** Features that were decided on, one row per bar. */
  readonly frame: FeatureFrame;
  /** What the decisions have in common. */
  readonly header: ExperienceHeader;
  /** Number of the run; 0 when absent. */
  readonly episode?: number;
}

/**
 * Makes logged decisions of a run's journal. The reward of a decision is what the account gained
 * from the moment at which its order could fill to that of the next decision's order, both marked
 * at the open: `cash + position · open` after everything that was traded in between, fees,
 * slippage, rolls and forced exits included. The rewards of a run that ends flat sum to its profit.
 * A last decision whose result is still open is left out.
 *
 * @throws {InputError} when journal and decisions are not of the same run
 * @example
 * ```ts
 * import { recordExperience } from "./record_experience.ts";
 * import { findInstrument } from "../../market/instruments.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const open = Float64Array.of(5000, 5000, 5002, 5002);
 * const fill = { orderId: 1, time: 0, moment: "open", slippageTicks: 0, feeMicros: 0 } as const;
 * const transitions = recordExperience({
 *   bars: {
 *     instrument: findInstrument("MES"), intervalMs: 60_000, length: 4,
 *     time: Float64Array.of(0, 60_000, 120_000, 180_000),
 *     open, high: open, low: open, close: open, volume: new Float64Array(4),
 *   },
 *   // Bought at the open of row 1, sold at that of row 2, eight ticks higher.
 *   fills: [
 *     { ...fill, bar: 1, lots: 1, priceTicks: 20_000, reason: "signal" },
 *     { ...fill, bar: 2, lots: -1, priceTicks: 20_008, reason: "signal" },
 *   ],
 *   decisions: [
 *     { bar: 0, positionLots: 0, action: 1, propensity: 0.5 },
 *     { bar: 1, positionLots: 1, action: 0, propensity: 0.5 },
 *   ],
 *   frame: { columns: ["x"], rows: 4, values: new Float32Array(4), firstValidRow: 0 },
 *   header: {
 *     instrument: "MES", intervalMs: 60_000, featureSpec: null, columns: ["x"],
 *     actions: [0, 1], lots: 1, unitTicks: 4, account: null, behaviour: "coin",
 *   },
 * });
 * assertEquals(transitions.map(({ reward }) => reward), [2, 0]);
 * ```
 */
export function recordExperience(run: RecordedRun): Transition[] {
  const { bars, decisions, header } = run;
  requireNoActions(run);
  const unitMicros = header.unitTicks * header.lots * tickValueMicros(bars.instrument);
  const account = new JournalAccount(run);
  const known = decisions.filter(({ bar }) => bar + 1 < bars.length);
  const transitions: Transition[] = [];
  known.forEach((decision, index) => {
    const next = known[index + 1] ?? null;
    account.requireHolds(decision);
    const before = account.valueMicros(decision.bar);
    const fill = account.fillOf(decision.bar);
    account.bookUntil(next?.bar ?? Infinity);
    if (next === null && (!account.isFlat || known.length < decisions.length)) return;
    const after = next === null ? account.cashMicros : account.valueMicros(next.bar);
    transitions.push({
      episode: run.episode ?? 0,
      time: bars.time[decision.bar]! + bars.intervalMs,
      observation: observationAt(run.frame, decision.bar),
      held: header.actions[nearestAction(header.actions, decision.positionLots / header.lots)]!,
      action: header.actions[decision.action]!,
      propensity: decision.propensity,
      fill,
      reward: (after - before) / unitMicros,
      end: next === null,
    });
  });
  return transitions;
}

/** What a decision earns is told by fills alone, and a dividend has none. */
function requireNoActions({ bars, decisions }: RecordedRun): void {
  const first = decisions[0]?.bar ?? Infinity;
  const last = decisions.at(-1)?.bar ?? -Infinity;
  const met = actionRows(bars).find(({ row }) => row > first && row <= last + 1);
  if (met === undefined) return;
  throw new InputError(
    `Cannot log experience over corporate actions: there is a ${describeAction(met.actions[0]!)}`,
    { where: "--record", remedy: "log the bars between two of them" },
  );
}

function observationAt({ columns, values }: FeatureFrame, row: number): number[] {
  return [...values.subarray(row * columns.length, (row + 1) * columns.length)];
}

/** Cash and position along a journal, from decision to decision. */
class JournalAccount {
  readonly #bars: Bars;
  readonly #fills: readonly Fill[];
  readonly #tickMicros: number;
  #next = 0;
  #position = 0;
  /** May lie below 0: what was bought is paid in full. */
  cashMicros = 0;

  constructor({ bars, decisions, fills }: RecordedRun) {
    this.#bars = bars;
    this.#fills = fills;
    this.#tickMicros = tickValueMicros(bars.instrument);
    if (decisions.length > 0) this.bookUntil(decisions[0]!.bar);
  }

  get isFlat(): boolean {
    return this.#position === 0 && this.#next === this.#fills.length;
  }

  /** Worth at the open at which a decision of this row can fill. */
  valueMicros(bar: number): number {
    return this.cashMicros + this.#position * this.#markTicks(bar) * this.#tickMicros;
  }

  /** Books everything that happened before the orders of a decision at the close of a row. */
  bookUntil(bar: number): void {
    for (; this.#next < this.#fills.length; this.#next++) {
      const fill = this.#fills[this.#next]!;
      // A roll comes before the orders that fill at the same open.
      const lastBar = fill.reason === "roll" ? bar + 1 : bar;
      if (fill.bar > lastBar) return;
      this.#position += fill.lots;
      this.cashMicros -= fill.lots * fill.priceTicks * this.#tickMicros + fill.feeMicros;
    }
  }

  /** The chosen trades of a decision against the price it was decided for. */
  fillOf(bar: number): ExperienceFill | null {
    let lots = 0, ticks = 0;
    for (let at = this.#next; at < this.#fills.length; at++) {
      const fill = this.#fills[at]!;
      if (fill.bar > bar + 1) break;
      if (fill.reason !== "signal") continue;
      lots += fill.lots;
      ticks += fill.lots * fill.priceTicks;
    }
    if (lots === 0) return null;
    return { lots, priceTicks: ticks / lots, referenceTicks: this.#markTicks(bar) };
  }

  /** @throws {InputError} when the journal leads to another position than the decision was made in */
  requireHolds({ bar, positionLots }: LoggedDecision): void {
    // A roll at the next open has been booked, which does not change the position.
    if (positionLots === this.#position) return;
    throw new InputError(
      `Cannot log a decision made with ${positionLots} lots as the journal leads to ` +
        `${this.#position}`,
      { where: `row ${bar}`, remedy: "give journal and decisions of the same run, from flat on" },
    );
  }

  #markTicks(bar: number): number {
    return openQuote(this.#bars, bar + 1).priceTicks;
  }
}

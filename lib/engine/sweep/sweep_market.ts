import {
  checkCosts,
  checkTraded,
  type CostModel,
  expiringOpenTicks,
  isRoll,
  toTicks,
  usdToMicros,
} from "../../trading/mod.ts";
import { InputError } from "../../core/mod.ts";
import {
  actionRows,
  type Bars,
  DAILY_INTERVAL_MS,
  type SessionMarks,
  tickValueMicros,
} from "../../market/mod.ts";

/** The rules of the account; the same names and meanings as in `EngineOptions`. */
export interface SweepRules {
  /** Positive, dollars. */
  readonly initialCashUsd: number;
  /** Charged on every fill. */
  readonly costs: CostModel;
  /** Initial margin of one lot, dollars; null to require the full price. */
  readonly marginPerLotUsd: number | null;
  /** Close at each session's last close; daily bars ignore it. */
  readonly flattenAtSessionEnd: boolean;
  /** Size of a full position, whole lots. */
  readonly lots: number;
  /** Trade day and session end of each bar. */
  readonly session: SessionMarks;
  /** First row that trades. */
  readonly from: number;
  /** Row after the last one that trades. */
  readonly to: number;
}

/** What happens at a bar besides prices, as bits of `SweepMarket.events`. */
export const SWEEP_EVENT = { roll: 1, close: 2, newDay: 4, dayEnd: 8 } as const;

/** Bars and rules as a sweep reads them: whole numbers in shared memory. */
export interface SweepMarket {
  /** `[to]`, ticks. */
  readonly openTicks: Int32Array;
  /** `[to]`, ticks. */
  readonly closeTicks: Int32Array;
  /** `[to]`, ticks: what the old contract would have opened at; 0 where nothing rolls. */
  readonly expiringTicks: Int32Array;
  /** `[to]`, bits of `SWEEP_EVENT`. */
  readonly events: Uint8Array;
  /** First row that trades. */
  readonly from: number;
  /** Row after the last one that trades. */
  readonly to: number;
  /** Size of a full position. */
  readonly lots: number;
  /** Equity before the first bar. */
  readonly initialMicros: number;
  /** Worth of one tick of one lot. */
  readonly tickValueMicros: number;
  /** Of one lot and side. */
  readonly feeMicros: number;
  /** Lost by every fill. */
  readonly slippageTicks: number;
  /** Margin of one lot; -1 when it is the full price. */
  readonly marginMicros: number;
}

/**
 * Makes bars ready for any number of sweeps.
 *
 * @throws RangeError when a rule is outside its range, or amounts could leave the exact range.
 * @throws {InputError} when nothing can trade in some row: a sweep has no orders that wait.
 */
export function prepareSweep(bars: Bars, rules: SweepRules): SweepMarket {
  const { costs, from, initialCashUsd, lots, marginPerLotUsd, to } = rules;
  checkRules(bars, rules);
  checkTraded(bars, from, to, "sweep");
  if (actionRows(bars).some(({ row }) => row > from && row < to)) {
    throw new InputError("Cannot sweep over corporate actions: current value is bars with some", {
      remedy: "sweep the rows between them, or prices that are adjusted for them",
    });
  }
  if (bars.instrument.kind === "perpetual") {
    throw new InputError("Cannot sweep over a perpetual contract as a sweep books no funding", {
      remedy: "run the engine on each set of positions",
    });
  }
  const { tickSize } = bars.instrument;
  const columns = {
    openTicks: new Int32Array(new SharedArrayBuffer(4 * to)),
    closeTicks: new Int32Array(new SharedArrayBuffer(4 * to)),
    expiringTicks: new Int32Array(new SharedArrayBuffer(4 * to)),
    events: new Uint8Array(new SharedArrayBuffer(to)),
  };
  for (let bar = from; bar < to; bar++) {
    columns.openTicks[bar] = toTicks(bars.open[bar]!, tickSize);
    columns.closeTicks[bar] = toTicks(bars.close[bar]!, tickSize);
    if (isRoll(bars, bar)) columns.expiringTicks[bar] = expiringOpenTicks(bars, bar);
    columns.events[bar] = eventsOf(bars, rules, bar);
  }
  return {
    ...columns,
    from,
    to,
    lots,
    initialMicros: usdToMicros(initialCashUsd),
    tickValueMicros: tickValueMicros(bars.instrument),
    feeMicros: costs.feePerSideMicros,
    slippageTicks: costs.slippageTicks,
    marginMicros: marginPerLotUsd === null ? -1 : usdToMicros(marginPerLotUsd),
  };
}

function eventsOf(bars: Bars, rules: SweepRules, bar: number): number {
  const { flattenAtSessionEnd, from, session: { isLast, tradeDay }, to } = rules;
  const flattens = flattenAtSessionEnd && bars.intervalMs < DAILY_INTERVAL_MS;
  const isNewDay = bar > from && tradeDay[bar] !== tradeDay[bar - 1];
  const isDayEnd = bar + 1 === to || tradeDay[bar + 1] !== tradeDay[bar];
  return (isRoll(bars, bar) ? SWEEP_EVENT.roll : 0) |
    (flattens && isLast[bar] === 1 ? SWEEP_EVENT.close : 0) |
    (flattens && isNewDay ? SWEEP_EVENT.newDay : 0) |
    (isDayEnd ? SWEEP_EVENT.dayEnd : 0);
}

function checkRules(bars: Bars, { costs, from, lots, session, to }: SweepRules): void {
  checkCosts(costs);
  const reach = Math.min(bars.length, session.isLast.length, session.tradeDay.length);
  if (!(Number.isInteger(from) && from >= 0 && to > from && to <= reach)) {
    throw new RangeError(
      `Cannot sweep as the rows must lie within ${reach} bars and marks: current value is ${from} to ${to}`,
    );
  }
  const largest = bars.close.subarray(from, to).reduce(
    (most, price) => Math.max(most, Math.abs(price)),
    0,
  );
  const largestMicros = 8 * lots * toTicks(largest, bars.instrument.tickSize) *
    tickValueMicros(bars.instrument);
  if (!(Number.isInteger(lots) && lots >= 0 && Number.isSafeInteger(largestMicros))) {
    throw new RangeError(
      `Cannot sweep as lots must be whole, at least 0, and worth an exact amount: current value is ${lots}`,
    );
  }
}

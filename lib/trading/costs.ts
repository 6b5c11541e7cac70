import { type Instrument, tickValueMicros } from "../market/mod.ts";

/** What trading costs, per lot and side. */
export interface CostModel {
  /** All-in commission and fees, whole micro-dollars, at least 0. */
  readonly feePerSideMicros: number;
  /** Whole ticks lost against the quoted price, at least 0: half the spread and the impact. */
  readonly slippageTicks: number;
}

/**
 * Returns the cost model unchanged when its numbers are whole and not negative.
 *
 * @throws RangeError otherwise.
 */
export function checkCosts(costs: CostModel): CostModel {
  for (const name of ["feePerSideMicros", "slippageTicks"] as const) {
    const value = costs[name];
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(
        `Cannot charge costs as ${name} must be a whole number of at least 0: current value is ${value}`,
      );
    }
  }
  return costs;
}

/**
 * Cost of entering and leaving with one lot, in ticks: twice the fee and twice the slippage.
 *
 * @example
 * ```ts
 * import { roundTripCostTicks } from "./costs.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // A tick of MES is worth $1.25.
 * const costs = { feePerSideMicros: 625_000, slippageTicks: 1 };
 * assertClose(roundTripCostTicks(findInstrument("MES"), costs), 3, 1e-12);
 * ```
 */
export function roundTripCostTicks(instrument: Instrument, costs: CostModel): number {
  return 2 * (costs.slippageTicks + costs.feePerSideMicros / tickValueMicros(instrument));
}

/**
 * The costs times a factor, for reporting at 0, 1, 2 and 3 times the assumed cost.
 *
 * @throws RangeError when a cost would not stay whole and not negative.
 */
export function scaleCosts(costs: CostModel, factor: number): CostModel {
  return checkCosts({
    feePerSideMicros: Math.round(costs.feePerSideMicros * factor),
    slippageTicks: costs.slippageTicks * factor,
  });
}

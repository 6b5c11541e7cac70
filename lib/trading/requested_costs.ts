import { feePerSideMicros, type Instrument } from "../market/mod.ts";
import type { CostModel } from "./costs.ts";
import { requireFigures } from "./missing_figures.ts";

/** What the cost flags of a command say. */
export interface CostRequest {
  /** All-in fee per lot and side in dollars; the instrument's own when absent. */
  readonly feeUsd?: number;
  /** Ticks lost on every fill. */
  readonly slippageTicks: number;
}

/**
 * The cost model of a run that starts on the given trade day (days since 1970-01-01).
 *
 * @throws {InputError} when nobody has said a fee, or what its currency is worth in dollars
 */
export function requestedCosts(
  instrument: Instrument,
  request: CostRequest,
  tradeDay: number,
): CostModel {
  requireFigures(instrument, request);
  return {
    feePerSideMicros: request.feeUsd === undefined
      ? feePerSideMicros(instrument, tradeDay)
      : Math.round(request.feeUsd * 1e6),
    slippageTicks: request.slippageTicks,
  };
}

/** What the flags of a run with these costs would say. */
export function costRequestOf({ feePerSideMicros, slippageTicks }: CostModel): CostRequest {
  return { feeUsd: feePerSideMicros / 1e6, slippageTicks };
}

import type { FittedBlend, FollowBlendOptions } from "../blend/mod.ts";
import type { Instrument } from "../market/mod.ts";
import { type CostModel, roundTripCostTicks } from "../trading/mod.ts";

/** How a fitted blend is followed: by which rule, and at what cost of a change. */
export function tradedBlend(
  { bet, rule }: Pick<FittedBlend, "bet" | "rule">,
  instrument: Instrument,
  costs: CostModel,
): Pick<FollowBlendOptions, "rule" | "changeCost" | "bet"> {
  return { rule, bet, changeCost: roundTripCostTicks(instrument, costs) / 2 * instrument.tickSize };
}

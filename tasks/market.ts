import { InputError } from "../lib/domain/errors.ts";
import { marginOn } from "../lib/domain/instruments.ts";
import type { Arena } from "./evaluate.ts";
import { type CostRequest, requestedCosts } from "./costs.ts";
import type { OpenedData } from "./open_data.ts";

/** What the account and cost flags of a command say. */
export interface MarketRequest {
  readonly costs: CostRequest;
  readonly cashUsd: number;
  /** Lots of every position; chosen from the cash when absent. */
  readonly lots?: number;
  /** Margin per lot in dollars; the instrument table's when absent. */
  readonly marginUsd?: number;
  readonly flattenAtSessionEnd: boolean;
}

/** The same conditions for every strategy, over rows [from, to). */
export function createArena(
  opened: OpenedData,
  request: MarketRequest,
  rows: { readonly from: number; readonly to: number },
): { readonly arena: Arena; readonly lots: number } {
  const { bars, session } = opened;
  const { instrument } = bars;
  if (rows.to - rows.from < 2) {
    throw new InputError(`Cannot test on ${Math.max(0, rows.to - rows.from)} bars`, {
      remedy: "give a longer period: see --from and --to, or data after the training period",
    });
  }
  const tradeDay = session.tradeDay[rows.from]!;
  const isFuture = instrument.kind === "future";
  const marginPerLotUsd = isFuture
    ? request.marginUsd ?? marginOn(instrument, tradeDay)?.initialUsd ?? null
    : null;
  const lots = request.lots ?? defaultLots(opened, request, rows.from);
  return {
    lots,
    arena: {
      bars,
      session,
      ...rows,
      costs: requestedCosts(instrument, request.costs, tradeDay),
      initialCashUsd: request.cashUsd,
      maxLots: lots,
      marginPerLotUsd,
      flattenAtSessionEnd: request.flattenAtSessionEnd,
    },
  };
}

/**
 * As many lots as the cash pays in full at the first price of the test; one contract where a
 * future is larger than that. A share less than full leaves room for costs.
 */
function defaultLots(opened: OpenedData, request: MarketRequest, from: number): number {
  const { bars } = opened;
  const notional = bars.close[from]! * bars.instrument.pointValue;
  const affordable = Math.floor(0.99 * request.cashUsd / notional);
  if (affordable >= 1) return affordable;
  if (bars.instrument.kind === "future") return 1;
  throw new InputError(
    `Cannot buy one lot of ${bars.instrument.symbol} with ${request.cashUsd} dollars`,
    { where: "--cash", remedy: `one lot costs about ${Math.ceil(notional)} dollars` },
  );
}

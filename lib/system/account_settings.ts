import { InputError } from "../core/mod.ts";
import { type Instrument, marginOn, requireFunding } from "../market/mod.ts";
import {
  type CostRequest,
  type MarginRules,
  marginRulesOf,
  requestedCosts,
  requireFigures,
} from "../trading/mod.ts";
import { fixedLots, type RiskLimits, type RiskRequest, type SizingSettings } from "../risk/mod.ts";
import { DAYS_PER_YEAR } from "../statistics/mod.ts";
import type { RunConditions, TradingConditions } from "../engine/mod.ts";
import type { OpenedData } from "../data/mod.ts";

/** Of an initial margin that was asked for: the exchanges' usual share, as in the table. */
const MAINTENANCE_SHARE = 10 / 11;

/** What the account and cost flags of a command say. */
export interface AccountSettings {
  /** Fee and slippage. */
  readonly costs: CostRequest;
  /** Before the first bar. */
  readonly cashUsd: number;
  /** Lots of every position; chosen from the cash when absent. */
  readonly lots?: number;
  /** Initial margin per lot in dollars, on all days; the instrument's own when absent. */
  readonly marginUsd?: number;
  /** Closes positions at the close of each session's last bar. */
  readonly flattenAtSessionEnd: boolean;
}

/**
 * The same conditions for every strategy, over rows [from, to).
 *
 * @throws {InputError} for a period of one bar, and while a fee, a margin, a rate or funding is missing
 */
export function createRunConditions(
  opened: OpenedData,
  request: AccountSettings,
  rows: { readonly from: number; readonly to: number },
): { readonly conditions: RunConditions; readonly lots: number } {
  const { bars, session } = opened;
  const { instrument } = bars;
  if (rows.to - rows.from < 2) {
    throw new InputError(`Cannot test on ${Math.max(0, rows.to - rows.from)} bars`, {
      remedy: "give a longer period: see --from and --to, or data after the training period",
    });
  }
  requireTradingFigures(instrument, request);
  requireFunding(bars, rows);
  const tradeDay = session.tradeDay[rows.from]!;
  const lots = requestedLots(opened, request, rows.from);
  const conditions = tradingConditions(instrument, { ...request, lots }, tradeDay);
  return { lots, conditions: { bars, session, ...rows, ...conditions } };
}

/**
 * What holds for an instrument and an account from a trade day on, before any bar is there.
 *
 * @param tradeDay days since 1970-01-01; costs and margin are those of that day
 * @throws {InputError} while a fee, a margin or a rate is missing
 */
export function tradingConditions(
  instrument: Instrument,
  request: AccountSettings & { readonly lots: number },
  tradeDay: number,
): TradingConditions {
  requireTradingFigures(instrument, request);
  const margin = marginRules(instrument, request.marginUsd);
  return {
    costs: requestedCosts(instrument, request.costs, tradeDay),
    initialCashUsd: request.cashUsd,
    maxLots: request.lots,
    margin,
    marginPerLotUsd: marginOn({ margin: margin.overnight }, tradeDay)?.initialUsd ?? null,
    flattenAtSessionEnd: request.flattenAtSessionEnd,
    sizing: fixedLots(request.lots),
  };
}

function requireTradingFigures(
  instrument: Instrument,
  { costs: { feeUsd }, marginUsd }: AccountSettings,
): void {
  requireFigures(instrument, {
    ...(feeUsd === undefined ? {} : { feeUsd }),
    ...(marginUsd === undefined ? {} : { marginUsd }),
    needsMargin: true,
  });
}

/**
 * The instrument's dated margins, or the one that was asked for on all days. What is no contract is
 * paid in full, and so is a perpetual one unless a margin is given.
 */
function marginRules(instrument: Instrument, marginUsd: number | undefined): MarginRules {
  if (instrument.kind !== "future" && instrument.kind !== "perpetual") return { overnight: [] };
  if (marginUsd === undefined) return marginRulesOf(instrument);
  const value = { initialUsd: marginUsd, maintenanceUsd: MAINTENANCE_SHARE * marginUsd };
  return { overnight: [{ from: "1970-01-01", value }] };
}

/**
 * The lots that were asked for, or as many as the cash pays in full at the price of a row; one
 * contract where a future is larger than that. A share less than full leaves room for costs.
 *
 * @throws {InputError} when the cash pays no lot of what has to be paid in full
 */
export function requestedLots(
  { bars }: Pick<OpenedData, "bars">,
  request: Pick<AccountSettings, "cashUsd" | "lots">,
  row: number,
): number {
  if (request.lots !== undefined) return request.lots;
  const notional = bars.close[row]! * bars.instrument.pointValue;
  const affordable = Math.floor(0.99 * request.cashUsd / notional);
  if (affordable >= 1) return affordable;
  if (bars.instrument.kind === "future") return 1;
  throw new InputError(
    `Cannot buy one lot of ${bars.instrument.symbol} with ${request.cashUsd} dollars`,
    { where: "--cash", remedy: `one lot costs about ${Math.ceil(notional)} dollars` },
  );
}

/**
 * How many lots a full position is, by what is known at the close of a row.
 *
 * @throws {InputError} when the cash pays no lot of what has to be paid in full
 */
export function requestedSizing(
  opened: Pick<OpenedData, "bars" | "session">,
  market: Pick<AccountSettings, "cashUsd" | "lots">,
  { kellyPart, volatilityTarget }: RiskRequest,
  row: number,
): SizingSettings {
  const kelly = kellyPart === undefined ? {} : { kellyPart };
  if (volatilityTarget === undefined) {
    return { kind: "fixed", lots: requestedLots(opened, market, row), ...kelly };
  }
  const days = new Set(opened.session.tradeDay.subarray(0, row + 1)).size;
  const barsPerYear = (row + 1) / days * DAYS_PER_YEAR;
  return { kind: "volatility-target", ...volatilityTarget, barsPerYear, ...kelly };
}

/** Conditions in which positions are sized and limited as settings say, those of baselines too. */
export function decidedConditions<Conditions extends TradingConditions>(
  conditions: Conditions,
  { limits, sizing }: { readonly limits: RiskLimits; readonly sizing: SizingSettings },
): Conditions {
  // Sizing by volatility has a bound of its own.
  const maxLots = sizing.kind === "fixed" ? sizing.lots : Number.MAX_SAFE_INTEGER;
  return { ...conditions, limits, sizing, maxLots };
}

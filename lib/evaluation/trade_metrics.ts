import {
  DAYS_PER_YEAR,
  mean,
  type Metric,
  type MetricDefinition,
  metricOr,
  shortNote,
  withNote,
} from "../statistics/mod.ts";
import { microsToUsd, type Trade } from "../trading/mod.ts";

/** Metrics of a list of trades and of the activity of an account, in the order shown. */
export const TRADE_METRIC_NAMES = [
  "trades",
  "hitRate",
  "profitFactorPerTrade",
  "expectancyUsd",
  "averageWinUsd",
  "averageLossUsd",
  "payoffRatio",
  "bestTradeUsd",
  "worstTradeUsd",
  "averageBarsHeld",
  "exposure",
  "turnover",
] as const;

/** Name of a metric of trades. */
export type TradeMetricName = typeof TRADE_METRIC_NAMES[number];

/** Meaning of each metric; amounts are net of fees and slippage. */
export const TRADE_METRIC_DEFINITIONS: Readonly<Record<TradeMetricName, MetricDefinition>> = {
  trades: {
    label: "Trades",
    unit: "count",
    definition: "Round trips, first in first out; a roll ends one and begins the next.",
    better: "higher",
  },
  hitRate: {
    label: "Hit rate",
    unit: "fraction",
    definition: "Share of trades that earned money after costs.",
    better: "higher",
  },
  profitFactorPerTrade: {
    label: "Profit factor per trade",
    unit: "ratio",
    definition: "Net profit of winning trades over net loss of losing trades.",
    better: "higher",
  },
  expectancyUsd: {
    label: "Expectancy",
    unit: "usd",
    definition: "Mean net result of a trade.",
    better: "higher",
  },
  averageWinUsd: {
    label: "Average win",
    unit: "usd",
    definition: "Mean net result of the winning trades.",
    better: "higher",
  },
  averageLossUsd: {
    label: "Average loss",
    unit: "usd",
    definition: "Mean net result of the losing trades; a negative number.",
    better: "higher",
  },
  payoffRatio: {
    label: "Payoff ratio",
    unit: "ratio",
    definition: "Average win over the size of the average loss.",
    better: "higher",
  },
  bestTradeUsd: {
    label: "Best trade",
    unit: "usd",
    definition: "Largest net result of a trade.",
    better: "higher",
  },
  worstTradeUsd: {
    label: "Worst trade",
    unit: "usd",
    definition: "Smallest net result of a trade.",
    better: "higher",
  },
  averageBarsHeld: {
    label: "Average holding",
    unit: "bars",
    definition: "Mean number of bars in which a trade was held.",
    better: "lower",
  },
  exposure: {
    label: "Time in the market",
    unit: "fraction",
    definition: "Share of bars through which a position was held.",
    better: "lower",
  },
  turnover: {
    label: "Turnover a year",
    unit: "ratio",
    definition: "Value bought and sold in a year over mean equity.",
    better: "lower",
  },
};

/** What an account did over a run; the result of the engine has these members. */
export interface Activity {
  /** Finished round trips. */
  readonly trades: readonly Trade[];
  /** Signed lots held through each bar. */
  readonly positionLots: Int32Array;
  /** Equity at each close, micro-dollars. */
  readonly equityMicros: Float64Array;
  /** Value of everything bought and sold, dollars. */
  readonly totals: { readonly notionalTradedUsd: number };
}

/**
 * Metrics of the trades of a run.
 *
 * @param years length of the run
 */
export function tradeMetrics(activity: Activity, years: number): Record<TradeMetricName, Metric> {
  const { trades } = activity;
  const net = Float64Array.from(trades, (trade) => microsToUsd(trade.netMicros)).sort();
  const wins = net.filter((usd) => usd > 0);
  const losses = net.filter((usd) => usd < 0);
  const averageWin = mean(wins);
  const averageLoss = mean(losses);
  const gained = averageWin * wins.length;
  const lost = averageLoss * losses.length;
  const held = activity.positionLots.reduce((count, lots) => lots === 0 ? count : count + 1, 0);
  const meanEquityUsd = microsToUsd(mean(activity.equityMicros));
  const turnover = activity.totals.notionalTradedUsd / meanEquityUsd / years;
  return {
    trades: { value: trades.length },
    hitRate: metricOr(wins.length / trades.length, NO_TRADE),
    profitFactorPerTrade: metricOr((wins.length === 0 ? 0 : gained) / -lost, NO_LOSING_TRADE),
    expectancyUsd: metricOr(mean(net), NO_TRADE),
    averageWinUsd: metricOr(averageWin, "there was no winning trade"),
    averageLossUsd: metricOr(averageLoss, NO_LOSING_TRADE),
    payoffRatio: metricOr(averageWin / -averageLoss, "needs winning and losing trades"),
    bestTradeUsd: metricOr(net[net.length - 1] ?? NaN, NO_TRADE),
    worstTradeUsd: metricOr(net[0] ?? NaN, NO_TRADE),
    averageBarsHeld: metricOr(
      mean(Float64Array.from(trades, (trade) => trade.barsHeld)),
      NO_TRADE,
    ),
    exposure: metricOr(held / activity.positionLots.length, "there are no bars"),
    turnover: annual(
      meanEquityUsd > 0
        ? metricOr(turnover, "the run has no length")
        : { value: null, reason: "mean equity is not positive" },
      years,
    ),
  };
}

function annual(metric: Metric, years: number): Metric {
  const note = shortNote(Math.round(years * DAYS_PER_YEAR), DAYS_PER_YEAR, "day");
  return note === null ? metric : withNote(metric, note);
}

const NO_TRADE = "there was no trade";
const NO_LOSING_TRADE = "there was no losing trade";

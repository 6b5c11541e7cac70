import type { Bars, RowRange } from "../market/mod.ts";
import { correlation, varies } from "../statistics/mod.ts";
import type { FindingFacts } from "./finding_facts.ts";
import type { EngineResult } from "../engine/mod.ts";
import type { Evaluation } from "./evaluate.ts";

/** What findings need to know about the days of a run, its data and the rules beside it. */
export function robustnessFacts(
  evaluation: Evaluation,
  rules: readonly Evaluation[],
  bars: Bars,
): Pick<
  FindingFacts,
  | "marginCloses"
  | "halvesNetUsd"
  | "deepestFallUsd"
  | "bestDayUsd"
  | "likest"
  | "staleBars"
  | "missedSessionCloses"
  | "offTickShare"
> {
  const { result, returns } = evaluation;
  const daily = dailyProfit(evaluation);
  const middle = daily.length >> 1;
  const likest = likestRule(returns, rules);
  return {
    marginCloses: result.fills.filter(({ reason }) => reason === "margin").length,
    halvesNetUsd: [sum(daily.subarray(0, middle)), sum(daily.subarray(middle))],
    deepestFallUsd: deepestFall(result),
    bestDayUsd: daily.reduce((best, profit) => Math.max(best, profit), 0),
    ...(likest === null ? {} : { likest }),
    staleBars: staleBars(bars, result),
    missedSessionCloses: result.totals.missedSessionCloses,
    offTickShare: result.totals.offTickPrices / (2 * (result.to - result.from)),
  };
}

/** Dollars of each day, from its return and the equity before it. */
function dailyProfit({ result, returns }: Evaluation): Float64Array {
  let equityUsd = result.initialMicros / 1e6;
  return returns.map((value) => {
    const profit = equityUsd * value;
    equityUsd += profit;
    return profit;
  });
}

function deepestFall({ equityMicros, initialMicros }: EngineResult): number {
  let highest = initialMicros, deepest = 0;
  for (const equity of equityMicros) {
    highest = Math.max(highest, equity);
    deepest = Math.max(deepest, highest - equity);
  }
  return deepest / 1e6;
}

/** The rule that moves most like the run, in either direction. */
function likestRule(
  returns: Float64Array,
  rules: readonly Evaluation[],
): NonNullable<FindingFacts["likest"]> | null {
  const alike = rules.filter((rule) => varies(rule.returns) && varies(returns)).map((rule) => ({
    name: rule.result.strategy,
    correlation: correlation(returns, rule.returns),
  }));
  return alike.toSorted((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))[0] ?? null;
}

function staleBars({ close, high, low, open, volume }: Bars, { from, to }: RowRange) {
  let count = 0, run = 0, longest = 0;
  for (let row = Math.max(1, from); row < to; row++) {
    const isStale = [open, high, low, close, volume].every((one) => one[row] === one[row - 1]);
    run = isStale ? run + 1 : 0;
    if (isStale) count++;
    longest = Math.max(longest, run);
  }
  return { count, bars: to - from, longest };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

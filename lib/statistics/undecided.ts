import { mean, standardDeviation, varies } from "./moments.ts";

/** With fewer losses than this nothing is known of their size, nor of gains with fewer gains. */
export const FEWEST_ON_A_SIDE = 5;

/** Why a few of many say nothing; null where there are enough. */
export function tooFew(count: number, of: number, what: string): string | null {
  return count >= FEWEST_ON_A_SIDE
    ? null
    : `${count === 0 ? "none" : `only ${count}`} of ${
      of.toLocaleString("en")
    } ${what}, and fewer than ${FEWEST_ON_A_SIDE} ` +
      "do not show how rare and how large such are";
}

/** How many values lie above 0, or below it. */
export function countSide(values: Float64Array, sign: 1 | -1): number {
  let count = 0;
  for (const value of values) if (sign * value > 0) count++;
  return count;
}

/**
 * Why neither of two strategies can be called better by its Sharpe ratio, whatever the difference:
 * one is ahead in a few periods, too few for what it then gains to be known, the better one never
 * lost or the worse one never gained. Null where one can.
 *
 * One that is never behind, as the same trades at lower costs, dominates: that is no rare event. A
 * series that does not vary has a ratio of 0, which is known.
 *
 * @param first returns of one
 * @param second returns of the other in the same periods
 * @param period name of a period
 */
export function undecidedPair(
  first: Float64Array,
  second: Float64Array,
  period = "period",
): string | null {
  const periods = first.length;
  const lead = first.map((value, period) => value - second[period]!);
  const [ahead, behind] = [countSide(lead, 1), countSide(lead, -1)];
  if (ahead > 0 && behind > 0) {
    const rarely = ahead < behind ? "first" : "second";
    const few = tooFew(Math.min(ahead, behind), periods, `${period}s have the ${rarely} ahead`);
    if (few !== null) return few;
  }
  const isFirstBetter = ratio(first) >= ratio(second);
  const [better, worse] = isFirstBetter ? [first, second] : [second, first];
  const [good, poor] = isFirstBetter ? ["first", "second"] : ["second", "first"];
  if (varies(better) && countSide(better, -1) === 0) {
    return tooFew(0, periods, `${period}s of the ${good} lost money`);
  }
  return varies(worse) && countSide(worse, 1) === 0
    ? tooFew(0, periods, `${period}s of the ${poor} made money`)
    : null;
}

function ratio(returns: Float64Array): number {
  return varies(returns) ? mean(returns) / standardDeviation(returns) : 0;
}

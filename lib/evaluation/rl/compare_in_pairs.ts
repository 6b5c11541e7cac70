import type { TextSection } from "../../records/mod.ts";
import { mixSeed } from "../../core/mod.ts";
import type { StrategyRun } from "../comparison.ts";
import { DAYS_PER_YEAR, type PairedSharpe, pairedSharpe } from "../../statistics/mod.ts";

/** How the policy's Sharpe ratio differs from that of one other strategy on the same days. */
export interface PairedComparison {
  readonly name: string;
  /** The policy less the other; null for fewer than eight days. */
  readonly paired: PairedSharpe | null;
}

/** Compares the first run with each of the others, day by day. */
export function compareInPairs(
  [policy, ...others]: readonly StrategyRun[],
  seed: number,
): readonly PairedComparison[] {
  return others.map(({ evaluation }, index) => ({
    name: evaluation.result.strategy,
    paired: pairedSharpe(policy!.evaluation.returns, evaluation.returns, {
      periodsPerYear: DAYS_PER_YEAR,
      period: "day",
      seed: mixSeed(seed, index),
    }),
  }));
}

/** Why some of the comparisons decide nothing, in words that end in a full stop. */
export function undecidedText(comparisons: readonly PairedComparison[]): string {
  return comparisons.map(({ name, paired }) =>
    paired === null || paired.undecided === null ? "" : ` Against ${name}: ${paired.undecided}.`
  ).join("");
}

/** The comparisons as a block of the report. */
export function pairedSection(comparisons: readonly PairedComparison[]): TextSection {
  return {
    title: "Sharpe ratio against each rival",
    text: "The policy's annual Sharpe ratio less the rival's, from daily net returns of the same " +
      "days; intervals by the stationary bootstrap of the pairs, or of the ratio alone against a " +
      "rival that stays out. An interval with 0 in it means that the two cannot be told apart on " +
      `these bars.${undecidedText(comparisons)}`,
    table: {
      columns: ["against", "difference", "95 % interval", "verdict"],
      rows: comparisons.map(({ name, paired }) =>
        paired === null ? [name, null, "n/a", "fewer than eight days"] : [
          name,
          Math.round(100 * paired.difference) / 100,
          paired.interval.map((end) => end.toFixed(2)).join(" … "),
          verdictOf(paired),
        ]
      ),
    },
  };
}

function verdictOf({ interval: [low, high], undecided }: PairedSharpe): string {
  if (undecided !== null) return "undecided";
  if (low > 0) return "better";
  return high < 0 ? "worse" : "cannot be told apart";
}

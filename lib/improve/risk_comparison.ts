import { createRandom } from "../core/mod.ts";
import {
  drawdownPath,
  normalCdf,
  percentile,
  politisWhiteBlockLength,
  stationaryBootstrapIndices,
} from "../statistics/mod.ts";
import { type Judged, threeDigits } from "./conditions.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";

/** How much a strategy trades and holds, in any unit that both who are compared share. */
export interface TradedAmount {
  /** Mean change of what is held per bar. */
  readonly turnover: number;
  /** The most that is held. */
  readonly leverage: number;
}

/** Daily net returns of challenger and champion over the same days that neither has seen. */
export interface PairedReturns {
  /** Fractions, of the challenger. */
  readonly challenger: Float64Array;
  /** Fractions, of the champion. */
  readonly champion: Float64Array;
  /** How much both trade; absent where it is not known. */
  readonly traded?: { readonly challenger: TradedAmount; readonly champion: TradedAmount };
}

/** Share of the days behind the expected shortfall. */
const TAIL = 0.05;

/** Mean of the worst 5 % of days, as a loss above 0; 0 for no loss. */
export function expectedShortfall(returns: Float64Array): number {
  const count = Math.floor((returns.length - 1) * TAIL) + 1;
  const worst = returns.toSorted().subarray(0, count);
  return Math.max(0, -worst.reduce((sum, value) => sum + value, 0) / worst.length);
}

/** Deepest loss from a high, above 0. */
export function deepestDrawdown(returns: Float64Array): number {
  return -drawdownPath(returns).maxDrawdown;
}

/** One measure of risk of both, as losses or amounts above 0. */
interface Measure {
  readonly name: string;
  readonly challenger: number;
  readonly champion: number;
}

/**
 * Whether a challenger takes no more risk than the rule allows, measure by measure. What a champion
 * does without, as one that stays out does, sets no bound.
 */
export function compareRisk(returns: PairedReturns): Judged {
  return judgedRisk([...lossesOf(returns), ...amountsOf(returns)]);
}

/**
 * The same on few days, whose deepest drawdown and worst days are mostly chance: they count as more
 * only where they still are one standard error below what was found, over days drawn anew.
 *
 * @param seed of the drawing
 */
export function compareRiskOfFewDays(returns: PairedReturns, seed: number): Judged {
  const { challenger, champion } = returns;
  const days = challenger.length;
  if (days < FEWEST_DRAWN) return judgedRisk(amountsOf(returns));
  const lead = challenger.map((value, day) => value - champion[day]!);
  const { stationary } = politisWhiteBlockLength(lead);
  const random = createRandom(seed), indices = new Int32Array(days);
  const ratios: number[][] = [[], []];
  for (let sample = 0; sample < SAMPLES; sample++) {
    stationaryBootstrapIndices(random, stationary, indices);
    const drawn = (series: Float64Array) => Float64Array.from(indices, (day) => series[day]!);
    lossesOf({ challenger: drawn(challenger), champion: drawn(champion) }).forEach(
      (measure, index) => ratios[index]!.push(measure.challenger / measure.champion),
    );
  }
  const low = ratios.map((drawn) =>
    percentile(Float64Array.from(drawn.filter(Number.isFinite)).sort(), ONE_ERROR_BELOW)
  );
  const losses = lossesOf(returns).map((measure, index) => ({
    ...measure,
    challenger: Math.min(measure.challenger, low[index]! * measure.champion),
  }));
  return judgedRisk([...losses, ...amountsOf(returns)]);
}

/** Fewer days cannot be drawn from in blocks. */
const FEWEST_DRAWN = 8;
const SAMPLES = 400;
const ONE_ERROR_BELOW = normalCdf(-1);

function lossesOf({ challenger, champion }: PairedReturns): Measure[] {
  const measured = (name: string, measure: (returns: Float64Array) => number): Measure => ({
    ...{ name, challenger: measure(challenger), champion: measure(champion) },
  });
  return [measured("drawdown", deepestDrawdown), measured("expected shortfall", expectedShortfall)];
}

function amountsOf({ traded }: PairedReturns): Measure[] {
  if (traded === undefined) return [];
  return (["turnover", "leverage"] as const).map((name) => ({
    ...{ name, challenger: traded.challenger[name], champion: traded.champion[name] },
  }));
}

function judgedRisk(measures: readonly Measure[]): Judged {
  const ratios = measures.filter(({ champion }) => champion > 0)
    .map(({ challenger, champion, name }) => ({ name, ratio: challenger / champion }));
  const excess = ratios.filter(({ ratio }) => ratio > PROMOTION_RULE.riskFactor);
  const shown = (excess.length > 0 ? excess : ratios)
    .map(({ name, ratio }) => `${name} ${threeDigits(ratio)} times the champion's`);
  return {
    name: "risk",
    holds: excess.length === 0,
    text: shown.length === 0 ? "the champion takes no risk to compare with" : shown.join(", "),
    otherwise: `at most ${PROMOTION_RULE.riskFactor} times the champion's ${
      excess.map(({ name }) => name).join(" and ")
    }`,
  };
}

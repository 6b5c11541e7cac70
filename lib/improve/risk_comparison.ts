import { drawdownPath } from "../statistics/mod.ts";
import { type Judged, threeDigits } from "./conditions.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";

/** How much a strategy trades and holds. */
export interface TradedAmount {
  /** Mean change of exposure per bar, in units of the account. */
  readonly turnover: number;
  /** Largest exposure, in units of the account. */
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

/**
 * Whether a challenger takes no more risk than the rule allows, measure by measure. What a champion
 * does without, as one that stays out does, sets no bound.
 */
export function compareRisk({ challenger, champion, traded }: PairedReturns): Judged {
  const measures: readonly (readonly [string, number, number])[] = [
    ["drawdown", deepestDrawdown(challenger), deepestDrawdown(champion)],
    ["expected shortfall", expectedShortfall(challenger), expectedShortfall(champion)],
    ...(traded === undefined ? [] : ([
      ["turnover", traded.challenger.turnover, traded.champion.turnover],
      ["leverage", traded.challenger.leverage, traded.champion.leverage],
    ] as const)),
  ];
  const ratios = measures.filter(([, , own]) => own > 0)
    .map(([name, value, own]) => ({ name, ratio: value / own }));
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

import type { ConfidenceCalibration } from "./confidence_calibration.ts";
import type { PartForecast } from "./forecast.ts";
import type { Signal } from "./signal.ts";

/** A blender and its settings, fitted or chosen. Plain JSON. */
export interface BlendRule {
  /** Kind of a `Blender`. */
  readonly kind: string;
  /** What that blender's `parse` reads. */
  readonly [setting: string]: unknown;
}

/** One position made of several forecasts. */
export interface Blended {
  /** Position, in full positions, -1 … 1. */
  readonly position: number;
  /** Pooled probability that the position beats flat; null for blenders that give none. */
  readonly probability: number | null;
  /** Share of each part in the position, in order; those of flat make up what is missing to 1. */
  readonly weights: readonly number[];
}

/** Past rows that no part has learnt from, with what came of them. */
export interface BlendHistory {
  /** Of each part at each row; null where the part was vetoed: such rows are not acted on. */
  readonly signals: readonly ((row: number) => Signal | null)[];
  /** Return of a long position over the horizon after each row, as a fraction, before costs. */
  readonly moves: Float64Array;
  /** Cost of a round trip at each row, as a fraction of price. */
  readonly costs: Float64Array;
  /** Return of a long position over one bar after each row. */
  readonly barReturns: Float64Array;
}

/** What a blender is fitted on. */
export interface BlendFit {
  /** All past rows. */
  readonly history: BlendHistory;
  /** Evidence to probability, one per part; null where there were too few rows. */
  readonly calibrations: readonly (ConfidenceCalibration | null)[];
  /** First row of the history that the calibrations have not learnt from. */
  readonly unseenFrom: number;
}

/**
 * One way of making one position out of several forecasts. One object in its own file, and one line
 * in `BLENDERS`. Flat is always an expert, the last one. Whatever the blender, a part that is
 * vetoed, silent or without confidence must move nothing, and with none left the answer is flat.
 */
export interface Blender<Rule extends BlendRule = BlendRule> {
  /** Name in rules, flags and journals. */
  readonly kind: string;
  /** Whether it gives a probability beside the position, by which Kelly can size. */
  readonly givesProbability: boolean;
  /**
   * Whether its fit reads the parts' confidence, which is then fitted on older rows than it, so that
   * what it reads is out of fold.
   */
  readonly readsConfidence: boolean;
  /**
   * Reads a rule from a stored document.
   *
   * @throws {InputError} naming the field
   */
  parse(json: unknown): Rule;
  /**
   * Checks what the type system cannot.
   *
   * @param parts number of parts that will be blended, flat not counted
   * @throws {RangeError} when a setting is outside its range
   */
  check(rule: Rule, parts: number): void;
  /** The rule that the history teaches. */
  fit(fit: BlendFit): Rule;
  /**
   * Blends the forecasts of one close.
   *
   * @param weights of the experts: the parts in order, then flat; summing to 1
   */
  blend(forecasts: readonly PartForecast[], rule: Rule, weights: readonly number[]): Blended;
  /**
   * The experts' weights after one more bar; absent for a blender that learns nothing on the way.
   *
   * @param returns net return of each expert over the bar, as fractions
   * @param step bars learnt from, this one included
   */
  learn?(
    weights: readonly number[],
    rule: Rule,
    returns: readonly number[],
    step: number,
  ): readonly number[];
}

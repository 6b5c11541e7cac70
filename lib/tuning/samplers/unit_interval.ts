import { type Distribution, singleInternal } from "../../core/mod.ts";

/**
 * Turns a position in [0, 1) into a value of a distribution, so that even positions give every
 * value its share: on a logarithmic scale equal ratios, in steps equal chances.
 *
 * @returns the value as `toInternal()` gives it
 * @example
 * ```ts
 * import { int } from "../../core/distribution.ts";
 * import { fromUnit } from "./unit_interval.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals([0, 0.3, 0.999].map((unit) => fromUnit(int(1, 4), unit)), [1, 2, 4]);
 * ```
 */
export function fromUnit(distribution: Distribution, unit: number): number {
  const single = singleInternal(distribution);
  if (single !== null) return single;
  if (distribution.type === "categorical") return Math.floor(unit * distribution.choices.length);
  const { low, high } = numericRange(distribution);
  return fromScale(distribution, low + unit * (high - low));
}

/** The range of a numeric distribution on the scale where it is even. */
export interface NumericRange {
  /** Where it begins. */
  readonly low: number;
  /** Where it ends. */
  readonly high: number;
  /** Values lie in cells of this width around their grid points; 0 for any value. */
  readonly step: number;
}

/**
 * Where a numeric distribution is even: half a step beyond its bounds where it has steps, and in
 * logarithms where it is logarithmic.
 */
export function numericRange(
  distribution: Exclude<Distribution, { type: "categorical" }>,
): NumericRange {
  const step = distribution.step ?? 0;
  const low = distribution.low - step / 2;
  const high = distribution.high + step / 2;
  return distribution.log
    ? { low: Math.log(low), high: Math.log(high), step }
    : { low, high, step };
}

/** The nearest value of a distribution to a point on the scale of {@linkcode numericRange}. */
export function fromScale(
  distribution: Exclude<Distribution, { type: "categorical" }>,
  point: number,
): number {
  const { low, high, step, log } = distribution;
  const value = log ? Math.exp(point) : point;
  return Math.min(high, Math.max(low, step === null ? value : nearestStep(low, step, value)));
}

/** Steps are counted in decimal digits, so that 0.1 + 2 · 0.1 is 0.3. */
function nearestStep(low: number, step: number, value: number): number {
  const steps = Math.round((value - low) / step);
  const exact = low + steps * step;
  return Number.isInteger(step) ? exact : Number(exact.toPrecision(12));
}

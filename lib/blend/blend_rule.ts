import type { LogisticWeights } from "./logistic_weights.ts";

/** Ways of making one position out of the parts' forecasts. */
export const BLEND_KINDS = [
  "log-odds-pool",
  "stacking",
  "confidence-weighted",
  "hedge",
  "fixed-share",
  "exponentiated-gradient",
  "plain-rule",
] as const;

/** Name of a way to blend. */
export type BlendKind = typeof BLEND_KINDS[number];

/** How the weights of experts follow their results. */
export interface WeightLearning {
  /**
   * Return of a full position over one bar, as a fraction, that counts as the best (and its
   * negative as the worst): results beyond it are cut off. Fixed beforehand.
   */
  readonly returnBound: number;
  /** Rate of learning; null for `sqrt(8 ln N / t)` at step t, when the length is not known. */
  readonly rate: number | null;
  /** Share of weight given back each step, 0 for plain Hedge. */
  readonly share: number;
}

/** A blender and its settings. Flat is always an expert. */
export type BlendRule =
  /** A full position on the pooled side, from a least confidence on. */
  | {
    readonly kind: "log-odds-pool";
    readonly pool: LogisticWeights;
    readonly minConfidence: number;
  }
  /** The same with a stacked model. */
  | { readonly kind: "stacking"; readonly stack: LogisticWeights; readonly minConfidence: number }
  /** `Σ u c a / Σ u c` with confidences c and learnt weights u; flat when no c reaches the least. */
  | {
    readonly kind: "confidence-weighted";
    readonly minConfidence: number;
    readonly learning: WeightLearning;
  }
  /** Weights by `exp(-rate · loss)`; flat as one more expert. */
  | { readonly kind: "hedge"; readonly learning: Omit<WeightLearning, "share"> }
  /** Hedge that gives some weight back each step. */
  | { readonly kind: "fixed-share"; readonly learning: WeightLearning }
  /** Weights by `exp(rate · R / (1 + w · R))`. */
  | { readonly kind: "exponentiated-gradient"; readonly rate: number }
  /**
   * `c · a_last + (1 - c) · a_others`: the last part, the policy, counts by its confidence c and the
   * mean of the others by the rest. The reference that the other blenders must beat.
   */
  | { readonly kind: "plain-rule" };

/**
 * Checks what the type system cannot.
 *
 * @param parts number of parts that will be blended, flat not counted
 * @throws RangeError when a setting is outside its range.
 */
export function checkBlendRule(rule: BlendRule, parts: number): void {
  const require = (holds: boolean, what: string, value: unknown): void => {
    if (!holds) throw new RangeError(`Cannot blend as ${what}: current value is ${value}`);
  };
  require(Number.isInteger(parts) && parts >= 1, "there must be parts", parts);
  if ("minConfidence" in rule) {
    const { minConfidence } = rule;
    require(minConfidence >= 0 && minConfidence < 1, "minConfidence is in [0, 1)", minConfidence);
  }
  if (rule.kind === "log-odds-pool") {
    const { length } = rule.pool.weights;
    require(length === parts, `the pool must have ${parts} weights`, length);
  }
  if (rule.kind === "stacking") {
    const { length } = rule.stack.weights;
    require(length === 2 * parts + 1, `the stack must have ${2 * parts + 1} weights`, length);
  }
  if (rule.kind === "exponentiated-gradient") {
    require(rule.rate > 0, "rate must be positive", rule.rate);
  }
  if ("learning" in rule) {
    const { rate, returnBound } = rule.learning;
    const share = "share" in rule.learning ? rule.learning.share : 0;
    require(returnBound > 0, "returnBound must be positive", returnBound);
    require(rate === null || rate > 0, "rate must be positive or null", rate);
    require(share >= 0 && share < 1, "share is in [0, 1)", share);
  }
}

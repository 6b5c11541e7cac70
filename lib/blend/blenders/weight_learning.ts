import { z } from "zod";
import { standardDeviation } from "../../statistics/mod.ts";
import type { BlendHistory } from "../blender.ts";
import { hedgeStep, lossesFromReturns, shareWeights } from "../expert_weights.ts";
import { requireSetting } from "./rule_schema.ts";

/** How the weights of experts follow their results. */
export type WeightLearning = {
  /**
   * Return of a full position over one bar, as a fraction, that counts as the best (and its
   * negative as the worst): results beyond it are cut off. Fixed beforehand.
   */
  readonly returnBound: number;
  /** Rate of learning; null for `sqrt(8 ln N / t)` at step t, when the length is not known. */
  readonly rate: number | null;
  /** Share of weight given back each step, 0 for plain Hedge. */
  readonly share: number;
};

const unshared = { returnBound: z.number(), rate: z.number().nullable() };

/** Checks the shape of learning that gives weight back. */
export const learningSchema: z.ZodType<WeightLearning> = z.strictObject({
  ...unshared,
  share: z.number(),
});

/** The same without a share; one that is written is not read. */
export const unsharedLearningSchema: z.ZodType<Omit<WeightLearning, "share">> = z.object(unshared);

/** A return of so many deviations counts as the best that can happen to an expert. */
const BOUND_DEVIATIONS = 3;

/** Bars of a history whose return is known. */
export function knownReturns({ barReturns }: BlendHistory): Float64Array {
  return barReturns.filter(Number.isFinite);
}

/** The return that counts as the best of a bar. */
export function returnBoundOf(history: BlendHistory): number {
  const known = knownReturns(history);
  const spread = known.length < 2 ? 0 : standardDeviation(known);
  return Math.max(1e-6, BOUND_DEVIATIONS * spread);
}

/** One step of Hedge on net returns, and weight given back where there is a share. */
export function learnWeights(
  weights: readonly number[],
  { rate, returnBound, share = 0 }: Omit<WeightLearning, "share"> & { readonly share?: number },
  returns: readonly number[],
  step: number,
): readonly number[] {
  const losses = lossesFromReturns(returns, -returnBound, returnBound);
  const now = rate ?? Math.sqrt(8 * Math.log(weights.length) / step);
  const stepped = hedgeStep(weights, losses, now);
  return share === 0 ? stepped : shareWeights(stepped, share);
}

/** @throws {RangeError} when a setting of the learning is outside its range */
export function checkLearning(
  { rate, returnBound, share = 0 }: Omit<WeightLearning, "share"> & { readonly share?: number },
): void {
  requireSetting(returnBound > 0, "returnBound must be positive", returnBound);
  requireSetting(rate === null || rate > 0, "rate must be positive or null", rate);
  requireSetting(share >= 0 && share < 1, "share is in [0, 1)", share);
}

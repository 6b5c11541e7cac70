import { InputError } from "../core/mod.ts";
import type { Blender, BlendRule } from "./blender.ts";
import { blenderOf, BLENDERS } from "./blenders.ts";
import { equalWeights } from "./expert_weights.ts";

/** Name of the expert that never holds anything; always the last one. */
export const FLAT_EXPERT = "flat";

/**
 * All that a blender has learnt. Plain data: JSON and back gives the same bits, so a run that goes
 * on from a journal decides what the run that was never stopped would have decided.
 */
export interface BlendState {
  /** The blender it belongs to. */
  readonly kind: string;
  /** Names of the experts: the parts in order, then `flat`. */
  readonly experts: readonly string[];
  /** One per expert, summing to 1. */
  readonly weights: readonly number[];
  /** Bars learnt from. */
  readonly steps: number;
  /** Epoch milliseconds of the last bar learnt from; null before the first. */
  readonly learntTo: number | null;
}

/** The state before anything was learnt: equal weights. */
export function initialBlendState(kind: string, sources: readonly string[]): BlendState {
  const experts = [...sources, FLAT_EXPERT];
  return { kind, experts, weights: equalWeights(experts.length), steps: 0, learntTo: null };
}

/**
 * The state after one more bar. Blenders that do not learn only count it.
 *
 * @param returns net return of each part's own position over the bar, as fractions; flat's is 0
 * @param time epoch milliseconds of the bar
 * @param blenders where the rule's kind is looked up
 */
export function learnBlend(
  state: BlendState,
  rule: BlendRule,
  returns: readonly number[],
  time: number,
  blenders: readonly Blender[] = BLENDERS,
): BlendState {
  const steps = state.steps + 1;
  const { learn } = blenderOf(rule.kind, blenders);
  const weights = learn?.(state.weights, rule, [...returns, 0], steps) ?? state.weights;
  return { ...state, weights, steps, learntTo: time };
}

/**
 * Reads a state that was journaled.
 *
 * @param value what `JSON.parse` gave
 * @param where the journal, for the error
 * @throws InputError when it is no state of this blender and these parts.
 * @example
 * ```ts
 * import { initialBlendState, restoreBlendState } from "./blend_state.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const state = initialBlendState("hedge", ["forest", "policy"]);
 * const again = JSON.parse(JSON.stringify(state));
 * assertEquals(restoreBlendState(again, "hedge", ["forest", "policy"], "journal"), state);
 * ```
 */
export function restoreBlendState(
  value: unknown,
  kind: string,
  sources: readonly string[],
  where: string,
): BlendState {
  const refuse = (what: string): never => {
    throw new InputError(`Cannot restore the blend as ${what}`, {
      where,
      remedy: "start with fresh weights or name the journal of this blend",
    });
  };
  if (typeof value !== "object" || value === null) return refuse("it is no object");
  const { kind: found, experts, weights, steps, learntTo } = value as Record<string, unknown>;
  if (found !== kind) return refuse(`it belongs to ${found}, not to ${kind}`);
  const names = [...sources, FLAT_EXPERT];
  if (!Array.isArray(experts) || experts.join("\n") !== names.join("\n")) {
    return refuse(`its experts are not ${names.join(", ")}`);
  }
  if (!isDistribution(weights, names.length)) return refuse("its weights do not sum to 1");
  if (!Number.isSafeInteger(steps) || (steps as number) < 0) {
    return refuse("its steps are no count");
  }
  if (learntTo !== null && !Number.isFinite(learntTo)) return refuse("learntTo is no time");
  return {
    kind,
    experts: names,
    weights,
    steps: steps as number,
    learntTo: learntTo as number | null,
  };
}

function isDistribution(weights: unknown, length: number): weights is number[] {
  return Array.isArray(weights) && weights.length === length &&
    weights.every((weight) => typeof weight === "number" && weight >= 0 && weight <= 1) &&
    Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9;
}

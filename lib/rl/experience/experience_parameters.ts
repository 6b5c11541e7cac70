import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import { DEFAULT_IMPLICIT_Q, type ImplicitQOptions } from "../learners/implicit_q_learning.ts";
import { POLICY_SIZES, type PolicySize } from "../policy/policy_network.ts";

/** How a policy is learnt from logged decisions. */
export interface ExperienceParameters {
  /** Size of both networks; observations are single rows, so none is recurrent. */
  readonly size: Exclude<PolicySize, "recurrent">;
  /** Members of the ensemble, each with a seed of its own. */
  readonly members: number;
  /** Decisions of a batch. */
  readonly batch: number;
  /** Batches at most. */
  readonly steps: number;
  /** Batches between two looks at the decisions that early stopping watches. */
  readonly evaluateEvery: number;
  /** Looks without a better one after which a member stops. */
  readonly patience: number;
  /** Largest step of the optimizer; it falls to a tenth along half a cosine. */
  readonly learningRate: number;
  /** Share of each weight taken off per step, times the learning rate. */
  readonly weightDecay: number;
  /** Share of the older batches in the means of the weights that is kept. */
  readonly averaging: number;
  /** Largest norm of a gradient. */
  readonly clipNorm: number;
  /** Implicit Q-learning itself. */
  readonly implicit: ImplicitQOptions;
}

/** Those of a small policy. */
export const DEFAULT_EXPERIENCE: ExperienceParameters = {
  size: "small",
  members: 3,
  batch: 1_024,
  steps: 240,
  evaluateEvery: 20,
  patience: 6,
  learningRate: 3e-3,
  weightDecay: 1,
  averaging: 0.98,
  clipNorm: 0.5,
  implicit: DEFAULT_IMPLICIT_Q,
};

const share = z.number().min(0).max(1);
const positive = z.number().gt(0);
const count = z.int().min(1);
const schema: z.ZodType<ExperienceParameters> = z.strictObject({
  size: z.enum(POLICY_SIZES).exclude(["recurrent"]),
  members: count.max(64),
  batch: count,
  steps: count,
  evaluateEvery: count,
  patience: count,
  learningRate: positive,
  weightDecay: z.number().min(0),
  averaging: share.lt(1),
  clipNorm: positive,
  implicit: z.strictObject({
    discount: share,
    expectile: positive.lt(1),
    inverseTemperature: z.number().min(0),
    weightCap: positive,
  }),
});

/**
 * Checks parameters of unknown origin; what is absent is taken from `DEFAULT_EXPERIENCE`.
 *
 * @throws {InputError} when a parameter is unknown or out of range
 * @example
 * ```ts
 * import { parseExperienceParameters } from "./experience_parameters.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parseExperienceParameters({ members: 5 }).implicit.expectile, 0.7);
 * ```
 */
export function parseExperienceParameters(json: unknown): ExperienceParameters {
  const result = schema.safeParse({ ...DEFAULT_EXPERIENCE, ...Object(json) });
  if (result.success) return result.data;
  const { message, path } = result.error.issues[0]!;
  throw new InputError(`Cannot read how to learn from experience: ${message}`, {
    ...(path.length === 0 ? {} : { where: path.join(".") }),
    remedy: `the parameters are ${Object.keys(DEFAULT_EXPERIENCE).join(", ")}`,
  });
}

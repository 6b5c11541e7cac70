import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import { POLICY_SIZES, type PolicySize } from "../policy/policy_network.ts";
import { ALGORITHMS } from "./learners.ts";

/** How a policy is learnt. */
export interface PolicyParameters {
  /** Which learner: a name of `LEARNERS`. */
  readonly algorithm: string;
  /** Size of the network. */
  readonly size: PolicySize;
  /** Feature rows that one decision reads; 1 for all but the recurrent policy. */
  readonly window: number;
  /** Positions to choose from, in full positions, ascending, with 0 among them. */
  readonly actions: readonly number[];
  /**
   * Discount per bar of the learners that sample actions; the exact ones need none. Above .95 it
   * adds the noise of later bars and nothing else.
   */
  readonly discount: number;
  /** Members of the ensemble, each with a seed of its own. */
  readonly members: number;
  /** Rows of an episode. */
  readonly horizon: number;
  /** Episodes of a batch. */
  readonly episodes: number;
  /** Batches at most. */
  readonly steps: number;
  /** Batches between two looks at the rows that early stopping watches. */
  readonly evaluateEvery: number;
  /** Looks without a better one after which a member stops. */
  readonly patience: number;
  /** Largest step of the optimizer; it falls to a tenth along half a cosine. */
  readonly learningRate: number;
  /** Share of each weight taken off per step, times the learning rate. */
  readonly weightDecay: number;
  /** Share of the older batches in the mean of the weights that is kept. */
  readonly averaging: number;
  /** Largest norm of a gradient. */
  readonly clipNorm: number;
  /** Weight of the mean entropy in the first and in the last batch. */
  readonly entropy: readonly [first: number, last: number];
}

/** Those of a medium policy with the exact gradient. */
export const DEFAULT_POLICY: PolicyParameters = {
  algorithm: "exact",
  size: "medium",
  window: 1,
  actions: [-1, 0, 1],
  discount: 0.9,
  members: 3,
  horizon: 256,
  episodes: 32,
  steps: 240,
  evaluateEvery: 20,
  patience: 6,
  learningRate: 5e-3,
  weightDecay: 0.1,
  averaging: 0.98,
  clipNorm: 0.5,
  entropy: [0.03, 0.001],
};

/** What a recurrent policy needs instead: a window, and less of everything that it multiplies. */
export const RECURRENT_POLICY: PolicyParameters = {
  ...DEFAULT_POLICY,
  size: "recurrent",
  window: 32,
  horizon: 128,
  episodes: 8,
  learningRate: 3e-3,
};

const positive = z.number().gt(0);
const schema: z.ZodType<PolicyParameters> = z.strictObject({
  algorithm: z.enum(ALGORITHMS),
  size: z.enum(POLICY_SIZES),
  window: z.int().min(1).max(512),
  actions: z.array(z.number().min(-10).max(10)).min(2).max(41)
    .refine((actions) => actions.includes(0), "staying flat must be one of them")
    .refine(
      (actions) => actions.every((action, i) => i === 0 || action > actions[i - 1]!),
      "positions must ascend",
    ),
  discount: z.number().min(0).max(1),
  members: z.int().min(1).max(64),
  horizon: z.int().min(2),
  episodes: z.int().min(1),
  steps: z.int().min(1),
  evaluateEvery: z.int().min(1),
  patience: z.int().min(1),
  learningRate: positive,
  weightDecay: z.number().min(0),
  averaging: z.number().min(0).lt(1),
  clipNorm: positive,
  entropy: z.tuple([z.number().min(0), z.number().min(0)]),
});

/**
 * Checks policy parameters of unknown origin; what is absent is taken from `DEFAULT_POLICY`, or
 * from `RECURRENT_POLICY` when the size says so.
 *
 * @throws {InputError} when a parameter is unknown or out of range
 * @example
 * ```ts
 * import { parsePolicyParameters } from "./parameters.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parsePolicyParameters({ size: "recurrent" }).window, 32);
 * ```
 */
export function parsePolicyParameters(json: unknown): PolicyParameters {
  const given = Object(json) as Partial<PolicyParameters>;
  const defaults = given.size === "recurrent" ? RECURRENT_POLICY : DEFAULT_POLICY;
  const result = schema.safeParse({ ...defaults, ...given });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.join(".");
  throw new InputError(`Cannot read the policy parameters: ${issue.message}`, {
    ...(path === "" ? {} : { where: path }),
    remedy: `the parameters are ${Object.keys(DEFAULT_POLICY).join(", ")}`,
  });
}

import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import { type FeatureSpec, parseFeatureSpec } from "../../features/mod.ts";
import {
  parsePolicyParameters,
  parseRewardSettings,
  type PolicyParameters,
  type RewardSettings,
} from "../../rl/mod.ts";

/** What decides how a policy is learnt, apart from data, costs and seed: what tuning may change. */
export interface TunablePolicy {
  /** What a row holds. */
  readonly features: FeatureSpec;
  /** How it learns. */
  readonly parameters: PolicyParameters;
  /** What it is paid; the scale of its drawdowns follows from the position. */
  readonly reward: Omit<RewardSettings, "riskPerDeviation">;
  /** Share of the rows that early stopping watches. */
  readonly validationShare: number;
  /** Share of the newest rows, neither learnt from nor watched, that proves the result. */
  readonly evidenceShare: number;
}

const share = z.number().gt(0).max(0.5);
const part = z.record(z.string(), z.unknown());
const fileSchema = z.strictObject({
  features: z.unknown(),
  parameters: part,
  reward: part,
  validationShare: share,
  evidenceShare: share,
}).partial();

/**
 * Reads settings from JSON; what is absent is taken from `base`, single parameters and weights
 * included, but for those of a recurrent policy, which has defaults of its own.
 *
 * @throws {InputError} naming the key
 * @example
 * ```ts
 * import { DEFAULT_FEATURES } from "../../features/features.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 * import { DEFAULT_POLICY } from "../../rl/learners/parameters.ts";
 * import { DEFAULT_REWARD } from "../../rl/reward/additive_reward.ts";
 * import { parseTunablePolicy } from "./policy_settings.ts";
 *
 * const base = {
 *   features: DEFAULT_FEATURES,
 *   parameters: DEFAULT_POLICY,
 *   reward: DEFAULT_REWARD,
 *   validationShare: 0.15,
 *   evidenceShare: 0.15,
 * };
 * const { parameters } = parseTunablePolicy({ parameters: { members: 1 } }, base);
 * assertEquals([parameters.members, parameters.horizon], [1, 256]);
 * ```
 */
export function parseTunablePolicy(json: unknown, base: TunablePolicy): TunablePolicy {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw unreadable(parsed.error);
  const { features, parameters, reward, validationShare, evidenceShare } = parsed.data;
  const isOtherKind = parameters?.["size"] === "recurrent" && base.parameters.size !== "recurrent";
  const { riskPerDeviation: _, ...weights } = parseRewardSettings({ ...base.reward, ...reward });
  return {
    features: features === undefined ? base.features : parseFeatureSpec(features),
    parameters: parsePolicyParameters(
      isOtherKind ? parameters : { ...base.parameters, ...parameters },
    ),
    reward: weights,
    validationShare: validationShare ?? base.validationShare,
    evidenceShare: evidenceShare ?? base.evidenceShare,
  };
}

function unreadable(error: z.ZodError): InputError {
  const issue = error.issues[0]!;
  return new InputError(`Cannot read it: ${issue.message}`, {
    where: ["recipe file", ...issue.path].join(", "),
    remedy: 'give an object such as {"parameters": {"size": "small"}}, or a file that tune wrote',
  });
}

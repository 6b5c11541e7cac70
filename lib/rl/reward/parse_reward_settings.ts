import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import { DEFAULT_REWARD, type RewardSettings } from "./additive_reward.ts";

const weight = z.number().min(0).max(1e6);
const positive = z.number().gt(0);
const schema: z.ZodType<RewardSettings> = z.strictObject({
  clip: positive,
  varianceWeight: weight,
  drawdownWeight: weight,
  drawdownReference: positive,
  leverageWeight: weight,
  softLeverage: z.number().min(0),
  turnoverWeight: weight,
  riskPerDeviation: positive,
});

/**
 * Checks reward settings of unknown origin; what is absent is taken from `DEFAULT_REWARD`.
 *
 * @throws {InputError} when a weight is unknown or out of range
 * @example
 * ```ts
 * import { parseRewardSettings } from "./parse_reward_settings.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parseRewardSettings({ turnoverWeight: 0.5 }).clip, 10);
 * ```
 */
export function parseRewardSettings(json: unknown): RewardSettings {
  const result = schema.safeParse({ ...DEFAULT_REWARD, ...Object(json) });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.join(".");
  throw new InputError(`Cannot read the reward: ${issue.message}`, {
    ...(path === "" ? {} : { where: path }),
    remedy: `its settings are ${Object.keys(DEFAULT_REWARD).join(", ")}`,
  });
}

import { InputError } from "../core/mod.ts";
import type { Blender } from "./blender.ts";
import { CONFIDENCE_WEIGHTED } from "./blenders/confidence_weighted.ts";
import { EXPONENTIATED_GRADIENT } from "./blenders/exponentiated_gradient.ts";
import { FIXED_SHARE } from "./blenders/fixed_share.ts";
import { HEDGE } from "./blenders/hedge.ts";
import { LOG_ODDS_POOL } from "./blenders/log_odds_pool.ts";
import { PLAIN_RULE } from "./blenders/plain_rule.ts";
import { STACKING } from "./blenders/stacking.ts";

/** Every way of making one position out of the parts' forecasts, in the order of help and pages. */
export const BLENDERS: readonly Blender[] = [
  LOG_ODDS_POOL,
  STACKING,
  CONFIDENCE_WEIGHTED,
  HEDGE,
  FIXED_SHARE,
  EXPONENTIATED_GRADIENT,
  PLAIN_RULE,
];

/** Names of `BLENDERS`. */
export const BLEND_KINDS: readonly string[] = BLENDERS.map(({ kind }) => kind);

/**
 * The blender of a kind.
 *
 * @param blenders those of a script beside ours, `[...BLENDERS, own]`
 * @throws {InputError} when there is none
 */
export function blenderOf(kind: string, blenders: readonly Blender[] = BLENDERS): Blender {
  const blender = blenders.find((one) => one.kind === kind);
  if (blender !== undefined) return blender;
  throw new InputError(`Cannot blend by '${kind}'`, {
    remedy: `the blenders are ${blenders.map((one) => one.kind).join(", ")}`,
  });
}

/** What a day that is too large does; names as in a rule set. */
export type ConsistencyEffect =
  | "delays-pass"
  | "raises-target-by-division"
  | "raises-target-by-excess"
  | "blocks-payout";

/** How evenly an account earned, and what the rule makes of it. */
export interface ConsistencyFacts {
  /** What the best day does. */
  readonly effect: ConsistencyEffect;
  /** Largest share that the best day may have, above 0. */
  readonly maxShare: number;
  /** Profit of the best day, micro-dollars. */
  readonly bestDayMicros: number;
  /** Profit at which the account is passed; absent where there is none. */
  readonly targetMicros?: number;
}

/**
 * Profit that an account needs before its best day is no larger than allowed, whole micro-dollars,
 * rounded up. A fact for people: no order hangs on it.
 *
 * `delays-pass` and `blocks-payout`: best day / share, at least the target.
 * `raises-target-by-division`: the same. `raises-target-by-excess`: the target and what the best day
 * is above share · target.
 *
 * @throws RangeError when the excess is asked for without a target, or the share is not in (0, 1]
 * @example
 * ```ts
 * import { profitForConsistency } from "./consistency.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const day = { maxShare: 0.4, bestDayMicros: 1_500e6, targetMicros: 3_000e6 };
 * const needed = (effect: "raises-target-by-division" | "raises-target-by-excess") =>
 *   profitForConsistency({ ...day, effect });
 * assertEquals(needed("raises-target-by-division"), 3_750e6);
 * assertEquals(needed("raises-target-by-excess"), 3_300e6);
 * ```
 */
export function profitForConsistency(
  { bestDayMicros, effect, maxShare, targetMicros }: ConsistencyFacts,
): number {
  if (!(maxShare > 0 && maxShare <= 1)) {
    throw new RangeError(
      `Cannot judge consistency as the share must be in (0, 1]: current value is ${maxShare}`,
    );
  }
  if (effect === "raises-target-by-excess") {
    if (targetMicros === undefined) {
      throw new RangeError("Cannot raise a target by the excess of a day as there is no target");
    }
    return targetMicros + Math.max(0, upToWhole(bestDayMicros - maxShare * targetMicros));
  }
  return Math.max(targetMicros ?? 0, upToWhole(bestDayMicros / maxShare));
}

/** The next whole number, but for the dust of a binary share. */
function upToWhole(micros: number): number {
  const nearest = Math.round(micros);
  return Math.abs(micros - nearest) < 1e-3 ? nearest : Math.ceil(micros);
}

import { canonicalJson, InputError, type JsonValue } from "../core/mod.ts";
import type { RiskLimits } from "./risk_limits.ts";

/** Limits that belong to an account, whatever is traded in it. */
const OF_ACCOUNT = [
  "dailyLossMicros",
  "dailyLossWarning",
  "trailingDrawdown",
  "maxOrdersPerMinute",
  "account",
] as const;

/** The limits of an account, and those of each instrument in it. */
export interface SharedLimits {
  /** Counted over all instruments. */
  readonly ofAccount: RiskLimits;
  /** Counted for each instrument by itself. */
  readonly ofInstrument: RiskLimits;
}

/**
 * Tells limits of an account from those of each of its instruments.
 *
 * @example
 * ```ts
 * import { shareLimits } from "./shared_limits.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const { ofAccount, ofInstrument } = shareLimits({ dailyLossMicros: 500e6, maxContracts: 3 });
 * assertEquals([ofAccount, ofInstrument], [{ dailyLossMicros: 500e6 }, { maxContracts: 3 }]);
 * ```
 */
export function shareLimits(limits: RiskLimits): SharedLimits {
  const isOfAccount = (name: string): boolean => OF_ACCOUNT.some((each) => each === name);
  const entries = Object.entries(limits);
  return {
    ofAccount: Object.fromEntries(entries.filter(([name]) => isOfAccount(name))),
    ofInstrument: Object.fromEntries(entries.filter(([name]) => !isOfAccount(name))),
  };
}

/**
 * The limits of a system with further ones.
 *
 * @param where of the further ones, for the error
 * @throws {InputError} when both state the same limit and mean another one
 */
export function joinLimits(system: RiskLimits, further: RiskLimits, where: string): RiskLimits {
  for (const [name, value] of Object.entries(further)) {
    const stated = (system as Readonly<Record<string, unknown>>)[name];
    if (stated === undefined || textOf(stated) === textOf(value)) continue;
    throw new InputError(
      `Cannot trade with ${name} ${textOf(value)} as the system was fitted with ${textOf(stated)}`,
      { where, remedy: `leave ${name} out, or fit the system with it` },
    );
  }
  return { ...system, ...further };
}

function textOf(value: unknown): string {
  return canonicalJson(value as JsonValue);
}

import { type Blender, type BlendRule, parseBlendRule } from "../blend/mod.ts";
import type { TradingSystem } from "../records/mod.ts";
import { parseRiskLimits, parseSizing, type RiskLimits, type SizingSettings } from "../risk/mod.ts";

/** Those parts of a system's document that others read, as they read them. */
export interface SystemSettings {
  /** Null for a single part that is followed as it is. */
  readonly rule: BlendRule | null;
  /** How many lots a full position is. */
  readonly sizing: SizingSettings;
  /** Rules of risk. */
  readonly limits: RiskLimits;
}

/**
 * Reads what a system decides with.
 *
 * @param blenders where the kind of its blend is looked up; ours when absent
 * @throws {InputError} when it asks for something that this program does not know
 */
export function systemSettings(
  { blend, limits, name, parts, sizing }: TradingSystem,
  blenders?: readonly Blender[],
): SystemSettings {
  return {
    rule: blend === null ? null : parseBlendRule(blend.rule, parts.length, name, blenders),
    sizing: parseSizing(sizing, name),
    limits: parseRiskLimits(limits, name),
  };
}

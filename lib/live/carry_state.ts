import { carryBlend, type FollowState } from "../blend/mod.ts";
import type { JsonValue } from "../core/mod.ts";
import type { SystemPart, TradingSystem } from "../records/mod.ts";
import { systemSettings } from "../system/mod.ts";
import type { SavedDecider } from "./system_decider.ts";

/** What a system begins with that takes over from another one. */
export interface CarriedState {
  /** To be started with. */
  readonly state: JsonValue;
  /** What was kept, in words. */
  readonly kept: string;
}

/**
 * What was learnt while trading goes over to the parts that stay: those of the same model and
 * manifest, by hash. Features and signals are those that the bars have just made.
 *
 * @param fresh what the new system has saved after its bars
 * @param before the system that traded so far, and what it has saved after the same bar
 */
export function carryState(
  fresh: JsonValue,
  system: TradingSystem,
  before: { readonly system: TradingSystem; readonly saved: JsonValue },
): CarriedState {
  const begun = { state: fresh, kept: "begun" };
  const saved = before.saved as unknown as SavedDecider;
  const kept = system.parts.map((part) => {
    const index = before.system.parts.findIndex((other) => identityOf(other) === identityOf(part));
    return index < 0 ? null : index;
  });
  const [rule, ruleBefore] = [system, before.system].map((one) => systemSettings(one).rule);
  const forecaster = rule == null || ruleBefore == null ? null : carryBlend(
    saved.forecaster as unknown as FollowState,
    rule.kind,
    system.parts.map(({ name }) => name),
    kept,
  );
  if (forecaster === null) return begun;
  const names = system.parts.filter((_, i) => kept[i] !== null).map(({ name }) => name);
  const state: SavedDecider = {
    ...fresh as unknown as SavedDecider,
    forecaster: forecaster as unknown as JsonValue,
  };
  return {
    state: state as unknown as JsonValue,
    kept: `weights kept of ${names.join(", ")}`,
  };
}

function identityOf({ manifestSha256, onnxSha256 }: SystemPart): string {
  return `${onnxSha256} ${manifestSha256}`;
}

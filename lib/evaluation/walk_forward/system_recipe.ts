import type { TaskControl } from "../../core/mod.ts";
import type { ModelManifest, TradingSystem } from "../../records/mod.ts";
import { openRegistry } from "../../registry/mod.ts";
import type { RiskRequest } from "../../risk/mod.ts";
import { type AccountSettings, loadSystem, systemSettings } from "../../system/mod.ts";
import { costRequestOf } from "../../trading/mod.ts";

/** What a registered system is made by, to make it again on other rows. */
export interface SystemRecipe {
  /** Its document. */
  readonly system: TradingSystem;
  /** How each part was trained, in order. */
  readonly again: readonly ModelManifest[];
  /** Its blender; empty for a single part. */
  readonly blends: readonly string[];
  readonly risk: RiskRequest;
  /** Its costs and sizes. */
  readonly market: Pick<AccountSettings, "costs" | "flattenAtSessionEnd" | "lots">;
}

/**
 * Reads the recipe of a registered system: trainings, blender, costs, sizes and rules of risk,
 * without anything that it has learnt.
 *
 * @throws {InputError} when there is no such system, or it cannot be used
 * @throws {CorruptArtifactError} when a file is not what was registered
 */
export async function systemRecipe(
  folder: string,
  reference: string,
  { clock }: Pick<TaskControl, "clock">,
): Promise<SystemRecipe> {
  using registry = openRegistry({ folder, clock, readOnly: true });
  const { models, system } = await loadSystem(registry, reference);
  const { costs, flattenAtSessionEnd } = system;
  const { limits, rule, sizing } = systemSettings(system);
  const { kellyPart } = sizing;
  return {
    system,
    again: models.map(({ manifest }) => manifest),
    blends: rule === null ? [] : [rule.kind],
    risk: {
      limits,
      ...(kellyPart === undefined ? {} : { kellyPart }),
      ...(sizing.kind === "fixed" ? {} : {
        volatilityTarget: {
          annualVolatility: sizing.annualVolatility,
          maxLeverage: sizing.maxLeverage,
        },
      }),
    },
    market: {
      costs: costRequestOf(costs),
      flattenAtSessionEnd,
      ...(sizing.kind === "fixed" ? { lots: sizing.lots } : {}),
    },
  };
}

import { InputError } from "../core/mod.ts";
import { isPolicy, type TradingSystem } from "../records/mod.ts";
import { lotsOf, type SizingSettings } from "../risk/mod.ts";
import { nearestAction } from "../strategies/mod.ts";
import type { TradedModel } from "../system/mod.ts";
import { type Forecast, nextExposure } from "../trading/mod.ts";

/** Positions that a system chooses from, and the lots of a full one. */
export interface ExploredPositions {
  /** In full positions, ascending, with 0 among them. */
  readonly positions: readonly number[];
  /** Lots of a full position. */
  readonly lots: number;
}

/** So many lots on either side of flat are all that a log of decisions has positions for. */
const MOST_LOTS = 20;

/**
 * What a system chooses from: the positions of its policy, where that trades alone, or else every
 * number of whole lots.
 *
 * @param sizing as it is deployed
 * @throws {InputError} when a full position has not always the same lots, or too many
 */
export function exploredPositions(
  system: Pick<TradingSystem, "blend" | "name">,
  models: readonly Pick<TradedModel, "manifest">[],
  sizing: SizingSettings,
): ExploredPositions {
  const remedy = `fit it with --lots 1 … ${MOST_LOTS}`;
  if (sizing.kind !== "fixed") {
    throw new InputError(
      `Cannot tell the positions that ${system.name} chooses from: its lots change with volatility`,
      { remedy },
    );
  }
  const { lots } = sizing;
  const [only] = models;
  if (system.blend === null && only !== undefined && isPolicy(only.manifest)) {
    return { positions: only.manifest.actions, lots };
  }
  if (lots > MOST_LOTS) {
    throw new InputError(
      `Cannot tell the positions that ${system.name} chooses from: ${lots} lots make too many`,
      { remedy },
    );
  }
  const positions = Array.from({ length: 2 * lots + 1 }, (_, i) => (i - lots) / lots);
  return { positions, lots };
}

/**
 * Which of the positions a forecast leads to.
 *
 * @param exposure what is held, in full positions
 * @returns its index
 */
export function positionOf(
  forecast: Forecast,
  exposure: number,
  { lots, positions }: ExploredPositions,
): number {
  const next = nextExposure(forecast, exposure);
  const isWhole = positions.length === 2 * lots + 1;
  return nearestAction(positions, isWhole ? Math.sign(next) * lotsOf(next, lots) / lots : next);
}

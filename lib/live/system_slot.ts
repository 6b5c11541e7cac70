import { InputError } from "../core/mod.ts";
import type { TradingConditions } from "../engine/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { CurrentDeployment } from "../registry/mod.ts";
import { scaleSizing } from "../risk/mod.ts";
import type { LoadedSystem } from "../system/mod.ts";
import type { SessionSlot } from "./session_options.ts";
import type { Exploration } from "../trading/mod.ts";
import { exploredPositions } from "./explored_positions.ts";
import type { DecidingSystem } from "./system_decider.ts";
import { startWorkerDecider } from "./worker_decider.ts";

/** A registered system as it is deployed; null for one that is named by its version. */
export type DeployedSystem = Omit<LoadedSystem, "deployment" | "models"> & {
  /** In the order of its parts. */
  readonly models: DecidingSystem["models"];
  readonly deployment: Pick<CurrentDeployment, "alias" | "sizeFactor"> | null;
  /** How it explores; absent where it does not. */
  readonly exploration?: Exploration;
};

/** Where a system begins to trade. */
export interface SystemSlotStart {
  /** What is traded. */
  readonly market: Pick<Bars, "instrument" | "intervalMs">;
  /** Costs, margin, sizes and limits, as a backtest of the system has them. */
  readonly conditions: TradingConditions;
  /** Open of the first bar that is traded. */
  readonly from: number;
  /** Open of the first bar at which its models are asked. */
  readonly signalsFrom: number;
  /** So many bars before it, whenever they open. @default 0 */
  readonly quietBars?: number;
}

/**
 * A registered system as a slot of a session: its sizes by the factor of its deployment, its
 * decisions in a worker.
 *
 * @throws {InputError} when the factor leaves nothing to trade
 */
export function systemSlot(
  { deployment, exploration, models, name, sha256, system, version }: DeployedSystem,
  { conditions, from, market, quietBars = 0, signalsFrom }: SystemSlotStart,
): SessionSlot {
  const { instrument, intervalMs } = market;
  const { costs, flattenAtSessionEnd, limits } = conditions;
  const sizeFactor = deployment?.sizeFactor ?? 1;
  const sizing = scaleSizing(conditions.sizing, sizeFactor);
  if (sizing.kind === "fixed" && sizing.lots === 0) {
    throw new InputError(
      `Cannot trade ${name}@${version} as its deployment multiplies its size by ${sizeFactor}: ` +
        "not one lot is left",
      { remedy: "fit the system with more lots, or promote it with a larger size factor" },
    );
  }
  const { margin, marginPerLotUsd, maxLots } = conditions;
  const exploring = exploration === undefined
    ? {}
    : { exploration: { ...exploration, ...exploredPositions(system, models, sizing) } };
  return {
    ...{ instrument, intervalMs, costs, marginPerLotUsd, sizing, flattenAtSessionEnd, from },
    ...(margin === undefined ? {} : { margin }),
    ...(limits === undefined ? {} : { limits }),
    maxLots: sizing.kind === "fixed" ? sizing.lots : maxLots,
    warmupBars: system.lookBack.featureBars + system.lookBack.signalBars,
    deployment: {
      system: `${name}@${version}`,
      sha256,
      alias: deployment?.alias ?? null,
      sizeFactor,
      ...(exploration === undefined ? {} : { exploration }),
    },
    system,
    start: (saved) =>
      startWorkerDecider({
        system,
        models: models.map(({ manifest, name, onnx, onnxSha256, version }) => (
          { name, version, onnxSha256, manifest, onnx }
        )),
        instrument,
        ...{ from: signalsFrom, quietBars },
        ...exploring,
      }, saved),
  };
}

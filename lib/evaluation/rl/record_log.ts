import {
  createExperience,
  explorePolicy,
  type LoggedDecision,
  meanSlippageTicks,
  openExperienceWriter,
  recordExperience,
} from "../../rl/mod.ts";
import type { PolicyManifest } from "../../records/mod.ts";
import { explainStorageError } from "../../db/mod.ts";
import type { ModelPredictions, TradedModel } from "../../system/mod.ts";
import { evaluate } from "../evaluate.ts";
import type { RunConditions } from "../../engine/mod.ts";

/** Where and how a policy's decisions are logged while it explores. */
export interface RecordRequest {
  /** Log to begin or to go on with. */
  readonly path: string;
  /** Share of the decisions that are drawn from all actions alike. */
  readonly exploration: number;
  readonly seed: number;
}

/** What was logged. */
export interface RecordedLog {
  readonly path: string;
  /** Decisions of this run. */
  readonly decisions: number;
  /** Number of this run within the log. */
  readonly episode: number;
  readonly exploration: number;
  /** Dollars that the exploring run made, every cost inside. */
  readonly netUsd: number;
  /** Ticks a lot that its fills were worse than the open; null where nothing was traded. */
  readonly meanSlippageTicks: number | null;
}

/**
 * Lets a policy trade while it now and then tries something else, and logs each decision
 * with its probability, its fill and what came of it.
 *
 * @throws {InputError} when the log is of other decisions, or cannot be written
 */
export function recordLog(
  { model, signals }: {
    readonly model: TradedModel & { readonly manifest: PolicyManifest };
    readonly signals: ModelPredictions;
  },
  { conditions, lots }: { readonly conditions: RunConditions; readonly lots: number },
  { exploration, path, seed }: RecordRequest,
): RecordedLog {
  const { manifest, name, version } = model;
  const decisions: LoggedDecision[] = [];
  const strategy = explorePolicy({
    ...{ signals, lots, exploration, seed, source: name, modelVersion: version },
    actions: manifest.actions,
    onDecision: (decision) => decisions.push(decision),
  });
  const { netUsd, result } = evaluate(conditions, strategy);
  const { bars, costs, flattenAtSessionEnd, initialCashUsd } = conditions;
  const header = {
    instrument: manifest.instrument,
    intervalMs: manifest.intervalMs,
    featureSpec: manifest.featureSpec,
    columns: manifest.featureColumns,
    actions: manifest.actions,
    lots,
    unitTicks: manifest.training.referenceTicks,
    account: { equityUsd: initialCashUsd, costs, flattenAtSessionEnd },
    behaviour: strategy.name,
  };
  const run = { bars, decisions, header, frame: signals.frame, fills: result.fills };
  const transitions = recordExperience(run);
  try {
    using writer = openExperienceWriter(path, header);
    writer.append(...transitions);
    return {
      ...{ path, exploration, netUsd, episode: writer.episode },
      decisions: transitions.length,
      meanSlippageTicks: meanSlippageTicks(createExperience(header, transitions)),
    };
  } catch (error) {
    throw explainStorageError(error, path);
  }
}

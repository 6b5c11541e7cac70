import { followPolicy } from "../../strategies/mod.ts";
import { isPolicy } from "../../records/mod.ts";
import { InputError, type TaskControl } from "../../core/mod.ts";
import type { SimulationOptions } from "../../simulator/mod.ts";
import { baselines, modelRun, type StrategyRun } from "../comparison.ts";
import {
  type AccountSettings,
  type ModelPredictions,
  modelPredictions,
  modelStrategy,
  type TradedModel,
} from "../../system/mod.ts";
import { evaluate } from "../evaluate.ts";
import type { RunConditions } from "../../engine/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import { type KnownOptimum, knownOptimum } from "../simulation.ts";
import { defaultRecipe } from "../../models/training.ts";
import { defaultTraining, trainOn } from "../../training/mod.ts";

/** What a policy is measured against, apart from the data. */
export interface ComparisonSettings {
  readonly market: AccountSettings;
  /** Bars over which the momentum baseline looks back. */
  readonly momentumBars: number;
  /** Share of the newest bars that nothing here learns from. */
  readonly holdout: number;
  readonly seed: number;
  readonly workers: number;
}

/** A policy on the held-out bars beside everything it should beat. */
export interface PolicyComparison {
  /** The policy first, then what it has to beat. */
  readonly runs: readonly StrategyRun[];
  /** The policy where it is not followed: what it would have done. */
  readonly allTheSame: StrategyRun | null;
  /** In a simulated world: nobody beats it but by luck. */
  readonly optimum: KnownOptimum | null;
  /** What could not be compared, in words. */
  readonly notes: readonly string[];
}

/** Folds of the logistic baseline; they only decide how far its edges are believed. */
const LOGISTIC_FOLDS = 3;

/** Runs the policy and the others under the same conditions. */
export async function comparePolicy(
  { model, signals }: { readonly model: TradedModel; readonly signals: ModelPredictions },
  { conditions, opened }: { readonly conditions: RunConditions; readonly opened: OpenedData },
  settings: ComparisonSettings,
  simulation: SimulationOptions | null,
  control: TaskControl,
): Promise<PolicyComparison> {
  const other = await logisticRun(opened, conditions, settings, control);
  const optimum = simulation === null || settings.market.flattenAtSessionEnd
    ? null
    : knownOptimum(simulation, conditions);
  return {
    runs: [
      modelRun(model, signals, conditions),
      ...("evaluation" in other ? [other] : []),
      ...baselines(conditions, settings.momentumBars),
    ],
    allTheSame: allTheSame(model, signals, conditions),
    optimum,
    notes: "note" in other ? [other.note] : [],
  };
}

/** Everything that the report shows, in its order. */
export function shownRuns(comparison: PolicyComparison): readonly StrategyRun[] {
  const { allTheSame, runs, optimum } = comparison;
  const [policy, ...others] = runs;
  return [
    policy!,
    ...(allTheSame === null ? [] : [allTheSame]),
    ...others,
    ...(optimum === null
      ? []
      : [{ role: "optimum", evaluation: optimum.evaluation } satisfies StrategyRun]),
  ];
}

/** What a policy that stands aside would have done; null for one that does not. */
function allTheSame(
  { manifest, version }: TradedModel,
  signals: ModelPredictions,
  conditions: RunConditions,
): StrategyRun | null {
  if (!isPolicy(manifest) || manifest.stance === "trade") return null;
  const { actions } = manifest;
  const source = { source: "policy", modelVersion: version };
  const strategy = followPolicy({ signals, actions, ...source });
  const name = "policy, if it were followed";
  return { role: "baseline", evaluation: evaluate(conditions, { ...strategy, name }) };
}

/** A logistic regression on the same bars and features; a note where it cannot be fitted. */
async function logisticRun(
  opened: OpenedData,
  conditions: RunConditions,
  { holdout, market, seed, workers }: ComparisonSettings,
  control: TaskControl,
): Promise<StrategyRun | { readonly note: string }> {
  try {
    const { manifest, onnx } = await trainOn(opened, {
      ...defaultTraining(defaultRecipe("logistic")),
      compare: false,
      folds: LOGISTIC_FOLDS,
      costs: market.costs,
      ...{ holdout, seed, workers },
    }, control);
    const model = { name: "logistic", version: 0, onnxSha256: manifest.onnx.sha256, manifest };
    const strategy = modelStrategy(
      model,
      await modelPredictions(onnx, manifest, opened),
      conditions,
    );
    return {
      role: "baseline",
      evaluation: evaluate(conditions, { ...strategy, name: "logistic" }),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { note: `no logistic regression beside it: ${error.message}` };
  }
}

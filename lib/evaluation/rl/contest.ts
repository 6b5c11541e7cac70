import { followPolicy } from "../../strategies/follow_policy.ts";
import { InputError } from "../../core/errors.ts";
import type { SimulationOptions } from "../../simulator/simulator.ts";
import { baselines, type Contestant, modelContestant } from "../comparison.ts";
import { modelStrategy, type TradedModel } from "../../system/traded_model.ts";
import { evaluate } from "../evaluate.ts";
import { type Arena } from "../../engine/run_conditions.ts";
import type { MarketRequest } from "../../system/account_settings.ts";
import type { OpenedData } from "../../data/open_data.ts";
import { type KnownOptimum, knownOptimum } from "../simulation.ts";
import { type ModelSignals, modelSignals } from "../../system/predict.ts";
import { DEFAULT_RECIPES, defaultTraining, trainOn } from "../../training/train_on.ts";
import { type TaskControl } from "../../core/task_control.ts";

/** What a policy is measured against, apart from the data. */
export interface ContestSettings {
  readonly market: MarketRequest;
  /** Bars over which the momentum baseline looks back. */
  readonly momentumBars: number;
  /** Share of the newest bars that nothing here learns from. */
  readonly holdout: number;
  readonly seed: number;
  readonly workers: number;
}

/** A policy on the held-out bars beside everything it should beat. */
export interface PolicyContest {
  /** The policy first, then what it has to beat. */
  readonly contestants: readonly Contestant[];
  /** The policy where it is not followed: what it would have done. */
  readonly allTheSame: Contestant | null;
  /** In a simulated world: nobody beats it but by luck. */
  readonly optimum: KnownOptimum | null;
  /** What could not be compared, in words. */
  readonly notes: readonly string[];
}

/** Folds of the logistic baseline; they only decide how far its edges are believed. */
const LOGISTIC_FOLDS = 3;

/** Runs the policy and its rivals in one arena of the engine. */
export async function contestPolicy(
  { model, signals }: { readonly model: TradedModel; readonly signals: ModelSignals },
  { arena, lots, opened }: {
    readonly arena: Arena;
    readonly lots: number;
    readonly opened: OpenedData;
  },
  settings: ContestSettings,
  simulation: SimulationOptions | null,
  control: TaskControl,
): Promise<PolicyContest> {
  const rival = await logisticContestant(opened, { arena, lots }, settings, control);
  const optimum = simulation === null || settings.market.flattenAtSessionEnd
    ? null
    : knownOptimum(simulation, arena, lots);
  return {
    contestants: [
      modelContestant(model, signals, arena, lots),
      ...("evaluation" in rival ? [rival] : []),
      ...baselines(arena, lots, settings.momentumBars),
    ],
    allTheSame: allTheSame(model, signals, arena, lots),
    optimum,
    notes: "note" in rival ? [rival.note] : [],
  };
}

/** Everything that the report shows, in its order. */
export function shownContestants(contest: PolicyContest): readonly Contestant[] {
  const { allTheSame, contestants, optimum } = contest;
  const [policy, ...rivals] = contestants;
  return [
    policy!,
    ...(allTheSame === null ? [] : [allTheSame]),
    ...rivals,
    ...(optimum === null
      ? []
      : [{ role: "optimum", evaluation: optimum.evaluation } satisfies Contestant]),
  ];
}

/** What a policy that stands aside would have done; null for one that does not. */
function allTheSame(
  { manifest, version }: TradedModel,
  signals: ModelSignals,
  arena: Arena,
  lots: number,
): Contestant | null {
  if (manifest.kind !== "policy" || manifest.stance === "trade") return null;
  const { actions } = manifest;
  const source = { source: "policy", modelVersion: version };
  const strategy = followPolicy({ signals, actions, lots, ...source });
  const name = "policy, if it were followed";
  return { role: "baseline", evaluation: evaluate(arena, { ...strategy, name }) };
}

/** A logistic regression on the same bars and features; a note where it cannot be fitted. */
async function logisticContestant(
  opened: OpenedData,
  { arena, lots }: { readonly arena: Arena; readonly lots: number },
  { holdout, market, seed, workers }: ContestSettings,
  control: TaskControl,
): Promise<Contestant | { readonly note: string }> {
  try {
    const { manifest, onnx } = await trainOn(opened, {
      ...defaultTraining(DEFAULT_RECIPES.logistic),
      compare: false,
      folds: LOGISTIC_FOLDS,
      costs: market.costs,
      ...{ holdout, seed, workers },
    }, control);
    const model = { name: "logistic", version: 0, onnxSha256: manifest.onnx.sha256, manifest };
    const strategy = modelStrategy(model, await modelSignals(onnx, manifest, opened), arena, lots);
    return { role: "baseline", evaluation: evaluate(arena, { ...strategy, name: "logistic" }) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { note: `no logistic regression beside it: ${error.message}` };
  }
}

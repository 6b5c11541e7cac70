import type { ModelManifest } from "../lib/domain/model_manifest.ts";
import { roundTripCostTicks } from "../lib/portfolio/costs.ts";
import { followPolicy } from "../lib/adaptive/policy/follow_policy.ts";
import type { FindingFacts } from "../lib/report/findings.ts";
import type { StrategyRole } from "../lib/report/tear_sheet.ts";
import { buyAndHold, flat, timeSeriesMomentum } from "../lib/strategy/baselines.ts";
import { followModel } from "../lib/strategy/follow_model.ts";
import type { Strategy } from "../lib/strategy/strategy.ts";
import { sha256Hex } from "../lib/utils/sha256.ts";
import { type Arena, evaluate, type Evaluation } from "./evaluate.ts";
import type { OpenedData } from "./open_data.ts";
import { robustnessFacts } from "./robustness_facts.ts";
import type { ModelSignals } from "./signals.ts";

/** One strategy of a comparison; the model's members are there when it follows one. */
export interface Contestant {
  readonly role: StrategyRole;
  readonly evaluation: Evaluation;
  readonly model?: TradedModel;
  readonly signals?: ModelSignals;
}

/** A model ready to trade: its manifest, its predictions, and its number in the registry. */
export interface TradedModel {
  readonly name: string;
  readonly version: number;
  readonly onnxSha256: string;
  readonly manifest: ModelManifest;
}

/**
 * The strategy that follows a model under the costs of the arena. A policy that stands aside is
 * not followed.
 */
export function modelStrategy(
  model: TradedModel,
  signals: Pick<ModelSignals, "probabilities">,
  arena: Pick<Arena, "bars" | "costs">,
  lots: number,
): Strategy {
  const { manifest } = model;
  const source = { source: model.name, modelVersion: model.version };
  if (manifest.kind === "policy") {
    const policy = followPolicy({ signals, actions: manifest.actions, lots, ...source });
    return manifest.stance === "trade" ? policy : { ...flat(), name: policy.name };
  }
  return followModel({
    signals,
    horizonBars: manifest.horizonBars,
    classOutcomes: manifest.classOutcomes,
    costTicks: roundTripCostTicks(arena.bars.instrument, arena.costs),
    edgeThreshold: manifest.edgeThreshold,
    lots,
    ...source,
  });
}

/** Evaluates a model and keeps what the report says about it. */
export function modelContestant(
  model: TradedModel,
  signals: ModelSignals,
  arena: Arena,
  lots: number,
): Contestant {
  return {
    role: "model",
    evaluation: evaluate(arena, modelStrategy(model, signals, arena, lots)),
    model,
    signals,
  };
}

/** The rules that every model is measured against, run in the same arena. */
export function baselines(arena: Arena, lots: number, momentumBars: number): Contestant[] {
  const momentum = timeSeriesMomentum({ lookbackBars: momentumBars, lots });
  return [flat(), buyAndHold(lots), momentum].map((strategy) => ({
    role: "baseline",
    evaluation: evaluate(arena, strategy),
  }));
}

/** The facts about the first contestant that findings are made of. */
export function findingFacts(
  contestants: readonly Contestant[],
  opened: OpenedData,
  outOfSample: boolean,
): FindingFacts {
  const { evaluation, model } = contestants[0]!;
  const { result } = evaluation;
  const manifest = model?.manifest;
  const rules = contestants.filter(({ role }) => role === "baseline");
  return {
    strategy: result.strategy,
    isBlend: model === undefined,
    outOfSample,
    days: evaluation.returns.length,
    tradesNetUsd: result.trades.map((trade) => trade.netMicros / 1e6),
    netUsd: evaluation.netUsd,
    costsUsd: evaluation.costsUsd,
    sharpe: evaluation.metrics["sharpe"]?.value ?? null,
    sharpeInterval: evaluation.sharpeInterval,
    baselines: rules.map((other) => ({
      name: other.evaluation.result.strategy,
      netUsd: other.evaluation.netUsd,
    })),
    vetoes: result.vetoes,
    ruined: result.ruinedAt !== null,
    ...robustnessFacts(evaluation, rules.map((rule) => rule.evaluation), opened.bars),
    ...(manifest === undefined ? {} : factsBefore(manifest)),
    dataWarnings: Object.entries(opened.problemCounts).map(([rule, count]) => ({
      text: `The data has ${count} rows with a warning: ${rule}.`,
      count,
    })),
  };
}

/** What was known of a model before the test. */
function factsBefore(manifest: ModelManifest): Pick<FindingFacts, "validation" | "policy"> {
  if (manifest.kind === "policy") {
    const { evidence: { rows, t }, stance } = manifest;
    return { policy: { isFollowed: stance === "trade", rows, t } };
  }
  const { edge, metrics } = manifest;
  return {
    validation: {
      accuracy: metrics["accuracy"] ?? null,
      baseRateAccuracy: metrics["baseRateAccuracy"] ?? null,
      informationCoefficient: metrics["informationCoefficient"] ?? null,
      shrinkage: edge.shrinkage,
    },
  };
}

/** Twelve hexadecimal digits that stand for everything that decided a run. */
export async function identify(parts: readonly string[]): Promise<string> {
  return (await sha256Hex(new TextEncoder().encode(parts.join("\n")))).slice(0, 12);
}

import { isPolicy, type ModelManifest, type StrategyRole } from "../records/mod.ts";
import type { FindingFacts } from "./findings.ts";
import { buyAndHold, flat, timeSeriesMomentum } from "../strategies/mod.ts";
import { sha256Hex } from "../core/mod.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { OpenedData } from "../data/mod.ts";
import { robustnessFacts } from "./robustness_facts.ts";
import { type ModelPredictions, modelStrategy, type TradedModel } from "../system/mod.ts";

/** One strategy of a comparison; the model's members are there when it follows one. */
export interface StrategyRun {
  readonly role: StrategyRole;
  readonly evaluation: Evaluation;
  readonly model?: TradedModel;
  readonly signals?: ModelPredictions;
}

/** Evaluates a model and keeps what the report says about it. */
export function modelRun(
  model: TradedModel,
  signals: ModelPredictions,
  conditions: RunConditions,
): StrategyRun {
  return {
    role: "model",
    evaluation: evaluate(conditions, modelStrategy(model, signals, conditions)),
    model,
    signals,
  };
}

/** The rules that every model is measured against, run in the same conditions. */
export function baselines(conditions: RunConditions, momentumBars: number): StrategyRun[] {
  return [flat(), buyAndHold(), timeSeriesMomentum(momentumBars)].map((strategy) => ({
    role: "baseline",
    evaluation: evaluate(conditions, strategy),
  }));
}

/** The facts about the first run that findings are made of. */
export function findingFacts(
  runs: readonly StrategyRun[],
  opened: OpenedData,
  outOfSample: boolean,
): FindingFacts {
  const { evaluation, model } = runs[0]!;
  const { result } = evaluation;
  const manifest = model?.manifest;
  const rules = runs.filter(({ role }) => role === "baseline");
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
    undecided: evaluation.undecided,
    meanReturn: evaluation.metrics["meanReturn"]?.value ?? null,
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
  if (isPolicy(manifest)) {
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

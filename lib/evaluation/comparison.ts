import type { ModelManifest } from "../records/model_manifest.ts";
import type { FindingFacts } from "./findings.ts";
import type { StrategyRole } from "../records/tear_sheet.ts";
import { buyAndHold, flat, timeSeriesMomentum } from "../strategies/baselines.ts";
import { sha256Hex } from "../core/sha256.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { type Arena } from "../engine/run_conditions.ts";
import type { OpenedData } from "../data/open_data.ts";
import { robustnessFacts } from "./robustness_facts.ts";
import type { ModelSignals } from "../system/predict.ts";
import { modelStrategy, type TradedModel } from "../system/traded_model.ts";

/** One strategy of a comparison; the model's members are there when it follows one. */
export interface Contestant {
  readonly role: StrategyRole;
  readonly evaluation: Evaluation;
  readonly model?: TradedModel;
  readonly signals?: ModelSignals;
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

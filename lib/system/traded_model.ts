import { isPolicy, type ModelManifest } from "../records/mod.ts";
import { roundTripCostTicks, type Strategy } from "../trading/mod.ts";
import { flat, followModel, followPolicy } from "../strategies/mod.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { ModelPredictions } from "./predict.ts";

/** A model ready to trade: its manifest, its predictions, and its number in the registry. */
export interface TradedModel {
  /** Registry name. */
  readonly name: string;
  /** Number within the name; 0 for one that is not registered. */
  readonly version: number;
  /** Of its graph. */
  readonly onnxSha256: string;
  /** What it predicts and how it was made. */
  readonly manifest: ModelManifest;
}

/**
 * The strategy that follows a model under the costs of the conditions. A policy that stands aside is
 * not followed.
 */
export function modelStrategy(
  model: TradedModel,
  signals: Pick<ModelPredictions, "probabilities">,
  conditions: Pick<RunConditions, "bars" | "costs">,
): Strategy {
  const { manifest } = model;
  const source = { source: model.name, modelVersion: model.version };
  if (isPolicy(manifest)) {
    const policy = followPolicy({ signals, actions: manifest.actions, ...source });
    return manifest.stance === "trade" ? policy : { ...flat(), name: policy.name };
  }
  return followModel({
    signals,
    horizonBars: manifest.horizonBars,
    classOutcomes: manifest.classOutcomes,
    costTicks: roundTripCostTicks(conditions.bars.instrument, conditions.costs),
    edgeThreshold: manifest.edgeThreshold,
    ...source,
  });
}

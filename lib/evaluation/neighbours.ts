import type { FindingFacts } from "./finding_facts.ts";
import { isPolicy } from "../records/mod.ts";
import type { Strategy } from "../trading/mod.ts";
import type { TradedModel } from "../system/mod.ts";
import { evaluate } from "./evaluate.ts";
import type { RunConditions } from "../engine/mod.ts";

/** Multiples of the edge threshold that a sound result should survive. */
const FACTORS = [0.8, 1.25] as const;

/**
 * What a model's strategy makes with its threshold moved a little to both sides; null for one that
 * trades by no threshold.
 *
 * @param follow the strategy of the model, with whatever stands between it and its orders
 */
export function neighbourFacts(
  model: TradedModel,
  conditions: RunConditions,
  follow: (model: TradedModel) => Strategy,
): NonNullable<FindingFacts["neighbours"]> | null {
  const { manifest } = model;
  if (isPolicy(manifest) || manifest.edgeThreshold === 0) return null;
  return {
    setting: "edge threshold",
    value: manifest.edgeThreshold,
    others: FACTORS.map((factor) => {
      const edgeThreshold = Number((factor * manifest.edgeThreshold).toPrecision(6));
      const moved = { ...model, manifest: { ...manifest, edgeThreshold } };
      return { value: edgeThreshold, netUsd: evaluate(conditions, follow(moved)).netUsd };
    }),
  };
}

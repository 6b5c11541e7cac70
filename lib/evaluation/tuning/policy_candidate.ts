import type { TunablePolicy } from "../search_spaces/policy_settings.ts";
import { sliceBars } from "../../market/mod.ts";
import { modelPredictions, modelStrategy } from "../../system/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { Candidate } from "./candidate.ts";

/**
 * A policy's candidate: learnt, watched and proved on what lies before the block, exported, and
 * followed there through its ONNX graph as a backtest follows it, whatever its proof says: settings
 * are compared by the policies they lead to, and so short a proof would silence most of them.
 */
export function preparePolicy(opened: OpenedData, settings: TunablePolicy): Candidate {
  return {
    async fit({ conditions, lots, seed, signal }) {
      // TensorFlow.js is loaded by those alone who learn.
      const { trainPolicyModel } = await import("../../rl/training.ts");
      const { manifest, onnx } = await trainPolicyModel({
        ...settings,
        name: "candidate",
        bars: sliceBars(opened.bars, 0, conditions.from),
        calendar: opened.calendar,
        source: opened.source,
        costs: conditions.costs,
        position: { lots, equityUsd: conditions.initialCashUsd },
        flattenAtSessionEnd: conditions.flattenAtSessionEnd,
        holdout: 0,
        seed,
        // A candidate is not registered: nobody reads when and where it was made.
        createdAt: "",
        versions: {},
        hardware: "",
      }, { signal, now: () => 0 });
      const model = {
        name: "candidate",
        version: 0,
        onnxSha256: manifest.onnx.sha256,
        manifest: { ...manifest, stance: "trade" as const },
      };
      const seen = { ...opened, bars: sliceBars(opened.bars, 0, conditions.to) };
      return modelStrategy(model, await modelPredictions(onnx, manifest, seen), conditions);
    },
  };
}

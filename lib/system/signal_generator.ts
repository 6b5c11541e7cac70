import type { Bars } from "../market/bars.ts";
import { isPolicy } from "../records/model_manifest.ts";
import { CLASS_COUNT } from "../market/outcome_class.ts";
import { type Signal, signalEvidence } from "../blend/signal.ts";
import { modelStrategy, type TradedModel } from "./traded_model.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import type { ModelPredictions } from "./predict.ts";

/** What a model would do at the close of a row, asked row after row. */
export type SignalGenerator = (bars: Bars, bar: number, volatility: number) => Signal;

/** Lots of a full position inside a generator, so that parts of one are whole. */
const FULL_LOTS = 1_000;
const SIDES = [-1, 0, 1];

/**
 * Follows a model from flat, undisturbed by the account: its own strategy decides, with the position
 * that its last signal left. So its forecast at a row depends on the model and the bars alone, and is
 * the same in a batch and one row at a time. A policy that must stand aside is asked all the same: it
 * is a veto that keeps it out, and what it would have done teaches confidence.
 *
 * @param signals grows while a stream runs
 */
export function createSignalGenerator(
  model: TradedModel,
  signals: Pick<ModelPredictions, "probabilities">,
  market: Pick<RunConditions, "bars" | "costs">,
): SignalGenerator {
  const { manifest } = model;
  const heard = isPolicy(manifest)
    ? { ...model, manifest: { ...manifest, stance: "trade" as const } }
    : model;
  const strategy = modelStrategy(heard, signals, market, FULL_LOTS);
  const actions = isPolicy(manifest) ? manifest.actions : SIDES;
  let held = 0;
  return (bars, bar, volatility) => {
    const at = isPolicy(manifest)
      ? (bar * actions.length + nearest(actions, held / FULL_LOTS)) * actions.length
      : bar * CLASS_COUNT;
    const probabilities = signals.probabilities.subarray(at, at + actions.length);
    held = strategy.targetLots({ bars, bar, positionLots: held, equityMicros: 0 });
    const position = held / FULL_LOTS;
    const isSilent = Number.isNaN(probabilities[0]!);
    return {
      position,
      evidence: isSilent ? null : signalEvidence(probabilities, actions, position, volatility),
    };
  };
}

function nearest(actions: readonly number[], position: number): number {
  let best = 0;
  actions.forEach((action, index) => {
    if (Math.abs(action - position) < Math.abs(actions[best]! - position)) best = index;
  });
  return best;
}

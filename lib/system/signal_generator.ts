import { type Bars, CLASS_COUNT } from "../market/mod.ts";
import { isPolicy } from "../records/mod.ts";
import type { JsonValue } from "../core/mod.ts";
import { type Signal, signalEvidence } from "../blend/mod.ts";
import { nearestAction } from "../strategies/mod.ts";
import { nextExposure } from "../trading/mod.ts";
import { modelStrategy, type TradedModel } from "./traded_model.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { ModelPredictions } from "./predict.ts";

/** Asks a model what it would do, at one close after the other. */
export interface SignalGenerator {
  /** Its signal at the close of a row. */
  signalAt(bars: Bars, bar: number, volatility: number): Signal;
  /** What it holds, to go on from there. */
  save(): JsonValue;
}

/** What a generator carries from row to row. */
interface GeneratorState {
  /** Exposure that the last signal left. */
  readonly held: number;
  readonly strategy: JsonValue;
}

const SIDES = [-1, 0, 1];

/**
 * Follows a model from flat, undisturbed by the account: its own strategy decides, with the position
 * that its last signal left. So its forecast at a row depends on the model and the bars alone, and is
 * the same in a batch and one row at a time. A policy that must stand aside is asked all the same: it
 * is a veto that keeps it out, and what it would have done teaches confidence.
 *
 * @param signals read at each row that is asked for; a stream writes them before it asks
 * @param state what `save` gave, to go on from there; flat when absent
 */
export function createSignalGenerator(
  model: TradedModel,
  signals: Pick<ModelPredictions, "probabilities">,
  market: Pick<RunConditions, "bars" | "costs">,
  state: JsonValue = null,
): SignalGenerator {
  const saved = state as unknown as GeneratorState | null;
  const { manifest } = model;
  const heard = isPolicy(manifest)
    ? { ...model, manifest: { ...manifest, stance: "trade" as const } }
    : model;
  const forecaster = modelStrategy(heard, signals, market).begin(saved?.strategy);
  const actions = isPolicy(manifest) ? manifest.actions : SIDES;
  let held = saved?.held ?? 0;
  return {
    signalAt(bars, bar, volatility) {
      const at = isPolicy(manifest)
        ? (bar * actions.length + nearestAction(actions, held)) * actions.length
        : bar * CLASS_COUNT;
      const probabilities = signals.probabilities.subarray(at, at + actions.length);
      const context = { bars, bar, exposure: held, positionLots: held, acts: true };
      held = nextExposure(forecaster.forecast(context), held);
      const position = held;
      const isSilent = Number.isNaN(probabilities[0]!);
      return {
        position,
        evidence: isSilent ? null : signalEvidence(probabilities, actions, position, volatility),
      };
    },
    save: () => ({ held, strategy: forecaster.save() }),
  };
}

import type { RowRange } from "../../lib/domain/frame.ts";
import type { BlendKind } from "../../lib/strategy/blend/blend_rule.ts";
import { trainingGates } from "../blend/gate.ts";
import { prepareBlend } from "../blend/prepare.ts";
import { blendStrategy } from "../blend/strategy.ts";
import { type LoadedModel, type Stack, stackModel } from "./stack.ts";

/**
 * The stack in which a backtest blends models: in every replay gates, confidence and weights are
 * fitted again on the rows that they may see.
 *
 * @param history rows that teach confidence; the first row that is traded follows them
 */
export function blendStack(
  loaded: readonly LoadedModel[],
  kind: BlendKind,
  history: RowRange,
  lots: number,
): Stack {
  return {
    models: loaded.map(stackModel),
    strategy: (signals, arena) => {
      const models = loaded.map(({ model }, index) => ({ model, signals: signals[index]! }));
      const frames = models.map(({ model, signals: { frame } }) => ({ model, frame }));
      const gates = trainingGates(frames, arena.bars);
      const gated = models.map((one, index) => ({ ...one, gate: gates[index]! }));
      const prepared = prepareBlend(kind, gated, arena, history, arena.to);
      return blendStrategy(prepared, arena, lots, { limits: {} });
    },
  };
}

import type { RowRange } from "../../market/row_range.ts";
import type { BlendKind } from "../../blend/blend_rule.ts";
import { trainingGates } from "../../system/gate.ts";
import { prepareBlend } from "../../system/prepare.ts";
import { blendStrategy } from "../../system/strategy.ts";
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

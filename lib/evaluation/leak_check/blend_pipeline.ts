import type { RowRange } from "../../market/row_range.ts";
import { trainingNoveltyFilters } from "../../system/novelty_filters.ts";
import { prepareBlend } from "../../system/prepare.ts";
import { blendStrategy } from "../../system/strategy.ts";
import { type LoadedModel, type Pipeline, pipelineModel } from "./pipeline.ts";

/**
 * The pipeline in which a backtest blends models: in every replay novelty filters, confidence and weights are
 * fitted again on the rows that they may see.
 *
 * @param history rows that teach confidence; the first row that is traded follows them
 */
export function blendPipeline(
  loaded: readonly LoadedModel[],
  kind: string,
  history: RowRange,
): Pipeline {
  return {
    models: loaded.map(pipelineModel),
    strategy: (signals, conditions) => {
      const models = loaded.map(({ model }, index) => ({ model, signals: signals[index]! }));
      const frames = models.map(({ model, signals: { frame } }) => ({ model, frame }));
      const noveltyFilters = trainingNoveltyFilters(frames, conditions.bars);
      const filtered = models.map((one, index) => ({
        ...one,
        noveltyFilter: noveltyFilters[index]!,
      }));
      const prepared = prepareBlend(kind, filtered, conditions, history, conditions.to);
      return blendStrategy(prepared, conditions);
    },
  };
}

import { featureColumns } from "../../features/feature_spec.ts";
import { categorical, float, int } from "../../core/distribution.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Target } from "./target.ts";
import { recipeOfKind, type TrainingSettings } from "./training_settings.ts";

/**
 * The forest: how much weight a leaf needs, how many columns a split looks at, how large a sample
 * a tree sees, whether rare classes count more; and the edge from which it trades. The number of
 * trees is left alone, as more are never worse.
 */
export const FOREST_TARGET: Target<TrainingSettings> = {
  summary: "the forest's leaves, columns, samples and class weights, and the edge to trade from",
  grid: {
    leafShare: [0.005, 0.01, 0.02, 0.05],
    columnsPerSplit: [3, 6, 12],
    edge: [0.5, 1, 2],
  },
  defaults(base) {
    const { parameters } = recipeOfKind(base, "forest");
    return {
      leafShare: parameters.minLeafWeightFraction,
      columnsPerSplit: columnsOf(base),
      sampleShare: parameters.rowFraction,
      classWeights: parameters.classWeights === "none" ? "none" : "balanced",
      edge: base.edgeThreshold,
    };
  },
  async choose(suggester, base) {
    const recipe = recipeOfKind(base, "forest");
    const columns = featureColumns(base.features).length;
    const { leafShare, columnsPerSplit, sampleShare, classWeights, edge } = await suggester.suggest(
      {
        leafShare: float(0.001, 0.2, { log: true }),
        columnsPerSplit: int(1, columns, { log: true }),
        sampleShare: float(0.2, 1),
        classWeights: categorical(["balanced", "none"]),
        edge: EDGE,
      },
    );
    return {
      ...base,
      edgeThreshold: edge,
      recipe: {
        ...recipe,
        parameters: {
          ...recipe.parameters,
          minLeafWeightFraction: leafShare,
          columnsPerSplit,
          rowFraction: sampleShare,
          classWeights,
        },
      },
    };
  },
};

/** The number of columns per split that the base stands for. */
function columnsOf(base: TrainingSettings): number {
  const { columnsPerSplit } = recipeOfKind(base, "forest").parameters;
  const columns = featureColumns(base.features).length;
  if (columnsPerSplit === "all") return columns;
  return columnsPerSplit === "sqrt" ? Math.floor(Math.sqrt(columns)) : columnsPerSplit;
}

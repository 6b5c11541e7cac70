import { float } from "../../core/distribution.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Target } from "./target.ts";
import { recipeOfKind, type TrainingSettings } from "./training_settings.ts";

/** The logistic regression: its penalty, and the edge from which it trades. */
export const LOGISTIC_TARGET: Target<TrainingSettings> = {
  summary: "the penalty of the logistic regression, and the edge to trade from",
  grid: { l2: [0.01, 0.1, 1, 10, 100, 1_000, 10_000], edge: [0.5, 1, 2] },
  defaults: (base) => ({
    l2: recipeOfKind(base, "logistic").parameters.l2,
    edge: base.edgeThreshold,
  }),
  async choose(suggester, base) {
    const recipe = recipeOfKind(base, "logistic");
    const { l2, edge } = await suggester.suggest({
      l2: float(1e-3, 1e5, { log: true }),
      edge: EDGE,
    });
    return {
      ...base,
      edgeThreshold: edge,
      recipe: { ...recipe, parameters: { ...recipe.parameters, l2 } },
    };
  },
};

import type { HybridParameters } from "../../models/hybrid/parameters.ts";
import type { NetworkParameters } from "../../models/network/parameters.ts";
import { float, int } from "../../core/distribution.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Params, Suggester, Target } from "./target.ts";
import { recipeOfKind, type TrainingSettings } from "./training_settings.ts";

const NETWORK_GRID = { window: [16, 32, 64], width: [16, 32, 64], learningRate: [1e-3, 3e-3] };

/** The LSTM: how far it looks back, how wide and deep it is, how it learns. */
export const LSTM_TARGET: Target<TrainingSettings> = {
  summary:
    "the LSTM's window, layers, dropout, decay and learning rate, and the edge to trade from",
  grid: NETWORK_GRID,
  defaults: (base) => ({
    ...networkDefaults(recipeOfKind(base, "lstm").parameters),
    edge: base.edgeThreshold,
  }),
  async choose(suggester, base) {
    const recipe = recipeOfKind(base, "lstm");
    const parameters = await chooseNetwork(suggester, recipe.parameters);
    const { edge } = await suggester.suggest({ edge: EDGE });
    return { ...base, edgeThreshold: edge, recipe: { ...recipe, parameters } };
  },
};

/** The hybrid: its network, and the leaves of the forest on top. */
export const HYBRID_TARGET: Target<TrainingSettings> = {
  summary: "the hybrid's network and the leaves of its forest, and the edge to trade from",
  grid: { ...NETWORK_GRID, leafShare: [0.005, 0.01, 0.02] },
  defaults(base) {
    const { network, forest } = recipeOfKind(base, "hybrid").parameters;
    return {
      ...networkDefaults(network),
      leafShare: forest.minLeafWeightFraction,
      edge: base.edgeThreshold,
    };
  },
  async choose(suggester, base) {
    const recipe = recipeOfKind(base, "hybrid");
    const network = await chooseNetwork(suggester, recipe.parameters.network);
    const { leafShare, edge } = await suggester.suggest({
      leafShare: float(0.001, 0.2, { log: true }),
      edge: EDGE,
    });
    const forest = { ...recipe.parameters.forest, minLeafWeightFraction: leafShare };
    const parameters: HybridParameters = { ...recipe.parameters, network, forest };
    return { ...base, edgeThreshold: edge, recipe: { ...recipe, parameters } };
  },
};

function networkDefaults({ window, units, ...others }: NetworkParameters): Params {
  const { dropout, weightDecay, learningRate } = others;
  return { window, layers: units.length, width: units[0]!, dropout, weightDecay, learningRate };
}

/** Every layer is as wide as the others. */
async function chooseNetwork(
  suggester: Suggester,
  base: NetworkParameters,
): Promise<NetworkParameters> {
  const { layers, width, ...chosen } = await suggester.suggest({
    window: int(4, 64, { log: true }),
    layers: int(1, 2),
    width: int(4, 128, { log: true }),
    dropout: float(0, 0.6),
    weightDecay: float(1e-4, 1, { log: true }),
    learningRate: float(1e-4, 3e-2, { log: true }),
  });
  return { ...base, ...chosen, units: Array.from({ length: layers }, () => width) };
}

import { float } from "../../core/mod.ts";
import { FOREST_FLAGS } from "../forest/forest_family.ts";
import type { ModelFamily } from "../model_family.ts";
import { networkInput } from "../network/network_input.ts";
import { NETWORK_FLAGS, NETWORK_SEARCH } from "../network/lstm_family.ts";
import { flagsOfPart } from "../parameter_flag.ts";
import { addHybrid } from "./export_hybrid.ts";
import type { Hybrid } from "./hybrid_model.ts";
import { hybridRemark } from "./hybrid_remark.ts";
import { stackingFolds } from "./stacking_folds.ts";
import { DEFAULT_HYBRID, type HybridParameters, parseHybridParameters } from "./parameters.ts";

/** A forest stacked on a network. */
export const HYBRID_FAMILY: ModelFamily<HybridParameters, Hybrid> = {
  kind: "hybrid",
  defaults: DEFAULT_HYBRID,
  flags: [
    ...flagsOfPart<HybridParameters, "forest">("forest", FOREST_FLAGS),
    ...flagsOfPart<HybridParameters, "network">("network", NETWORK_FLAGS),
  ],
  search: {
    summary: "the hybrid's network and the leaves of its forest",
    grid: { ...NETWORK_SEARCH.grid, leafShare: [0.005, 0.01, 0.02] },
    defaults: ({ network, forest }) => ({
      ...NETWORK_SEARCH.defaults(network),
      leafShare: forest.minLeafWeightFraction,
    }),
    async choose(suggester, base) {
      const network = await NETWORK_SEARCH.choose(suggester, base.network);
      const { leafShare } = await suggester.suggest({
        leafShare: float(0.001, 0.2, { log: true }),
      });
      return { ...base, network, forest: { ...base.forest, minLeafWeightFraction: leafShare } };
    },
  },
  usesTensorflow: true,
  // Where a log probability lies within the last bits of a threshold of the forest, two right
  // computations can take different branches.
  parity: { tolerance: 1e-5, exemptShare: 0.01 },
  parseParameters: parseHybridParameters,
  windowOf: ({ network }) => network.window,
  requireRows({ network: { window }, stackingFolds: count }, fit) {
    stackingFolds({ ...fit, window }, count);
  },
  async fit(request) {
    // TensorFlow.js is loaded by those alone who need it.
    const { fitHybrid } = await import("./fit_hybrid.ts");
    const { frame, parameters, checkpoint: checkpoints, ...control } = request;
    const { model, curves, stopped, remarks } = await fitHybrid(
      { ...networkInput(request), frame },
      parameters,
      { ...control, ...(checkpoints === undefined ? {} : { checkpoints }) },
    );
    return { model, scaler: null, curves, remarks: [...remarks, ...stopped] };
  },
  async predict(model, _scaler, frame, rows) {
    const { predictHybrid } = await import("./predict_hybrid.ts");
    return predictHybrid(model, frame, rows);
  },
  addToGraph(graph, features, model, scaler) {
    if (scaler === null) return addHybrid(graph, features, model);
    throw new RangeError(
      "Cannot export a hybrid as its forest reads unscaled rows: current value is a scaler for all",
    );
  },
  fittedParts: ({ network, networkScaler }) => ({
    lstm: { model: network, scaler: networkScaler },
  }),
  partRecipes: ({ forest }) => ({ forest: { kind: "forest", parameters: forest } }),
  remarkOn: hybridRemark,
};

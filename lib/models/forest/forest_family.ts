import { categorical, float, int } from "../../core/mod.ts";
import { trainingSet } from "../fit_task.ts";
import type { ModelFamily, ParameterSearch } from "../model_family.ts";
import { addScaled } from "../export_scaler.ts";
import { flagOf, type ParameterFlag } from "../parameter_flag.ts";
import { scaledRows } from "../scaled_rows.ts";
import { addForest } from "./export_forest.ts";
import { fitForest } from "./forest.ts";
import type { Forest } from "./forest_model.ts";
import { DEFAULT_FOREST, type ForestParameters, parseForestParameters } from "./parameters.ts";
import { predictForest } from "./predict.ts";

/** Parameters of a forest that the command line sets. */
export const FOREST_FLAGS: readonly ParameterFlag<ForestParameters>[] = [
  flagOf("trees", {
    name: "trees",
    placeholder: "n",
    text: "trees",
    rule: { type: "integer", low: 1 },
  }),
  flagOf("maxDepth", {
    name: "max-depth",
    placeholder: "n",
    text: "depth limit",
    rule: { type: "integer", low: 1 },
  }),
  flagOf("minLeafWeightFraction", {
    name: "min-leaf",
    placeholder: "share",
    text: "smallest share of the weight in a leaf",
    rule: { type: "number", low: 0, high: 0.5 },
  }),
];

/** The number of trees is left alone, as more are never worse. */
const FOREST_SEARCH: ParameterSearch<ForestParameters> = {
  summary: "the forest's leaves, columns, samples and class weights",
  grid: {
    leafShare: [0.005, 0.01, 0.02, 0.05],
    columnsPerSplit: [3, 6, 12],
    edge: [0.5, 1, 2],
  },
  defaults: (base, columns) => ({
    leafShare: base.minLeafWeightFraction,
    columnsPerSplit: splitColumns(base, columns),
    sampleShare: base.rowFraction,
    classWeights: base.classWeights === "none" ? "none" : "balanced",
  }),
  async choose(suggester, base, columns) {
    const { leafShare, columnsPerSplit, sampleShare, classWeights } = await suggester.suggest({
      leafShare: float(0.001, 0.2, { log: true }),
      columnsPerSplit: int(1, columns, { log: true }),
      sampleShare: float(0.2, 1),
      classWeights: categorical(["balanced", "none"]),
    });
    return {
      ...base,
      minLeafWeightFraction: leafShare,
      columnsPerSplit,
      rowFraction: sampleShare,
      classWeights,
    };
  },
};

/** Random forest on unscaled rows: trees split on order alone, and scaling would only add rounding. */
export const FOREST_FAMILY: ModelFamily<ForestParameters, Forest> = {
  kind: "forest",
  defaults: DEFAULT_FOREST,
  flags: FOREST_FLAGS,
  search: FOREST_SEARCH,
  usesTensorflow: false,
  parity: { tolerance: 1e-6, exemptShare: 0 },
  parseParameters: parseForestParameters,
  windowOf: () => 1,
  async fit(request) {
    const set = trainingSet(request, null, request.rows);
    const model = await fitForest(set, request.parameters, request);
    return { model, scaler: null, curves: [], remarks: [] };
  },
  predict: (model, scaler, frame, rows) =>
    Promise.resolve(predictForest(model, scaledRows(scaler, frame, rows), rows.length)),
  addToGraph: (graph, features, model, scaler) =>
    addForest(graph, addScaled(graph, features, scaler), model),
  importances: (model) => model.impurityImportance,
};

/** The number of columns per split that the parameters stand for. */
function splitColumns({ columnsPerSplit }: ForestParameters, columns: number): number {
  if (columnsPerSplit === "all") return columns;
  return columnsPerSplit === "sqrt" ? Math.floor(Math.sqrt(columns)) : columnsPerSplit;
}

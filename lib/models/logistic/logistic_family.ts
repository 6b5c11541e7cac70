import { float } from "../../core/mod.ts";
import { addScaled } from "../export_scaler.ts";
import { trainingSet } from "../fit_task.ts";
import type { ModelFamily } from "../model_family.ts";
import { flagOf } from "../parameter_flag.ts";
import { scaledRows } from "../scaled_rows.ts";
import { fitScaler } from "../scaler.ts";
import { addLogistic } from "./export_logistic.ts";
import { fitLogistic } from "./logistic.ts";
import type { Logistic } from "./logistic_model.ts";
import {
  DEFAULT_LOGISTIC,
  type LogisticParameters,
  parseLogisticParameters,
} from "./parameters.ts";
import { predictLogistic } from "./predict_logistic.ts";

/** Multinomial logistic regression on scaled columns. */
export const LOGISTIC_FAMILY: ModelFamily<LogisticParameters, Logistic> = {
  kind: "logistic",
  defaults: DEFAULT_LOGISTIC,
  flags: [
    flagOf("l2", {
      name: "l2",
      placeholder: "strength",
      text: "penalty",
      rule: { type: "number", low: 0, high: 1e6 },
    }),
  ],
  search: {
    summary: "the penalty of the logistic regression",
    grid: { l2: [0.01, 0.1, 1, 10, 100, 1_000, 10_000], edge: [0.5, 1, 2] },
    defaults: ({ l2 }) => ({ l2 }),
    async choose(suggester, base) {
      return { ...base, ...await suggester.suggest({ l2: float(1e-3, 1e5, { log: true }) }) };
    },
  },
  usesTensorflow: false,
  parity: { tolerance: 1e-6, exemptShare: 0 },
  parseParameters: parseLogisticParameters,
  windowOf: () => 1,
  fit(request) {
    const scaler = fitScaler(request.frame, request.rows, "robust");
    const set = trainingSet(request, scaler, request.rows);
    const model = fitLogistic(set, request.parameters, request);
    return Promise.resolve({ model, scaler, curves: [], remarks: [] });
  },
  predict: (model, scaler, frame, rows) =>
    Promise.resolve(predictLogistic(model, scaledRows(scaler, frame, rows), rows.length)),
  addToGraph: (graph, features, model, scaler) =>
    addLogistic(graph, addScaled(graph, features, scaler), model),
};

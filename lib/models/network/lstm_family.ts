import { float, int, type Params, type Suggester } from "../../core/mod.ts";
import { addScaled } from "../export_scaler.ts";
import type { ModelFamily, ParameterSearch } from "../model_family.ts";
import { flagOf, type ParameterFlag } from "../parameter_flag.ts";
import { applyScaler, fitScaler } from "../scaler.ts";
import { addNetwork } from "./export_network.ts";
import { networkInput } from "./network_input.ts";
import type { Network } from "./network_model.ts";
import { DEFAULT_NETWORK, type NetworkParameters, parseNetworkParameters } from "./parameters.ts";

/** Parameters of a network that the command line sets. */
export const NETWORK_FLAGS: readonly ParameterFlag<NetworkParameters>[] = [
  flagOf("window", {
    name: "window",
    placeholder: "bars",
    text: "bars it reads",
    rule: { type: "integer", low: 1 },
  }),
  flagOf("units", {
    name: "units",
    placeholder: "list",
    text: "layer widths",
    rule: { type: "integers", low: 1, high: 1_024, most: 4 },
  }),
  flagOf("members", {
    name: "members",
    placeholder: "n",
    text: "seeds averaged",
    rule: { type: "integer", low: 1 },
  }),
  flagOf("maximumEpochs", {
    name: "epochs",
    placeholder: "n",
    text: "most",
    rule: { type: "integer", low: 1 },
  }),
  flagOf("batchSize", {
    name: "batch",
    placeholder: "n",
    text: "windows a step",
    rule: { type: "integer", low: 1 },
  }),
  flagOf("learningRate", {
    name: "learning-rate",
    placeholder: "rate",
    text: "highest step size",
    rule: { type: "number", low: 1e-7, high: 1 },
  }),
  flagOf("dropout", {
    name: "dropout",
    placeholder: "share",
    text: "left out",
    rule: { type: "number", low: 0, high: 0.9 },
  }),
  flagOf("inputNormalization", {
    name: "layer-norm",
    placeholder: null,
    text: "normalise each row first",
    rule: { type: "switch" },
  }),
];

/** How a network is searched: how far it looks back, how wide and deep it is, how it learns. */
export const NETWORK_SEARCH = {
  grid: { window: [16, 32, 64], width: [16, 32, 64], learningRate: [1e-3, 3e-3] },
  defaults({ window, units, dropout, weightDecay, learningRate }: NetworkParameters): Params {
    return { window, layers: units.length, width: units[0]!, dropout, weightDecay, learningRate };
  },
  /** Every layer is as wide as the others. */
  async choose(suggester: Suggester, base: NetworkParameters): Promise<NetworkParameters> {
    const { layers, width, ...chosen } = await suggester.suggest({
      window: int(4, 64, { log: true }),
      layers: int(1, 2),
      width: int(4, 128, { log: true }),
      dropout: float(0, 0.6),
      weightDecay: float(1e-4, 1, { log: true }),
      learningRate: float(1e-4, 3e-2, { log: true }),
    });
    return { ...base, ...chosen, units: Array.from({ length: layers }, () => width) };
  },
} as const satisfies Omit<ParameterSearch<NetworkParameters>, "summary">;

/** LSTM network on windows of scaled rows. */
export const LSTM_FAMILY: ModelFamily<NetworkParameters, Network> = {
  kind: "lstm",
  defaults: DEFAULT_NETWORK,
  flags: NETWORK_FLAGS,
  search: {
    ...NETWORK_SEARCH,
    summary: "the LSTM's window, layers, dropout, decay and learning rate",
  },
  usesTensorflow: true,
  parity: { tolerance: 1e-5, exemptShare: 0 },
  parseParameters: parseNetworkParameters,
  windowOf: ({ window }) => window,
  async fit(request) {
    // TensorFlow.js is loaded by those alone who need it.
    const { fitNetwork } = await import("./fit_network.ts");
    const { frame, parameters, checkpoint, ...control } = request;
    const scaler = fitScaler(frame, request.rows, "robust");
    const { model, curves, stopped, remarks } = await fitNetwork(
      { ...networkInput(request), values: applyScaler(scaler, frame.values, frame.rows) },
      parameters,
      { ...control, ...(checkpoint === undefined ? {} : { checkpoint: checkpoint() }) },
    );
    return { model, scaler, curves, remarks: [...remarks, ...stopped] };
  },
  async predict(model, scaler, frame, rows) {
    const { predictNetwork } = await import("./predict_network.ts");
    const steps = frame.values.length / frame.columns.length;
    const values = scaler === null ? frame.values : applyScaler(scaler, frame.values, steps);
    return predictNetwork(model, values, rows);
  },
  addToGraph: (graph, features, model, scaler) =>
    addNetwork(graph, addScaled(graph, features, scaler), model),
};

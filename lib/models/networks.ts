/**
 * Networks by themselves: their fits and predictions, on TensorFlow.js, which importing this loads.
 *
 * @module
 */
export { fitHybrid, type FittedHybrid } from "./hybrid/fit_hybrid.ts";
export { predictHybrid } from "./hybrid/predict_hybrid.ts";
export { fitNetwork, type FittedNetwork, type NetworkControl } from "./network/fit_network.ts";
export { predictNetwork } from "./network/predict_network.ts";
export { layerTensors, runLayers } from "./network/run_layers.ts";
export { startBackend, startTensorflow } from "./network/start_tensorflow.ts";
export { cutWindows, type ScaledRows } from "./network/windows.ts";

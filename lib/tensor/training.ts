/**
 * Kernels and fused layers. This face loads TensorFlow.js.
 *
 * @module
 */
export { softmaxCrossEntropy } from "./cross_entropy.ts";
export { denseStack } from "./dense_stack.ts";
export { lstmSequence } from "./lstm_sequence.ts";
export { openTensorflow, tf } from "./tensorflow.ts";

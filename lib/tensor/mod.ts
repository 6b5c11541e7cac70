/**
 * Kernels and fused layers.
 *
 * @module
 */
export { type Backend, BACKENDS } from "./backend.ts";
export type { StackLayer } from "./dense_stack.ts";
export { type AdamWState, createAdamW, DEFAULT_ADAM_W, stepAdamW } from "./optimizer/adam_w.ts";
export { clipNorm } from "./optimizer/clip_norm.ts";
export type { Tensorflow, TensorflowOptions } from "./tensorflow.ts";

/** Where tensors live and are computed: our kernels, a graphics card, plain JavaScript. */
export const BACKENDS = ["wasm", "webgpu", "cpu"] as const;
/** One of `BACKENDS`. */
export type Backend = typeof BACKENDS[number];

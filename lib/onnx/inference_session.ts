/** A loaded ONNX model: features in, class probabilities out. */
export interface InferenceSession {
  /** Which ONNX Runtime runs it. */
  readonly engine: "native" | "wasm";
  /** Width of the input. */
  readonly features: number;
  /** Width of the output. */
  readonly outputs: number;
  /** Consecutive rows that one prediction reads. */
  readonly window: number;
  /**
   * Runs the model on a batch. Row r of the result is made from the rows r … r + window - 1.
   *
   * @param values row-major `[rows + window - 1, features]`, oldest row first
   * @returns row-major `[rows, outputs]`
   */
  run(values: Float32Array, rows: number): Promise<Float32Array>;
  /** Frees the model; the session cannot be used after it. */
  dispose(): Promise<void>;
}

import { INPUT_NAME, OUTPUT_NAME } from "./export_classifier.ts";
import { joinedPrefix, joinModels } from "./join_models.ts";
import { type Engine, loadRuntime, SESSION_OPTIONS } from "./session.ts";

/** Several models in one session: one call asks all of them for one prediction each. */
export interface JointSession {
  /** Rows that a prediction of each model reads, in order. */
  readonly windows: readonly number[];
  /**
   * Asks every model once.
   *
   * @param inputs per model its newest rows, row-major `[window, features]`, oldest first
   * @returns per model its outputs; memory of its own
   */
  run(inputs: readonly Float32Array[]): Promise<readonly Float32Array[]>;
  /** Frees the models; the session cannot be used after it. */
  dispose(): Promise<void>;
}

/**
 * Loads several ONNX models as one, on one thread. Their bytes are trusted, as in `createSession`:
 * compare their hashes first.
 *
 * @throws {CorruptArtifactError} when one is no ONNX file
 */
export async function createJointSession(
  models: readonly { readonly onnx: Uint8Array; readonly window: number }[],
  options: { readonly engine: Engine },
): Promise<JointSession> {
  const runtime = await loadRuntime(options.engine);
  const session = await runtime.InferenceSession.create(
    joinModels(models.map(({ onnx }) => onnx)),
    { ...SESSION_OPTIONS, executionProviders: [options.engine === "native" ? "cpu" : "wasm"] },
  );
  const inputNames = models.map((_, index) => joinedPrefix(index) + INPUT_NAME);
  const outputNames = models.map((_, index) => joinedPrefix(index) + OUTPUT_NAME);
  return {
    windows: models.map(({ window }) => window),
    async run(inputs) {
      const feeds = Object.fromEntries(inputs.map((values, index) => {
        const { window } = models[index]!;
        const shape = [window, values.length / window];
        return [inputNames[index]!, new runtime.Tensor("float32", values, shape)];
      }));
      const outputs = await session.run(feeds, outputNames);
      return outputNames.map((name) => outputs[name]!.data as Float32Array);
    },
    dispose: () => session.release(),
  };
}

import { INPUT_NAME, OUTPUT_NAME } from "./tensor_names.ts";
import { type JoinedModel, joinModels } from "./join_models.ts";
import { loadRuntime, type OnnxEngine, SESSION_OPTIONS } from "./session.ts";

export type { JoinedModel };

/** Several models in one session: one call asks all of them for one prediction each. */
export interface JointSession {
  /** Rows that a prediction of each model reads, in order. */
  readonly windows: readonly number[];
  /**
   * Asks every model once.
   *
   * @param inputs per model its newest rows, row-major `[window, features]`, oldest first
   * @returns per model its outputs; memory of its own
   * @throws {RangeError} when a model's rows are not as many numbers as it reads
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
  models: readonly JoinedModel[],
  options: { readonly engine: OnnxEngine },
): Promise<JointSession> {
  const runtime = await loadRuntime(options.engine);
  const { features, onnx, outputs } = joinModels(models);
  const session = await runtime.InferenceSession.create(
    onnx,
    { ...SESSION_OPTIONS, executionProviders: [options.engine === "native" ? "cpu" : "wasm"] },
  );
  const windows = models.map(({ window }) => window);
  const starts = startsOf(windows.map((window, index) => window * features[index]!));
  const ends = startsOf(outputs);
  return {
    windows,
    async run(inputs) {
      const values = new Float32Array(starts.at(-1)!);
      inputs.forEach((input, index) => {
        const size = starts[index + 1]! - starts[index]!;
        if (input.length !== size) {
          throw new RangeError(
            `Cannot run model ${index} as it reads ${size} numbers: current value is ` +
              `${input.length} numbers`,
          );
        }
        values.set(input, starts[index]);
      });
      const input = new runtime.Tensor("float32", values, [values.length]);
      const { [OUTPUT_NAME]: output } = await session.run({ [INPUT_NAME]: input }, [OUTPUT_NAME]);
      const found = output!.data as Float32Array;
      return outputs.map((_, index) => found.subarray(ends[index], ends[index + 1]));
    },
    dispose: () => session.release(),
  };
}

/** Where each of several pieces begins that lie one after the other, and where the last one ends. */
function startsOf(sizes: readonly number[]): number[] {
  const starts = [0];
  for (const size of sizes) starts.push(starts.at(-1)! + size);
  return starts;
}

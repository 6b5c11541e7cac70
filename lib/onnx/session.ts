import process from "node:process";
import { CorruptArtifactError } from "../core/mod.ts";
import type { InferenceSession } from "./inference_session.ts";
import { INPUT_NAME, OUTPUT_NAME } from "./tensor_names.ts";

/** Which build of ONNX Runtime runs the model: native code, or WebAssembly inside the sandbox. */
export type OnnxEngine = "native" | "wasm";

/** What both builds export. */
type Runtime = typeof import("onnxruntime-node") | typeof import("onnxruntime-web/wasm");
type RuntimeSession = Awaited<ReturnType<Runtime["InferenceSession"]["create"]>>;

/** ONNX Runtime's level "fatal": what fails is thrown, not logged. */
const SILENT = 4;

/** One thread, and nothing on stderr. */
export const SESSION_OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: SILENT,
} as const;

/**
 * Steps of windows that the runtime holds in memory at once: an LSTM keeps four gates of each, 64
 * MiB at 64 units.
 */
const STEPS_AT_ONCE = 65_536;

/**
 * Loads an ONNX model on one thread.
 *
 * `native` needs `--allow-ffi` on the folder of onnxruntime-node, `wasm` needs `--allow-read` on
 * the folder of onnxruntime-web; neither needs anything else, and neither writes to stderr. The
 * runtime trusts a well-formed file: compare its hash with the manifest before loading it.
 *
 * @param model bytes of an ONNX file with input `features` and output `probabilities`
 * @param options.window rows that one prediction reads, as `modelWindow` gives it; 1 when absent.
 *   The file does not say it; a wrong one fails at the first run.
 * @throws {CorruptArtifactError} when the bytes are no such model
 */
export async function createSession(
  model: Uint8Array,
  options: { readonly engine: OnnxEngine; readonly window?: number },
): Promise<InferenceSession> {
  const runtime = await loadRuntime(options.engine);
  let session: RuntimeSession;
  try {
    session = await runtime.InferenceSession.create(model, {
      ...SESSION_OPTIONS,
      executionProviders: [options.engine === "native" ? "cpu" : "wasm"],
    });
  } catch (cause) {
    throw new CorruptArtifactError(`Cannot load the ONNX model: ${reason(cause)}`, { cause });
  }
  try {
    const features = columns(session.inputMetadata, INPUT_NAME);
    const outputs = columns(session.outputMetadata, OUTPUT_NAME);
    return adapt(runtime, session, {
      engine: options.engine,
      features,
      outputs,
      window: options.window ?? 1,
    });
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * The engine this process can use: native where it may load that library and the platform has
 * one, else WebAssembly. Asks for no permission.
 */
export async function availableEngine(): Promise<OnnxEngine> {
  const entry = import.meta.resolve("onnxruntime-node");
  if (!entry.startsWith("file:")) return "wasm";
  const library = `../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`;
  const { state } = await Deno.permissions.query({ name: "ffi", path: new URL(library, entry) });
  if (state !== "granted") return "wasm";
  try {
    await loadRuntime("native");
    return "native";
  } catch {
    // Not every platform has a native build (macOS on Intel has none).
    return "wasm";
  }
}

/** Loads a build of ONNX Runtime; `createSession` says what it needs. */
export async function loadRuntime(engine: OnnxEngine): Promise<Runtime> {
  const runtime = engine === "native" ? await import("onnxruntime-node") : await importWebRuntime();
  runtime.env.logLevel = "fatal";
  if (engine === "wasm") {
    runtime.env.wasm.numThreads = 1;
    // Read here, so that a denied read is Deno's own error and not one inside the runtime.
    const library = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
    runtime.env.wasm.wasmBinary ??= (await Deno.readFile(new URL(library))).buffer;
  }
  return runtime;
}

/**
 * The package makes a URL of the origin of wherever it runs. A thread of a local program has one,
 * "null", of which none can be made; without any it does as in the main thread.
 */
async function importWebRuntime(): Promise<Runtime> {
  const place = Object.getOwnPropertyDescriptor(globalThis, "location");
  if (place === undefined || globalThis.location?.origin !== "null") {
    return await import("onnxruntime-web/wasm");
  }
  Object.defineProperty(globalThis, "location", { value: undefined, configurable: true });
  try {
    return await import("onnxruntime-web/wasm");
  } finally {
    Object.defineProperty(globalThis, "location", place);
  }
}

function adapt(
  runtime: Runtime,
  session: RuntimeSession,
  facts: Pick<InferenceSession, "engine" | "features" | "outputs" | "window">,
): InferenceSession {
  const { features, outputs, window } = facts;
  const runOnce = async (values: Float32Array, rows: number): Promise<Float32Array> => {
    const steps = rows + window - 1;
    const input = new runtime.Tensor("float32", values, [steps, features]);
    const { [OUTPUT_NAME]: output } = await session.run(
      { [INPUT_NAME]: input },
      [OUTPUT_NAME],
      { logSeverityLevel: SILENT },
    );
    if (output!.dims[0] !== rows) {
      throw new RangeError(
        `Cannot run the model as it gives ${output!.dims[0]} predictions for ${steps} rows: ` +
          `current value of its window is ${window}`,
      );
    }
    return output!.data as Float32Array;
  };
  return {
    ...facts,
    async run(values, rows) {
      if (rows === 0) return new Float32Array();
      const steps = rows + window - 1;
      if (values.length !== steps * features) {
        throw new RangeError(
          `Cannot run the model as ${steps} rows of ${features} columns are ` +
            `${steps * features} numbers: current value is ${values.length} numbers`,
        );
      }
      const most = window === 1 ? rows : Math.ceil(STEPS_AT_ONCE / window);
      if (rows <= most) return runOnce(values, rows);
      const result = new Float32Array(rows * outputs);
      for (let from = 0; from < rows; from += most) {
        const count = Math.min(most, rows - from);
        const part = values.subarray(from * features, (from + count + window - 1) * features);
        result.set(await runOnce(part, count), from * outputs);
      }
      return result;
    },
    dispose: () => session.release(),
  };
}

/** Width of the named float32 tensor `[rows, width]`. */
function columns(metadata: RuntimeSession["inputMetadata"], name: string): number {
  const found = metadata.find((value) => value.name === name);
  const width = found?.isTensor === true && found.type === "float32" && found.shape.length === 2
    ? found.shape[1]
    : undefined;
  if (typeof width !== "number" || width < 1) {
    throw new CorruptArtifactError(
      `Cannot use the ONNX model as it has no float32 tensor '${name}' of shape [rows, width]: ` +
        `it has ${metadata.map((value) => `'${value.name}'`).join(", ") || "none"}`,
    );
  }
  return width;
}

/** The runtime's reason on one line, without the prefix that the WebAssembly build adds. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^.*ERROR_MESSAGE: /s, "").split("\n", 1)[0]!;
}

import type { Bars } from "../market/mod.ts";
import { InputError, type JsonValue } from "../core/mod.ts";
import { computeFeatures, type FeatureFrame, parseFeatureSpec } from "../features/mod.ts";
import type { ModelManifest } from "../records/mod.ts";
import { availableEngine, createSession, type InferenceSession } from "../onnx/mod.ts";
import type { DataRequest, OpenedData } from "../data/mod.ts";

/** What a model says at every row of the data. */
export interface ModelPredictions {
  /**
   * Row-major, NaN while features warm up. Of a classifier `[rows, 3]`: down, flat, up; of a
   * policy `[rows, actions, actions]`: for each position held, those of the next.
   */
  readonly probabilities: Float32Array;
  /** What it was asked with. */
  readonly frame: FeatureFrame;
  /** First row with a prediction. */
  readonly firstRow: number;
  /** Which ONNX Runtime ran it. */
  readonly engine: "native" | "wasm";
}

/** Rows per inference call: large enough to be fast, small enough to stay in the cache. */
const BATCH_ROWS = 8_192;

/**
 * Computes the model's own features on the data and runs its ONNX graph on them.
 *
 * @throws {InputError} when the model was made for another instrument, interval or feature set, or
 * learnt from the same file read in another way
 */
export async function modelPredictions(
  onnx: Uint8Array,
  manifest: ModelManifest,
  opened: OpenedData,
): Promise<ModelPredictions> {
  requireSameReading(manifest, opened);
  const frame = modelFrame(manifest, opened);
  const session = await openModel(onnx, manifest);
  try {
    return await framePredictions(session, frame);
  } finally {
    await session.dispose();
  }
}

/** Loads a model into the engine that this process can use. */
export async function openModel(
  onnx: Uint8Array,
  { window }: Pick<ModelManifest, "window">,
): Promise<InferenceSession> {
  return await createSession(onnx, { engine: await availableEngine(), window });
}

/**
 * The features that a model reads.
 *
 * @throws {InputError} when the model was made for another instrument, interval or feature set
 */
export function modelFrame(
  manifest: ModelManifest,
  { bars, calendar }: Pick<OpenedData, "bars" | "calendar">,
): FeatureFrame {
  requireSameMarket(manifest, bars);
  const frame = computeFeatures(bars, parseFeatureSpec(manifest.featureSpec), {
    sessionAt: calendar.sessionAt,
  });
  requireSameColumns(manifest, frame.columns);
  return frame;
}

/** Runs a model on a matrix of its features. */
export async function framePredictions(
  session: InferenceSession,
  frame: FeatureFrame,
): Promise<ModelPredictions> {
  const { outputs, window } = session;
  const { columns, firstValidRow, rows, values } = frame;
  const probabilities = new Float32Array(rows * outputs).fill(NaN);
  const width = columns.length;
  const firstRow = Math.min(rows, firstValidRow + window - 1);
  for (let row = firstRow; row < rows; row += BATCH_ROWS) {
    const end = Math.min(rows, row + BATCH_ROWS);
    const batch = values.subarray((row - window + 1) * width, end * width);
    probabilities.set(await session.run(batch, end - row), row * outputs);
  }
  return { probabilities, frame, firstRow, engine: session.engine };
}

/**
 * Stamps of the file that a model learnt from have to mean what they meant then: read otherwise,
 * the border between training and test moves.
 *
 * @throws {InputError} when stamps, zone or columns of the same file are read in another way
 */
export function requireSameReading(
  { data, name }: ModelManifest,
  { source }: Pick<OpenedData, "source">,
): void {
  if (data.sha256 !== source.sha256) return;
  const [then, now] = [data.request, source.request].map(readingOf);
  if (then === now || then === null) return;
  throw new InputError(
    "Cannot use the file that the model learnt from as it is read otherwise now",
    {
      where: name,
      remedy: `give the flags of its training: ${then}; now ${now}`,
    },
  );
}

/** How a recorded request reads its file, in the words of the flags; null for no file. */
function readingOf(request: JsonValue): string | null {
  const { load } = request as { readonly load?: DataRequest["load"] } ?? {};
  if (load === undefined) return null;
  const columns = Object.entries(load.columns ?? {}).map(([ours, theirs]) => `${ours}=${theirs}`);
  return [
    `--stamp ${load.stamp ?? "open"}`,
    `--time-zone ${load.timeZone ?? "none"}`,
    ...(columns.length === 0 ? [] : [`--columns ${columns.toSorted().join(",")}`]),
  ].join(" ");
}

function requireSameMarket(manifest: ModelManifest, bars: Bars): void {
  const { symbol } = bars.instrument;
  if (manifest.instrument !== symbol) {
    throw new InputError(
      `Cannot use a model of ${manifest.instrument} on bars of ${symbol}`,
      { where: manifest.name, remedy: `train one with --symbol ${symbol}` },
    );
  }
  if (manifest.intervalMs !== bars.intervalMs) {
    throw new InputError(
      `Cannot use a model of ${manifest.intervalMs / 1000} s bars on bars of ` +
        `${bars.intervalMs / 1000} s`,
      { where: manifest.name, remedy: `give --interval ${manifest.intervalMs / 1000}s` },
    );
  }
}

function requireSameColumns(manifest: ModelManifest, columns: readonly string[]): void {
  const index = Math.max(columns.length, manifest.featureColumns.length);
  for (let i = 0; i < index; i++) {
    if (columns[i] === manifest.featureColumns[i]) continue;
    throw new InputError(
      `Cannot use the model as its feature ${i + 1} is ${
        manifest.featureColumns[i] ?? "missing"
      } ` +
        `and the data gives ${columns[i] ?? "none"}`,
      { where: manifest.name, remedy: "train the model again with this version" },
    );
  }
}

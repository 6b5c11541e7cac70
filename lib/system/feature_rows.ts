import { createStateMemory, type StateMemory } from "../core/mod.ts";
import {
  createFeatureWriter,
  type FeatureContext,
  type FeatureWriter,
  parseFeatureSpec,
  streamBar,
} from "../features/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { TradedModel } from "./traded_model.ts";

/** The newest feature rows of one spec. */
export interface LiveFeatureRows {
  /** Names of their columns. */
  readonly columns: readonly string[];
  /** Takes the next bar in. */
  take(bars: Bars, bar: number): void;
  /** The last rows, oldest first. */
  newest(rows: number): Float32Array;
  /** Whether the last rows, so many, are without NaN. */
  isComplete(rows: number): boolean;
}

/** One stream for each feature spec: models that read the same columns share it. */
export function featureStreams(
  memory: StateMemory,
  models: readonly Pick<TradedModel, "manifest">[],
  bars: Pick<Bars, "continuous" | "intervalMs">,
  sessionAt: FeatureContext["sessionAt"],
): LiveFeatureRows[] {
  const known = new Map<string, LiveFeatureRows>();
  const longest = Math.max(...models.map(({ manifest }) => manifest.window));
  return models.map(({ manifest }) => {
    const key = JSON.stringify(manifest.featureSpec);
    let stream = known.get(key);
    if (stream === undefined) {
      const writer = createFeatureWriter(memory, parseFeatureSpec(manifest.featureSpec), {
        ...{ sessionAt, intervalMs: bars.intervalMs },
        ...(bars.continuous === undefined ? {} : { method: bars.continuous.method }),
      });
      stream = liveRows(memory, writer, longest);
      known.set(key, stream);
    }
    return stream;
  });
}

/** Keeps the last rows one after the other, the newest at the end. */
function liveRows(
  memory: StateMemory,
  { columns, write }: FeatureWriter,
  longest: number,
): LiveFeatureRows {
  const width = columns.length;
  const values = memory.keep(new Float32Array(longest * width));
  const progress = memory.keep({ complete: 0 });
  return {
    columns,
    take(bars, bar) {
      values.copyWithin(0, width);
      const isComplete = write(streamBar(bars, bar), values, (longest - 1) * width);
      if (isComplete) progress.complete = Math.min(longest, progress.complete + 1);
    },
    newest: (rows) => values.subarray((longest - rows) * width),
    isComplete: (rows) => progress.complete >= rows,
  };
}

/**
 * The rows that one of the models of a system sees, from a saved state on, without asking any model:
 * bit for bit those that its stream decides on.
 *
 * @param models of the system, in the order of its parts
 * @param of index of the model
 * @param bars of the market; only how they are made is read here
 * @param state as the stream of the system saved it
 */
export function resumeFeatureRows(
  models: readonly Pick<TradedModel, "manifest">[],
  of: number,
  bars: Pick<Bars, "continuous" | "intervalMs">,
  { sessionAt, state }: FeatureContext & { readonly state: { readonly features: string } },
): LiveFeatureRows {
  const memory = createStateMemory();
  const streams = featureStreams(memory, models, bars, sessionAt);
  memory.restore(state.features);
  return streams[of]!;
}

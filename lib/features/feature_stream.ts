import type { Continuous } from "../market/bars.ts";
import { DAILY_INTERVAL_MS } from "../market/calendar.ts";
import { DAY_MS } from "../market/time_zone.ts";
import {
  expandFeatures,
  type FeatureColumn,
  type FeatureSpec,
  warmupBars,
} from "./feature_spec.ts";
import { createDelay } from "../statistics/averages.ts";
import type { FeatureBar, Step } from "./indicators/feature_bar.ts";

/** What features need to know besides the bars. */
export interface FeatureContext {
  /** The session that holds a time in epoch milliseconds, null between sessions. */
  readonly sessionAt: (
    time: number,
  ) => { readonly tradeDay: number; readonly open: number; readonly close: number } | null;
}

/** How the bars of a stream are made. */
export interface FeatureStreamOptions extends FeatureContext {
  /** Bar length in milliseconds. */
  readonly intervalMs: number;
  /**
   * How contracts are joined; see `Continuous`.
   *
   * @default {"difference"}
   */
  readonly method?: Continuous["method"];
}

/** One bar of a stream, as in `Bars`. */
export interface StreamBar {
  /** Epoch milliseconds, UTC, of the bar's open. */
  readonly time: number;
  /** First price, raw. */
  readonly open: number;
  /** Highest price, raw. */
  readonly high: number;
  /** Lowest price, raw. */
  readonly low: number;
  /** Last price, raw. */
  readonly close: number;
  /** Contracts or shares; 0 where unknown. */
  readonly volume: number;
  /** Joins the bar's contract to the first one; 0 (difference) or 1 (ratio) when absent. */
  readonly adjustment?: number;
}

/** Computes feature rows one bar at a time. */
export interface FeatureStream {
  /** Column names. */
  readonly columns: readonly string[];
  /** The row at the close of this bar, in column order; null while any column warms up. */
  push(bar: StreamBar): Float32Array | null;
}

/** Writes feature rows of successive bars into a matrix. */
export interface FeatureWriter {
  /** Column names. */
  readonly columns: readonly string[];
  /** Number of bars before the first row without NaN. */
  readonly warmup: number;
  /** Takes the next bar and writes its row from element `offset` on. */
  write(bar: StreamBar, values: Float32Array, offset: number): void;
}

/** Stands in for a price of 0, by which nothing can be divided; keeps float32 finite. */
const SMALLEST_LEVEL = 1e-9;

/**
 * Makes a stream that turns bars into feature rows, a constant amount of work per bar. The rows
 * are those of `computeFeatures`, bit for bit: both run the same steps.
 *
 * Averages of the exponential kind remember every bar, with fading weight: to get the rows of a
 * long series, start the stream where that series starts, or several spans before the rows count.
 *
 * @throws {InputError} when the spec names an unknown feature
 * @example
 * ```ts
 * import { createFeatureStream } from "./feature_stream.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const spec = { features: [{ feature: "return", periods: [1] }] };
 * const stream = createFeatureStream(spec, { intervalMs: 60_000, sessionAt: () => null });
 * const bar = { time: 0, open: 4, high: 4, low: 4, close: 4, volume: 0 };
 * assertEquals(stream.push(bar), null);
 * assertEquals(stream.push({ ...bar, time: 60_000, close: 5 }), Float32Array.of(0.25));
 * ```
 */
export function createFeatureStream(
  spec: FeatureSpec,
  options: FeatureStreamOptions,
): FeatureStream {
  const writer = createFeatureWriter(spec, options);
  let seen = 0;
  return {
    columns: writer.columns,
    push(bar) {
      const row = new Float32Array(writer.columns.length);
      writer.write(bar, row, 0);
      return seen++ < writer.warmup ? null : row;
    },
  };
}

/** The one definition of the features: stream and batch both call it. */
export function createFeatureWriter(
  spec: FeatureSpec,
  options: FeatureStreamOptions,
): FeatureWriter {
  const columns = expandFeatures(spec);
  const steps = columns.map(createColumnStep);
  const nextBar = createBarReader(options);
  return {
    columns: columns.map((column) => column.name),
    warmup: warmupBars(spec),
    write(bar, values, offset) {
      const read = nextBar(bar);
      for (let column = 0; column < steps.length; column++) {
        values[offset + column] = steps[column]!(read);
      }
    },
  };
}

function createColumnStep({ definition, periods, lag }: FeatureColumn): Step {
  const step = definition.create(...periods);
  if (lag === 0) return step;
  const delay = createDelay(lag);
  return (bar) => delay(step(bar));
}

/** Joins prices over rolls and finds the session; the object it returns is the same every time. */
function createBarReader(options: FeatureStreamOptions): (bar: StreamBar) => FeatureBar {
  const { intervalMs, method = "difference" } = options;
  const isRatio = method === "ratio";
  const readSession = createSessionReader(options);
  const read: FeatureBar = {
    row: -1,
    open: NaN,
    high: NaN,
    low: NaN,
    close: NaN,
    level: NaN,
    previousClose: NaN,
    previousLevel: NaN,
    volume: 0,
    closeTime: 0,
    tradeDay: 0,
    sessionOpen: 0,
    sessionClose: 0,
  };
  return (bar) => {
    const factor = isRatio ? bar.adjustment ?? 1 : 1;
    const shift = isRatio ? 0 : bar.adjustment ?? 0;
    read.row++;
    read.previousClose = read.close;
    read.previousLevel = read.level;
    read.open = bar.open * factor + shift;
    read.high = bar.high * factor + shift;
    read.low = bar.low * factor + shift;
    read.close = bar.close * factor + shift;
    // Oil once closed below zero: moves are then measured against the size of the price.
    read.level = Math.max(SMALLEST_LEVEL, Math.abs(bar.close * factor));
    read.volume = bar.volume;
    read.closeTime = bar.time + intervalMs;
    readSession(bar.time, read);
    return read;
  };
}

/** Writes the session that a bar overlaps; a day, or a bar in none, is a session of its own. */
function createSessionReader(
  { intervalMs, sessionAt }: FeatureStreamOptions,
): (time: number, bar: FeatureBar) => void {
  const isDaily = intervalMs >= DAILY_INTERVAL_MS;
  return (time, bar) => {
    const session = isDaily ? null : sessionAt(time) ?? sessionAt(time + intervalMs - 1);
    bar.tradeDay = session?.tradeDay ?? Math.floor(time / DAY_MS);
    bar.sessionOpen = session?.open ?? time;
    bar.sessionClose = session?.close ?? time + intervalMs;
  };
}

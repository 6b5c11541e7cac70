import { createStateMemory, InputError, type StateMemory } from "../core/mod.ts";
import { type Bars, type Continuous, DAILY_INTERVAL_MS, DAY_MS, sharesAt } from "../market/mod.ts";
import {
  expandFeatures,
  type FeatureColumn,
  type FeatureSpec,
  warmupBars,
} from "./feature_spec.ts";
import { createDelay } from "../statistics/mod.ts";
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

/**
 * A row of stored bars as a stream takes it. Volume after a split is counted in the shares of the
 * first bar, as nothing more was traded.
 */
export function streamBar(bars: Bars, row: number): StreamBar {
  const { actions, close, continuous, high, low, open, time, volume } = bars;
  return {
    time: time[row]!,
    open: open[row]!,
    high: high[row]!,
    low: low[row]!,
    close: close[row]!,
    volume: actions === undefined ? volume[row]! : volume[row]! / sharesAt(bars, time[row]!),
    adjustment: continuous === undefined ? 0 : continuous.adjustment[row]!,
  };
}

/** All that a stream carries from bar to bar. Plain JSON, of the same size after any number of bars. */
export interface FeatureState {
  /** Columns of the stream that saved it. */
  readonly columns: readonly string[];
  /** Its bar length in milliseconds. */
  readonly intervalMs: number;
  /** How its contracts are joined. */
  readonly method: Continuous["method"];
  /** What its windows and averages hold, exact. */
  readonly numbers: string;
}

/** Computes feature rows one bar at a time. */
export interface FeatureStream {
  /** Column names. */
  readonly columns: readonly string[];
  /** The row at the close of this bar, in column order; null while any column warms up. */
  push(bar: StreamBar): Float32Array | null;
  /** What it takes to go on after the last bar. */
  save(): FeatureState;
  /**
   * Goes on where another stream of the same features stood, as if it had seen the same bars.
   *
   * @throws {InputError} when the state is damaged, of other features or of bars made otherwise
   */
  restore(state: FeatureState): void;
}

/** Writes feature rows of successive bars into a matrix. */
export interface FeatureWriter {
  /** Column names. */
  readonly columns: readonly string[];
  /** Number of bars before the first row without NaN. */
  readonly warmup: number;
  /**
   * Takes the next bar and writes its row from element `offset` on.
   *
   * @returns false while any column warms up
   */
  write(bar: StreamBar, values: Float32Array, offset: number): boolean;
}

/** Stands in for a price of 0, by which nothing can be divided; keeps float32 finite. */
const SMALLEST_LEVEL = 1e-9;

/**
 * Makes a stream that turns bars into feature rows, a constant amount of work per bar. The rows
 * are those of `computeFeatures`, bit for bit: both run the same steps.
 *
 * Averages of the exponential kind remember every bar, with fading weight: to go on with a series,
 * restore what was saved, or start `lookbackBars` before the rows that count.
 *
 * @throws {InputError} when the spec names an unknown feature
 * @example
 * ```ts
 * import { createFeatureStream } from "./feature_stream.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const spec = { features: [{ feature: "return", periods: [1] }] };
 * const options = { intervalMs: 60_000, sessionAt: () => null };
 * const stream = createFeatureStream(spec, options);
 * const bar = { time: 0, open: 4, high: 4, low: 4, close: 4, volume: 0 };
 * assertEquals(stream.push(bar), null);
 * const saved = JSON.stringify(stream.save());
 *
 * const later = createFeatureStream(spec, options);
 * later.restore(JSON.parse(saved));
 * assertEquals(later.push({ ...bar, time: 60_000, close: 5 }), Float32Array.of(0.25));
 * ```
 */
export function createFeatureStream(
  spec: FeatureSpec,
  options: FeatureStreamOptions,
): FeatureStream {
  const memory = createStateMemory();
  const writer = createFeatureWriter(memory, spec, options);
  const { columns } = writer;
  const made = { columns, intervalMs: options.intervalMs, method: options.method ?? "difference" };
  return {
    columns,
    push(bar) {
      const row = new Float32Array(columns.length);
      return writer.write(bar, row, 0) ? row : null;
    },
    save: () => ({ ...made, numbers: memory.save() }),
    restore({ numbers, ...other }) {
      requireSameStream(made, other);
      memory.restore(numbers);
    },
  };
}

function requireSameStream(
  here: Omit<FeatureState, "numbers">,
  saved: Omit<FeatureState, "numbers">,
): void {
  for (const key of ["columns", "intervalMs", "method"] as const) {
    const [ours, theirs] = [JSON.stringify(here[key]), JSON.stringify(saved[key])];
    if (ours === theirs) continue;
    throw new InputError(`Cannot restore features of other ${key}: ${theirs} was saved`, {
      where: "feature state",
      remedy: `restore it into a stream of the same, or start one afresh: this one has ${ours}`,
    });
  }
}

/**
 * The one definition of the features: stream and batch both call it.
 *
 * @param memory keeps all that is carried from bar to bar
 */
export function createFeatureWriter(
  memory: StateMemory,
  spec: FeatureSpec,
  options: FeatureStreamOptions,
): FeatureWriter {
  const columns = expandFeatures(spec);
  const warmup = warmupBars(spec);
  const progress = memory.keep({ seen: 0 });
  const nextBar = createBarReader(memory, options);
  const steps = columns.map((column) => createColumnStep(memory, column));
  return {
    columns: columns.map((column) => column.name),
    warmup,
    write(bar, values, offset) {
      const read = nextBar(bar);
      for (let column = 0; column < steps.length; column++) {
        values[offset + column] = steps[column]!(read);
      }
      if (progress.seen === warmup) return true;
      progress.seen++;
      return false;
    },
  };
}

function createColumnStep(memory: StateMemory, { definition, periods, lag }: FeatureColumn): Step {
  const step = definition.create(memory, ...periods);
  if (lag === 0) return step;
  const delay = createDelay(memory, lag);
  return (bar) => delay(step(bar));
}

/** Joins prices over rolls and finds the session; the object it returns is the same every time. */
function createBarReader(
  memory: StateMemory,
  options: FeatureStreamOptions,
): (bar: StreamBar) => FeatureBar {
  const { intervalMs, method = "difference" } = options;
  const isRatio = method === "ratio";
  const readSession = createSessionReader(options);
  const last = memory.keep({ close: NaN, level: NaN });
  const read: FeatureBar = {
    isFirst: true,
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
    read.isFirst = Number.isNaN(last.close);
    read.previousClose = last.close;
    read.previousLevel = last.level;
    read.open = bar.open * factor + shift;
    read.high = bar.high * factor + shift;
    read.low = bar.low * factor + shift;
    read.close = last.close = bar.close * factor + shift;
    // Oil once closed below zero: moves are then measured against the size of the price.
    read.level = last.level = Math.max(SMALLEST_LEVEL, Math.abs(bar.close * factor));
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

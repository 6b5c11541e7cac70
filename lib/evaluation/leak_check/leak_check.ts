import { type Bars, sliceBars } from "../../market/mod.ts";
import { createRandom, type Random } from "../../core/mod.ts";

/** One output of a pipeline: a feature matrix, a probability, a position. */
export interface PipelineOutput {
  /** Name for the report, for example `features` or `target lots`. */
  readonly name: string;
  /** Row-major `[rows, columns.length]`; row r is decided at the close of row r of the data. */
  readonly values: ArrayLike<number>;
  /** Names of its columns. */
  readonly columns: readonly string[];
}

/** A whole pipeline as a function, with the data it runs on. */
export interface LeakProbe<Data, Outputs = readonly PipelineOutput[]> {
  /** Everything known at the end. */
  readonly data: Data;
  /** Rows of the data. */
  readonly rows: number;
  /** Runs the pipeline; its outputs may use of each row only what was known at its close. */
  readonly run: (data: Data) => Outputs;
  /** The data as they were known after the first `end` rows, later revisions not yet made. */
  readonly truncate: (data: Data, end: number) => Data;
  /** The data with everything from row `end` on changed at random; the past is untouched. */
  readonly mutate: (data: Data, end: number, random: Random) => Data;
  /** Ends worth a check of their own, such as where training stops. */
  readonly boundaries?: readonly number[];
}

/** How the future was changed when an output changed with it; `rerun` for no change at all. */
export const LEAK_KINDS = ["rerun", "truncate", "mutate"] as const;

/** A past output that changed with the future. */
export interface Leak {
  /** What was done. `rerun`: the pipeline gives other outputs on the same data. */
  readonly kind: typeof LEAK_KINDS[number];
  /** Output and column. */
  readonly output: string;
  /** Column of it. */
  readonly column: string;
  /** First row that changed. */
  readonly row: number;
  /** Rows before this one were left alone. */
  readonly end: number;
  /** Value with the true future. */
  readonly before: number;
  /** Value with the changed one; NaN also where the row is missing. */
  readonly after: number;
}

/** What a leak check found. */
export interface LeakReport {
  /** One per output column, kind of change and end, first row each. */
  readonly leaks: readonly Leak[];
  /** Changed futures that were tried. */
  readonly trials: number;
  /** Single values compared. */
  readonly compared: number;
}

/** Ends in a row: a leak of one bar on every few bars shows only where the cut is just behind it. */
const STRETCH = 8;

/** Settings of `checkLeaks`. */
export interface LeakCheckOptions {
  /** Ends drawn at random besides the boundaries, in stretches of eight rows. @default {32} */
  readonly ends?: number;
  /** Rows at the start never cut into, as nothing has warmed up there. @default {1} */
  readonly from?: number;
  /** Seed of ends and changes. @default {1} */
  readonly seed?: number;
}

/**
 * Changes the future and looks whether the past notices: runs the pipeline on the whole data, on data
 * cut off after some row and on data that are random after it, and compares every output row before
 * it exactly. A pipeline without look-ahead gives the same bits (docs/methods.md#no-look-ahead).
 *
 * @throws RangeError when the data are too short to be cut.
 * @example
 * ```ts
 * import { checkLeaks } from "./leak_check.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const probe = (offset: number) => ({
 *   data: Float64Array.from({ length: 50 }, (_, row) => Math.sin(row)),
 *   rows: 50,
 *   run: (data: Float64Array) => [
 *     { name: "features", columns: ["level"], values: data.map((_, row) => data[row + offset]!) },
 *   ],
 *   truncate: (data: Float64Array, end: number) => data.slice(0, end),
 *   mutate: (data: Float64Array, end: number) => data.map((x, row) => row < end ? x : x + 1),
 * });
 * assertEquals(checkLeaks(probe(0)).leaks, []);
 * assertEquals(checkLeaks(probe(1)).leaks[0]?.column, "level");
 * ```
 */
export function checkLeaks<Data>(
  probe: LeakProbe<Data>,
  options: LeakCheckOptions = {},
): LeakReport {
  const replays = replaysOf(probe, options);
  let step = replays.next();
  while (!step.done) step = replays.next(probe.run(step.value.data));
  return step.value;
}

/**
 * `checkLeaks` of a pipeline that has to be waited for, such as one with a model in ONNX Runtime.
 *
 * @throws RangeError when the data are too short to be cut.
 */
export async function checkLeaksAsync<Data>(
  probe: LeakProbe<Data, Promise<readonly PipelineOutput[]>>,
  options: LeakCheckOptions & { readonly onProgress?: (fraction: number) => void } = {},
): Promise<LeakReport> {
  const replays = replaysOf(probe, options);
  let step = replays.next();
  while (!step.done) {
    options.onProgress?.(step.value.fraction);
    step = replays.next(await probe.run(step.value.data));
  }
  return step.value;
}

/** Data that the pipeline has to be run on next. */
interface Replay<Data> {
  readonly data: Data;
  /** Share of the replays that are done. */
  readonly fraction: number;
}

/** The check, whoever runs the pipeline: gives the data of each replay and is told its outputs. */
function* replaysOf<Data>(
  probe: Omit<LeakProbe<Data>, "run">,
  options: LeakCheckOptions,
): Generator<Replay<Data>, LeakReport, readonly PipelineOutput[]> {
  const { ends: count = 32, from = 1, seed = 1 } = options;
  const { data, rows } = probe;
  if (!(from >= 1 && from + 1 < rows)) {
    throw new RangeError(
      `Cannot check for leaks as rows must remain before and after an end: current value is ${rows} rows from ${from}`,
    );
  }
  const random = createRandom(seed);
  let start = from;
  const drawn = Array.from({ length: count }, (_, i) => {
    if (i % STRETCH === 0) start = from + random.integer(rows - from);
    return start + i % STRETCH;
  });
  const ends = [...new Set([...(probe.boundaries ?? []), ...drawn])]
    .filter((end) => end >= from && end < rows)
    .toSorted((a, b) => a - b);
  const replays = 2 + 2 * ends.length;
  const truth = (yield { data, fraction: 0 }).map(copyOutput);
  const leaks: Leak[] = [];
  let compared = 0, trials = 0;
  function* compare(kind: Leak["kind"], end: number, changed: Data) {
    trials++;
    const outputs: readonly PipelineOutput[] = yield { data: changed, fraction: trials / replays };
    truth.forEach((output, i) => {
      compared += end * output.columns.length;
      leaks.push(...differences(kind, end, output, outputs[i]));
    });
  }
  yield* compare("rerun", rows, data);
  // A pipeline that is not even repeatable would show differences everywhere.
  if (leaks.length > 0) return { leaks, trials, compared };
  for (const end of ends) {
    yield* compare("truncate", end, probe.truncate(data, end));
    yield* compare("mutate", end, probe.mutate(data, end, random));
  }
  return { leaks, trials, compared };
}

/** The probe functions of a pipeline that reads bars. */
export function barsProbe<Outputs = readonly PipelineOutput[]>(
  bars: Bars,
  run: (bars: Bars) => Outputs,
): LeakProbe<Bars, Outputs> {
  return {
    data: bars,
    rows: bars.length,
    run,
    truncate: (data, end) => sliceBars(data, 0, end),
    mutate: mutateBars,
  };
}

/** A leak in words. */
export function describeLeak({ after, before, column, end, kind, output, row }: Leak): string {
  const where = `${output}.${column} at row ${row}`;
  const change = `${before} became ${after}`;
  if (kind === "rerun") return `${where}: ${change} when the same data were run again`;
  const how = kind === "truncate" ? "cut off" : "changed";
  return `${where}: ${change} when the data from row ${end} on were ${how}`;
}

/** Bars whose prices and volumes are other ones from row `end` on, still consistent in each bar. */
function mutateBars(bars: Bars, end: number, random: Random): Bars {
  const factors = Float64Array.from(
    bars.time,
    (_, row) => row < end ? 1 : Math.exp(0.05 * random.normal()),
  );
  const scale = (column: Float64Array) => column.map((value, row) => value * factors[row]!);
  return {
    ...bars,
    open: scale(bars.open),
    high: scale(bars.high),
    low: scale(bars.low),
    close: scale(bars.close),
    volume: scale(bars.volume),
    ...(bars.openInterest === undefined ? {} : { openInterest: scale(bars.openInterest) }),
    ...(bars.funding === undefined ? {} : {
      funding: bars.funding.map((payment) =>
        payment.time < (bars.time[end] ?? Infinity)
          ? payment
          : { ...payment, rate: payment.rate + 1e-4 * random.normal() }
      ),
    }),
  };
}

/** Kept apart, as a pipeline may reuse its memory. */
function copyOutput(output: PipelineOutput): PipelineOutput {
  return { ...output, values: Float64Array.from(output.values) };
}

function differences(
  kind: Leak["kind"],
  end: number,
  truth: PipelineOutput,
  changed: PipelineOutput | undefined,
): Leak[] {
  const { columns, name, values } = truth;
  const width = columns.length;
  const rows = Math.min(end, values.length / width);
  return columns.flatMap((column, j) => {
    for (let row = 0; row < rows; row++) {
      const before = values[row * width + j]!;
      const after = changed?.values[row * width + j];
      if (after !== undefined && Object.is(before + 0, after + 0)) continue;
      return [{ kind, output: name, column, row, end, before, after: after ?? NaN }];
    }
    return [];
  });
}

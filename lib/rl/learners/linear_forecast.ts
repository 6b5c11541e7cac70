import type { RowRange } from "../../market/mod.ts";
import { netResult } from "../environment/transition_table.ts";
import { choleskyFactor, solveCholesky } from "../experience/cholesky.ts";
import type { PolicyRows } from "../policy/run_policy.ts";
import { type ResultEvidence, resultEvidence } from "./evaluate_policy.ts";
import { flatAction, type LearningMarket } from "./learning_market.ts";

/** Rows ahead over which results are summed, from the fastest worlds to slow ones. */
const HORIZONS = [1, 4, 16, 64, 256] as const;
/** Horizons that are always tried; a longer one needs blocks of so many times its length. */
const ALWAYS_TRIED = 64, BLOCK_PER_HORIZON = 8;
/** Parts of the rows; each is traded by what was fitted on the others. */
const BLOCKS = 5;
/** Added to the variance of every scaled column: columns may say the same. */
const RIDGE = 1e-3;

/** How far beyond 0 a forecast that varies by 1 may have to lie before the position is turned. */
const BANDS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1] as const;

/** A linear forecast of what a long position earns, and how it is traded. */
export interface LinearForecast {
  /** Rows ahead of the forecasts that it is the mean of, ascending. */
  readonly horizons: readonly number[];
  /** One per column; the forecast varies by 1 over the rows it was fitted on. */
  readonly weights: Float64Array;
  /** Within it the position stays what it is: a turn would cost more than it brings. */
  readonly band: number;
}

/** Second moments of some rows. */
interface Moments {
  rows: number;
  /** Of the columns, row-major `[columns, columns]`. */
  readonly columns: Float64Array;
  /** Of the columns with the results over each horizon. */
  readonly results: ReadonlyMap<number, Float64Array>;
}

/**
 * The ridge regression of results on scaled features (Hoerl & Kennard 1970), the mean over the
 * horizons that trade best: each of five blocks of rows is traded by the sign of a forecast fitted
 * on the other four, costs inside. In a slow world the sum over many rows says far more than the
 * next row alone; which of those that earn alike is luckiest says nothing
 * (docs/methods.md#the-forecast-a-policy-begins-with).
 *
 * @param input scaled on `learning`, so that every column has mean 0 there
 * @param learning rows of the market's table
 * @returns null where no horizon earns more than staying flat by more than chance
 */
export function linearForecast(
  market: Pick<LearningMarket, "actions" | "table">,
  input: PolicyRows,
  learning: RowRange,
): LinearForecast | null {
  const horizons = horizonsFor(learning);
  const sums = summedResults(market, learning);
  const blocks = blocksOf(learning).map((block) =>
    momentsOf(market, input, block, { horizons, sums })
  );
  const all = added(blocks);
  if (all.rows < input.columns) return null;
  const others = blocks.map((_, block) => added(blocks.toSpliced(block, 1)));
  const foretold = (mean: readonly number[]): Float64Array =>
    forecasts(market, input, learning, others.map((moments) => meanForecast(moments, mean)));
  const tried = horizons.map((horizon) => ({ horizon, forecast: foretold([horizon]) }));
  const signs = tried.map(({ forecast }) => traded(market, learning, forecast, 0));
  if (!signs.some(({ isAboveFlat }) => isAboveFlat)) return null;
  const proven = tried.map(({ forecast, horizon }) => {
    const band = bestBand(market, learning, forecast);
    return { horizon, ...traded(market, learning, forecast, band) };
  }).filter(({ isAboveFlat }) => isAboveFlat);
  if (proven.length === 0) return null;
  const best = proven.reduce((a, b) => b.mean > a.mean ? b : a);
  const alike = proven.filter(({ mean }) => mean > best.mean - best.standardError!)
    .map(({ horizon }) => horizon);
  return {
    horizons: alike,
    weights: meanForecast(all, alike),
    band: bestBand(market, learning, foretold(alike)),
  };
}

/** Those that leave blocks enough rows whose results end inside them. */
function horizonsFor({ from, to }: RowRange): readonly number[] {
  const longest = Math.max(ALWAYS_TRIED, (to - from) / BLOCKS / BLOCK_PER_HORIZON);
  return HORIZONS.filter((horizon) => horizon <= longest);
}

/**
 * The band that earns most if a forecast is worth what it is worth on average, costs inside. What
 * came to pass says less: one band or another is lucky by more than they differ.
 */
function bestBand(
  market: Pick<LearningMarket, "actions" | "table">,
  learning: RowRange,
  foretold: Float64Array,
): number {
  const { table } = market;
  let products = 0, squares = 0;
  foretold.forEach((forecast, index) => {
    const row = learning.from + index;
    if (table.forced[row] === 1) return;
    products += forecast * table.size[row]! * table.gross[row]!;
    squares += forecast * forecast;
  });
  const gross = new Float64Array(table.rows);
  foretold.forEach((forecast, index) => {
    const row = learning.from + index;
    gross[row] = products / squares * forecast / table.size[row]!;
  });
  const expected = { ...market, table: { ...table, gross } };
  const means = BANDS.map((band) => traded(expected, learning, foretold, band).mean);
  return BANDS[means.indexOf(Math.max(...means))]!;
}

function blocksOf({ from, to }: RowRange): readonly RowRange[] {
  const edge = (block: number): number => from + Math.floor(block * (to - from) / BLOCKS);
  return Array.from({ length: BLOCKS }, (_, block) => ({ from: edge(block), to: edge(block + 1) }));
}

/** What one long position earns over each horizon from a row on, until it is closed. */
function summedResults(
  { table }: Pick<LearningMarket, "table">,
  { from, to }: RowRange,
): (row: number, horizon: number) => number {
  const total = new Float64Array(to - from + 1);
  const end = new Int32Array(to - from);
  for (let row = from; row < to; row++) {
    total[row - from + 1] = total[row - from]! + table.size[row]! * table.gross[row]!;
  }
  for (let row = to - 1, close = to; row >= from; row--) {
    if (table.resets[row] === 1) close = row + 1;
    end[row - from] = close;
  }
  return (row, horizon) => {
    const last = Math.min(row + horizon, end[row - from]!);
    return total[last - from]! - total[row - from]!;
  };
}

function momentsOf(
  { table }: Pick<LearningMarket, "table">,
  { columns, values }: PolicyRows,
  { from, to }: RowRange,
  { horizons, sums }: {
    readonly horizons: readonly number[];
    readonly sums: (row: number, horizon: number) => number;
  },
): Moments {
  const results = new Map(horizons.map((horizon) => [horizon, new Float64Array(columns)]));
  const moments: Moments = { rows: 0, columns: new Float64Array(columns * columns), results };
  // Nothing that the last rows earn may reach into the next block.
  for (let row = from; row < to - horizons.at(-1)!; row++) {
    if (table.forced[row] === 1) continue;
    moments.rows++;
    const at = (table.from + row) * columns;
    for (let i = 0; i < columns; i++) {
      const value = values[at + i]!;
      for (let j = 0; j < columns; j++) {
        moments.columns[i * columns + j]! += value * values[at + j]!;
      }
    }
    results.forEach((into, horizon) => {
      const result = sums(row, horizon);
      for (let i = 0; i < columns; i++) into[i]! += result * values[at + i]!;
    });
  }
  return moments;
}

function added(parts: readonly Moments[]): Moments {
  const sum = (arrays: readonly Float64Array[]): Float64Array =>
    arrays[0]!.map((_, i) => arrays.reduce((total, array) => total + array[i]!, 0));
  return {
    rows: parts.reduce((total, { rows }) => total + rows, 0),
    columns: sum(parts.map(({ columns }) => columns)),
    results: new Map(
      [...parts[0]!.results.keys()].map((horizon) => [
        horizon,
        sum(parts.map(({ results }) => results.get(horizon)!)),
      ]),
    ),
  };
}

/** The mean of the regressions of some horizons, each and itself scaled to vary by 1. */
function meanForecast(moments: Moments, horizons: readonly number[]): Float64Array {
  const weights = horizons.map((horizon) => scaledToUnit(moments, regression(moments, horizon)));
  return scaledToUnit(
    moments,
    weights[0]!.map((_, i) => weights.reduce((sum, own) => sum + own[i]!, 0)),
  );
}

function regression({ columns, results, rows }: Moments, horizon: number): Float64Array {
  const right = results.get(horizon)!.map((moment) => moment / rows);
  const width = right.length;
  const ridged = columns.map((moment, at) => moment / rows + (at % (width + 1) === 0 ? RIDGE : 0));
  return solveCholesky(choleskyFactor(ridged, width), right);
}

function scaledToUnit({ columns, rows }: Moments, weights: Float64Array): Float64Array {
  const width = weights.length;
  let variance = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      variance += weights[i]! * weights[j]! * columns[i * width + j]! / rows;
    }
  }
  return variance > 0 ? weights.map((weight) => weight / Math.sqrt(variance)) : weights;
}

/** Forecasts of the rows, each block by what was fitted on the others. */
function forecasts(
  { table }: Pick<LearningMarket, "table">,
  { columns, values }: PolicyRows,
  learning: RowRange,
  fitted: readonly Float64Array[],
): Float64Array {
  const foretold = new Float64Array(learning.to - learning.from);
  blocksOf(learning).forEach(({ from, to }, block) => {
    const weights = fitted[block]!;
    for (let row = from; row < to; row++) {
      const at = (table.from + row) * columns;
      let forecast = 0;
      for (let i = 0; i < columns; i++) forecast += weights[i]! * values[at + i]!;
      foretold[row - learning.from] = forecast;
    }
  });
  return foretold;
}

/** What following the signs of forecasts earns where those within the band turn nothing. */
function traded(
  { actions, table }: Pick<LearningMarket, "actions" | "table">,
  { from }: RowRange,
  foretold: Float64Array,
  band: number,
): ResultEvidence {
  const flat = actions[flatAction(actions)]!;
  let held = flat;
  return resultEvidence(foretold.map((forecast, index) => {
    const row = from + index, before = held;
    const wanted = forecast > band ? actions.at(-1)! : forecast < -band ? actions[0]! : held;
    const next = table.forced[row] === 1 ? flat : wanted;
    held = table.resets[row] === 1 ? flat : next;
    return netResult(table, row, before, next);
  }));
}

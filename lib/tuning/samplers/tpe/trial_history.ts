import { violationOf } from "../../constraints.ts";
import { type Category, type Distribution, ownValue, toInternal } from "../../../core/mod.ts";
import { IntersectionSpace } from "../../intersection_space.ts";
import type { Direction } from "../../storage/storage.ts";
import { isFailure, type Trial } from "../../trial.ts";
import type { Observations } from "./parzen_estimator.ts";
import { pendingParams } from "./pending_params.ts";

/** One parameter of all finished trials. */
interface Column {
  /** By trial number, as `toInternal()` gives them; NaN where a trial lacks the parameter. */
  values: Float64Array;
  /** Numbers of the trials that have it, by value. */
  readonly order: number[];
}

/** The trials that count as the past of one trial. */
export interface Past {
  /** Numbers of the COMPLETE and PRUNED ones, ascending. */
  readonly finished: readonly number[];
  /** Numbers of those that failed by what they tried, ascending. */
  readonly failed: readonly number[];
  /** The RUNNING ones by number. */
  readonly running: ReadonlyMap<number, Trial>;
}

/**
 * The ended trials in columns, kept sorted: with a thousand of them, looking at each again for
 * every new trial would take most of the time. An ended trial never changes and is the same
 * object every time it is read, so each is taken in once; trials of another study begin anew.
 */
export class TrialHistory {
  #trials: Trial[] = [];
  #losses: Column = emptyColumn();
  #columns = new Map<string, Column>();
  #space = new IntersectionSpace();

  /** The parameters that all trials with a value read so far have in common. */
  get space(): ReadonlyMap<string, Distribution> {
    return this.#space.parameters;
  }

  /** Takes in the trials that are new. */
  read(trials: readonly Trial[], directions: readonly Direction[]): Past {
    const finished: number[] = [], failed: number[] = [], running = new Map<number, Trial>();
    for (const trial of trials) {
      const { number } = trial;
      const known = this.#trials[number];
      if (trial.state === "RUNNING") running.set(number, trial);
      const numbers = trial.state === "COMPLETE" || trial.state === "PRUNED"
        ? finished
        : isFailure(trial)
        ? failed
        : null;
      if (numbers === null) continue;
      numbers.push(number);
      if (known === trial) continue;
      if (known !== undefined) {
        this.#forget();
        return this.read(trials, directions);
      }
      this.#add(trial, directions);
    }
    return { finished, failed, running };
  }

  /** An ended trial. */
  trial(number: number): Trial {
    return this.#trials[number]!;
  }

  /**
   * Numbers of the complete trials that break no constraint, best first, the earlier of equals
   * before the later. Empty with several objectives.
   */
  get ranking(): readonly number[] {
    return this.#losses.order;
  }

  /**
   * The values of the trials that have every parameter of a space, oldest first.
   *
   * @param numbers ascending, of trials that are running or have been read
   */
  observe(
    space: ReadonlyMap<string, Distribution>,
    numbers: readonly number[],
    running: ReadonlyMap<number, Trial>,
  ): Observations {
    const distributions = [...space.values()];
    const past = [...space.keys()].map((name) => this.#columns.get(name) ?? NO_COLUMN);
    const columns = past.map(({ values }) => gather(values, numbers));
    const pending: number[] = [];
    if (running.size > 0) {
      for (const [row, number] of numbers.entries()) {
        const trial = running.get(number);
        if (trial === undefined) continue;
        const params = pendingParams(trial);
        [...space].forEach(([name, distribution], i) =>
          columns[i]![row] = internalOf(distribution, ownValue(params, name))
        );
        pending.push(number);
      }
    }
    const { rowOf, rows } = keepWhole(columns, numbers);
    const unsorted = pending.map((number) => rowOf[number]!).filter((row) => row >= 0);
    return {
      distributions,
      columns: columns.map((column) => column.subarray(0, rows)),
      orders: past.map(({ order }, i) => rowsInOrder(order, rowOf, columns[i]!, rows, unsorted)),
    };
  }

  #forget(): void {
    this.#trials = [];
    this.#losses = emptyColumn();
    this.#columns = new Map();
    this.#space = new IntersectionSpace();
  }

  #add(trial: Trial, directions: readonly Direction[]): void {
    const { number, params, distributions, state, values } = trial;
    this.#trials[number] = trial;
    // One that failed may not have come to ask for everything.
    if (state !== "FAIL") this.#space.add(trial);
    if (state === "COMPLETE" && directions.length === 1 && violationOf(trial) === 0) {
      insert(this.#losses, number, directions[0] === "maximize" ? -values![0]! : values![0]!);
    }
    for (const name in params) {
      let column = this.#columns.get(name);
      if (column === undefined) this.#columns.set(name, column = emptyColumn());
      insert(column, number, internalOf(distributions[name]!, params[name]));
    }
  }
}

function emptyColumn(): Column {
  return { values: new Float64Array(0), order: [] };
}

/** Adds a trial's value to a column; NaN stands for none. */
function insert(column: Column, number: number, value: number): void {
  column.values = withRoom(column.values, number);
  column.values[number] = value;
  if (!Number.isNaN(value)) column.order.splice(placeOf(column, number), 0, number);
}

/** A parameter that no trial has. */
const NO_COLUMN: Column = emptyColumn();

/** Values at some places; NaN where there is none. */
function gather(values: Float64Array, places: readonly number[]): Float64Array {
  const column = new Float64Array(places.length);
  for (let row = 0; row < places.length; row++) column[row] = values[places[row]!] ?? NaN;
  return column;
}

/**
 * Moves the rows that miss no value to the front.
 *
 * @returns their number, and the row of each trial number; -1 for trials that are not used
 */
function keepWhole(
  columns: readonly Float64Array[],
  numbers: readonly number[],
): { readonly rowOf: Int32Array; readonly rows: number } {
  const missing = new Set<number>();
  for (const column of columns) {
    for (let row = 0; row < column.length; row++) if (Number.isNaN(column[row])) missing.add(row);
  }
  const rowOf = new Int32Array((numbers.at(-1) ?? 0) + 1).fill(-1);
  let rows = 0;
  for (let row = 0; row < numbers.length; row++) {
    if (missing.has(row)) continue;
    if (missing.size > 0) { for (const column of columns) column[rows] = column[row]!; }
    rowOf[numbers[row]!] = rows++;
  }
  return { rowOf, rows };
}

/** Where a trial belongs among the others: by value, then by number. */
function placeOf({ order, values }: Column, number: number): number {
  const value = values[number]!;
  let from = 0, to = order.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = order[middle]!, at = values[other]!;
    if (at < value || (at === value && other < number)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Grows a column to twice its length when a number does not fit. */
function withRoom(values: Float64Array, number: number): Float64Array {
  if (number < values.length) return values;
  const wider = new Float64Array(Math.max(64, 2 * number)).fill(NaN);
  wider.set(values);
  return wider;
}

/**
 * Rows by value: those of the trials in a column, and between them the few of running trials.
 *
 * @param order numbers of the trials in the column, by value
 * @param rowOf rows by number; -1 for trials that are not used
 * @param unsorted rows of running trials
 */
function rowsInOrder(
  order: readonly number[],
  rowOf: Int32Array,
  values: Float64Array,
  rows: number,
  unsorted: readonly number[],
): Int32Array {
  const inOrder = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    const number = order[i]!;
    const row = number < rowOf.length ? rowOf[number]! : -1;
    if (row >= 0) inOrder[count++] = row;
  }
  for (const row of unsorted) {
    let place = count++;
    for (; place > 0 && values[inOrder[place - 1]!]! > values[row]!; place--) {
      inOrder[place] = inOrder[place - 1]!;
    }
    inOrder[place] = row;
  }
  return inOrder;
}

/** NaN for a value that is missing or of the wrong type; one outside the present range counts. */
function internalOf(distribution: Distribution, value: Category | undefined): number {
  if (value === undefined) return NaN;
  if (distribution.type === "categorical") return toInternal(distribution, value) ?? NaN;
  return typeof value === "number" ? value : NaN;
}

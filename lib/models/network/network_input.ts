import type { TrainingSet } from "../classifier.ts";
import type { FitRequest } from "../model_family.ts";
import { CLASS_COUNT } from "../../market/mod.ts";
import { InputError } from "../../core/mod.ts";
import { holdoutSplit, type SplitLabels } from "../../labels/mod.ts";
import { rowWeights } from "../forest/row_weights.ts";
import type { NetworkParameters } from "./parameters.ts";
import type { ScaledRows } from "./windows.ts";

/** What a network learns from. */
export interface NetworkInput extends ScaledRows {
  /**
   * First row in which every column has warmed up; earlier ones may hold NaN and are never read.
   */
  readonly firstValidRow: number;
  /**
   * Rows to learn from, ascending; row t is learnt with the rows t - window + 1 … t before its
   * eyes. Those whose window would begin before `firstValidRow` are left out.
   */
  readonly rows: Int32Array;
  /** Class, first and last row of the label of every row of the frame. */
  readonly labels: SplitLabels;
  /** Number of classes. */
  readonly classCount: number;
  /** Non-negative sample weights of every row of the frame; 1 each when absent. */
  readonly weights?: Float64Array;
  /**
   * Rows left out between learning and the tail that early stopping watches, on top of the purge.
   */
  readonly embargoBars: number;
}

/** What a network learns from, but for its scaled rows, as a training asks for it. */
export function networkInput(
  { frame, rows, labels, weights, embargoBars }: FitRequest,
): Omit<NetworkInput, "values"> & { readonly weights: Float64Array } {
  return {
    columns: frame.columns.length,
    firstValidRow: frame.firstValidRow,
    rows,
    labels,
    classCount: CLASS_COUNT,
    weights,
    embargoBars,
  };
}

/** Rows with what is to be said of each. */
export interface LearningRows extends ScaledRows {
  /** Rows that one prediction reads. */
  readonly window: number;
  /** Number of classes. */
  readonly classCount: number;
  /** Row of the frame with which each window ends. */
  readonly rows: Int32Array;
  /** Class of each of the rows. */
  readonly classes: Int8Array;
  /** Weight of each of the rows; their mean is 1. */
  readonly weights: Float64Array;
}

/** Rows to learn from and the later ones that early stopping watches. */
export interface LearningSplit {
  /** The earlier rows. */
  readonly training: LearningRows;
  /** The newest rows. */
  readonly validation: LearningRows;
}

/**
 * Checks the input and cuts off the tail that early stopping watches, purged and embargoed.
 *
 * @throws {RangeError} when an array has the wrong length, a value that would be read is not finite, a class
 * is out of range, or a weight is negative
 * @throws {InputError} when too few rows have a whole window before them
 */
export function splitInput(input: NetworkInput, parameters: NetworkParameters): LearningSplit {
  const rows = rowsWithWindow(input, parameters.window);
  checkInput(input, rows, parameters.window);
  if (rows.length < 2) {
    throw new InputError(
      `Cannot fit a network as ${rows.length} rows have ${parameters.window} valid rows up to them`,
      { remedy: "give more bars or a shorter window" },
    );
  }
  const { earlier, later } = holdoutSplit(
    input.labels,
    rows,
    parameters.validationShare,
    input.embargoBars,
  );
  return {
    training: learningRows(input, earlier, parameters),
    validation: learningRows(input, later, parameters),
  };
}

/** The rows that have a whole window of valid rows. */
export function rowsWithWindow(
  { rows, firstValidRow }: Pick<NetworkInput, "rows" | "firstValidRow">,
  window: number,
): Int32Array {
  return rows.filter((row) => row - window + 1 >= firstValidRow);
}

function learningRows(
  { values, columns, labels, classCount, weights }: NetworkInput,
  rows: Int32Array,
  { window, classWeights }: NetworkParameters,
): LearningRows {
  const classes = Int8Array.from(rows, (row) => labels.classes[row]!);
  return {
    values,
    columns,
    window,
    classCount,
    rows,
    classes,
    weights: meanOne(
      {
        rows: rows.length,
        columns: 0,
        values: new Float32Array(),
        classes,
        classCount,
        ...(weights === undefined
          ? {}
          : { weights: Float64Array.from(rows, (row) => weights[row]!) }),
      },
      classWeights,
    ),
  };
}

/** The weights times those of the classes, scaled to mean 1. */
function meanOne(set: TrainingSet, classWeights: boolean): Float64Array {
  const weights = new Float64Array(set.rows);
  if (set.weights?.every((weight) => weight === 0) === true) {
    throw new InputError(`Cannot fit a network as all ${set.rows} rows have the weight 0`, {
      remedy: "give more bars",
    });
  }
  rowWeights(set, classWeights ? "balanced" : "none", weights);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / set.rows;
  return weights.map((weight) => weight / mean);
}

function checkInput(
  { values, columns, labels, classCount, weights }: NetworkInput,
  rows: Int32Array,
  window: number,
): void {
  const frameRows = values.length / columns;
  if (classCount < 2) refuse("there are two classes or more", classCount);
  if (labels.classes.length !== frameRows) {
    refuse(`each of ${frameRows} rows has a label`, `${labels.classes.length} labels`);
  }
  if (weights !== undefined && weights.length !== frameRows) {
    refuse(`each of ${frameRows} rows has a weight`, `${weights.length} weights`);
  }
  let checked = -1;
  for (const row of rows) {
    const label = labels.classes[row], weight = weights === undefined ? 1 : weights[row]!;
    if (label === undefined) refuse(`rows lie below ${frameRows}`, row);
    if (row <= checked) refuse("rows ascend", `${row} after ${checked}`);
    if (label < 0 || label >= classCount) {
      refuse(`classes lie between 0 and ${classCount - 1}`, `${label} in row ${row}`);
    }
    if (!(weight >= 0 && weight < Infinity)) {
      refuse("weights are finite and at least 0", `${weight} in row ${row}`);
    }
    // Only what the window before did not cover.
    const first = Math.max(row - window, checked) + 1;
    for (let at = first * columns; at < (row + 1) * columns; at++) {
      // Infinity - Infinity and NaN - NaN are NaN.
      if (values[at]! - values[at]! === 0) continue;
      refuse(
        "values are finite",
        `${values[at]} in row ${Math.floor(at / columns)}, column ${at % columns}`,
      );
    }
    checked = row;
  }
}

function refuse(rule: string, current: string | number): never {
  throw new RangeError(`Cannot fit a network as ${rule}: current value is ${current}`);
}

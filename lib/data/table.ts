import type { ColumnRole } from "./columns.ts";
import type { Layout } from "./layouts/layout.ts";
import type { StampForm } from "./timestamps.ts";

/** The cells of a file that hold bars, in columns, before any rule has judged them. */
export interface Table {
  /** Rows read. */
  readonly rows: number;
  /** Line or row number that a person sees, one per row. */
  readonly lines: Uint32Array;
  /**
   * Epoch milliseconds, or wall-clock readings as if they were UTC where `form.zoned` is false;
   * NaN where a cell could not be read.
   */
  readonly stamps: Float64Array;
  /** How the stamps are written. */
  readonly form: StampForm;
  /** The time column's name says UTC. */
  readonly timeIsUtc: boolean;
  /** Numbers by role, each `rows` long; NaN where a cell was empty or no number. */
  readonly numbers: ReadonlyMap<ColumnRole, Float64Array>;
  /** Contract name of each row as an index into `contracts`, where the file names them. */
  readonly contract?: Int32Array;
  /** Contract names in order of first use; empty where the file has none. */
  readonly contracts: readonly string[];
  /** How contracts were entered, in order of first use; `numbers` has the index of each row. */
  readonly entries?: readonly string[];
  /** Symbol of each row as an index into `symbols`, where the file has such a column. */
  readonly symbol?: Int32Array;
  /** Symbols in order of first use; empty where the file names none. */
  readonly symbols: readonly string[];
  /** Column names by role, as the file spells them. */
  readonly names: ReadonlyMap<ColumnRole, string>;
  /** Names of columns that were not read. */
  readonly unused: readonly string[];
  /** The vendor's layout; null for a file read by the names of its columns alone. */
  readonly layout: Layout | null;
  /** Zone that the stamps or the layout name. */
  readonly timeZone?: string;
  /** Stamps are epoch counts whose unit was told from their size. */
  readonly counted: boolean;
  /** What was passed over or converted, as plain sentences. */
  readonly notes: readonly string[];
}

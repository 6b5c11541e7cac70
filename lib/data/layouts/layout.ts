import type { ColumnRole } from "../columns.ts";
import type { DateOrder } from "../written_stamps.ts";

/**
 * How one vendor writes its files, as data. Names of columns are compared without case, blanks
 * and punctuation; a name that ends in `*` stands for the first column that starts so.
 */
export interface Layout {
  /** What `--layout` takes and the output prints, such as `metatrader-5`. */
  readonly name: string;
  /** Vendor and product, for people. */
  readonly title: string;
  /** A page or public file that shows the layout. */
  readonly source: string;
  /** Header lines that are this vendor's: the names they start with. Absent without a header. */
  readonly headers?: readonly (readonly string[])[];
  /** The header must be spelt so, letter for letter: what tells the layout from others. */
  readonly spelling?: RegExp;
  /** Files without a header: the first line of values, and what its fields are. */
  readonly shape?: RegExp;
  /** Role of each field of a file without a header; null for one that is not read. */
  readonly fields?: readonly (ColumnRole | null)[];
  /** What the file's name must look like, where the lines alone do not tell. */
  readonly fileName?: RegExp;
  /** True where the volume is 0 in every row, and only this tells the vendor from another. */
  readonly noVolume?: boolean;
  /** True where the first row is the newest, and only this tells the vendor from another. */
  readonly newestFirst?: boolean;
  /** Column names by role where the usual ones would choose wrongly. */
  readonly columns?: Partial<Record<ColumnRole, string>>;
  /** Lines of the header beside its first. */
  readonly extraHeaderLines?: number;
  /** Zone of the stamps, where the vendor states it. */
  readonly timeZone?: string;
  /** Which edge of its bar a stamp names, where the vendor states it and no other file looks so. */
  readonly stamp?: "open" | "close";
  /** Order of dates that do not start with the year. */
  readonly dateOrder?: DateOrder;
  /** Whole prices are this many times the real ones. */
  readonly priceScale?: number;
  /** Scale whole prices only when none has fewer digits than this. */
  readonly scaleFromDigits?: number;
  /** Volume that stands for unknown. */
  readonly unknownVolume?: number;
  /** Names may occur twice; the first one counts. */
  readonly doubledNames?: boolean;
  /** The date of the stamps stands in the file's name, before the first underscore. */
  readonly dateInName?: boolean;
  /** What a reader of the file should know, as plain sentences. */
  readonly notes?: readonly string[];
}

import { nextLine, scanRows, splitLine } from "./csv_scanner.ts";
import type { Header } from "./header.ts";
import type { Rule } from "./problems.ts";
import {
  type CellReader,
  detectStampForm,
  type EpochUnit,
  epochUnit,
  readClock,
  type StampForm,
  stampReader,
} from "./timestamps.ts";
import {
  type DateOrder,
  hasShortYear,
  isPlaceName,
  leadingFigures,
  needsDateOrder,
  readAnyClock,
  writtenColumn,
} from "./written_stamps.ts";

/** How the stamps of a file are to be read. */
export interface StampReading {
  readonly form: StampForm;
  /** Reads the time column. */
  readonly read: CellReader;
  /** Reads the clock beside a date column. */
  readonly readClock: CellReader;
  /** Second reading of a cell that gave NaN: an epoch count in another unit than those before. */
  readonly mend?: ((text: string, line: number) => number) | undefined;
  /** Zone that the stamps themselves name. */
  readonly timeZone?: string;
  /** What was decided, as plain sentences; complete once all cells are read. */
  notes(): readonly string[];
}

/** Why the stamps cannot be read. */
export interface StampRefusal {
  readonly rule: Rule;
  readonly line: number;
  readonly cell: string;
  readonly detail: string;
}

/** What the caller and the layout say about stamps. */
export interface StampOptions {
  readonly timeFormat: "auto" | "s" | "ms" | "us" | "ns" | "iso";
  readonly dateOrder?: DateOrder | undefined;
  readonly layoutOrder?: DateOrder | undefined;
  /** A zone is given: names of zones behind stamps are passed over. */
  readonly hasZone: boolean;
}

const SAMPLE_ROWS = 100;
const EXCEL_EPOCH_DAY = 25_569;
/** Excel days of 1980 and 2050; smaller numbers may count days since 1970 instead. */
const EXCEL_DAYS = [29_585, 55_153] as const;
const DAY_SECONDS = 86_400;
const COMPACT = /^(19|20)\d{10}(\d\d(\d{3})?)?$/;
const TIME_OF_EXCEL = /^\d{5}([.,]\d+)?$/;

interface Cell {
  readonly line: number;
  readonly text: string;
  readonly clock: string;
}

/** Works out how the time column, and the clock beside it, are written. */
export function readingOf(
  bytes: Uint8Array,
  header: Header,
  fields: { readonly time: number; readonly clock: number | undefined },
  options: StampOptions,
): StampReading | StampRefusal {
  const cells = sampleCells(bytes, header, fields);
  const first = cells[0];
  if (first === undefined) {
    const detail = "the file has a header but no rows";
    return { rule: "empty-file", line: header.line, cell: "", detail };
  }
  const texts = cells.map((cell) => cell.text);
  if (fields.clock !== undefined) {
    return pairReading(bytes, header, fields.time, cells, options) ?? unreadable(first);
  }
  return excelReading(texts, options) ?? compactReading(texts, options) ??
    plainReading(texts, options) ??
    writtenReading(bytes, header, fields.time, cells, options) ?? unreadable(first);
}

function sampleCells(
  bytes: Uint8Array,
  header: Header,
  { time, clock }: { readonly time: number; readonly clock: number | undefined },
): Cell[] {
  const cells: Cell[] = [];
  let line = header.line + 1;
  for (let start = header.bodyStart; start < bytes.length; start = nextLine(bytes, start), line++) {
    const fields = splitLine(bytes, start, header.separator);
    const text = fields[time];
    if (text === undefined || text === "") continue;
    cells.push({ line, text, clock: clock === undefined ? "" : fields[clock] ?? "" });
    if (cells.length >= SAMPLE_ROWS) break;
  }
  return cells;
}

function unreadable({ line, text }: Cell): StampRefusal {
  const detail = `cannot read '${text.slice(0, 40)}' as a time stamp; write ` +
    "2024-01-31T09:30:00Z, 2024-01-31 09:30:00, 2024-01-31, 20240131 or an epoch count";
  return { rule: "unreadable-time", line, cell: text, detail };
}

const noNotes = (): readonly string[] => [];

/** The forms of `timestamps.ts`, which most files have: they are read without a detour. */
function plainReading(texts: readonly string[], options: StampOptions): StampReading | null {
  for (const text of texts) {
    const form = detectStampForm(text, options.timeFormat);
    if (form === null) continue;
    const counted = form.format !== "iso" && form.format !== "date";
    if (counted && options.timeFormat === "auto") return epochReading(form);
    const read = stampReader(form);
    if (options.timeFormat === "auto" && share(texts, read) < 1) {
      const written = writtenColumn(texts, null, options.hasZone);
      if (written !== null && share(texts, written.read) > share(texts, read)) return null;
    }
    return { form, read, readClock, notes: noNotes };
  }
  return null;
}

/** Epoch counts; where the unit changes on the way, each row is read in its own. */
function epochReading(form: StampForm): StampReading {
  let unit = form.format as EpochUnit;
  const changes: { line: number; from: EpochUnit; to: EpochUnit }[] = [];
  const readers = new Map<EpochUnit, CellReader>();
  const readerOf = (wanted: EpochUnit): CellReader => {
    const reader = readers.get(wanted) ?? stampReader({ format: wanted, zoned: true });
    readers.set(wanted, reader);
    return reader;
  };
  let read = readerOf(unit);
  let [least, most] = EPOCH_DIGITS[unit];
  const encoder = new TextEncoder();
  return {
    form,
    readClock,
    read: (bytes, start, end) => {
      const length = end - start;
      // Counts of another length are of another unit, unless they have a sign or decimals.
      const fits = length >= least && length <= most;
      return fits || bytes[start] === 45 || bytes.subarray(start, end).includes(46)
        ? read(bytes, start, end)
        : NaN;
    },
    mend: (text, line) => {
      if (!/^\d+$/.test(text)) return NaN;
      const own = epochUnit(Number(text));
      if (own !== unit) {
        changes.push({ line, from: unit, to: own });
        unit = own;
        read = readerOf(own);
        [least, most] = EPOCH_DIGITS[own];
      }
      const bytes = encoder.encode(text);
      return read(bytes, 0, bytes.length);
    },
    notes: () =>
      changes.slice(0, 3).map(({ line, from, to }) =>
        `The unit of the stamps changes from ${from} to ${to} at row ${line}` +
        `${changes.length > 3 ? `, one of ${changes.length} changes` : ""}; each row was read ` +
        "in its own unit."
      ),
  };
}

/** Digits of a count of each unit, from 1970 on. */
const EPOCH_DIGITS: Readonly<Record<EpochUnit, readonly [number, number]>> = {
  s: [1, 11],
  ms: [12, 14],
  us: [15, 17],
  ns: [18, 19],
};

/** Day numbers of a spreadsheet: 45293 is 2024-01-02, with the time of day as a fraction. */
function excelReading(texts: readonly string[], options: StampOptions): StampReading | null {
  const day = (text: string): number =>
    TIME_OF_EXCEL.test(text) ? Number(text.replace(",", ".")) : NaN;
  const [from, until] = EXCEL_DAYS;
  const fits = (text: string): boolean => day(text) >= from && day(text) < until;
  if (options.timeFormat !== "auto" || !texts.every(fits)) return null;
  const decoder = new TextDecoder();
  const dates = texts.every((text) => /^\d+$/.test(text));
  return {
    form: { format: dates ? "date" : "iso", zoned: false },
    readClock,
    read: (bytes, start, end) => {
      const serial = day(decoder.decode(bytes.subarray(start, end)));
      if (dates && !Number.isInteger(serial)) return NaN;
      return Math.round((serial - EXCEL_EPOCH_DAY) * DAY_SECONDS) * 1000;
    },
    notes: () => ["The stamps are day numbers of a spreadsheet (45293 is 2024-01-02)."],
  };
}

/** Dates and clocks written without any sign between: 20240103093000. */
function compactReading(texts: readonly string[], options: StampOptions): StampReading | null {
  if (options.timeFormat !== "auto" || !texts.every((text) => COMPACT.test(text))) return null;
  const column = writtenColumn(texts, null, false);
  if (column === null || share(texts, column.read) < 1) return null;
  return {
    form: { format: "iso", zoned: false },
    readClock,
    read: column.read,
    notes: () => ["The stamps are dates and clocks without signs, such as " + texts[0] + "."],
  };
}

function writtenReading(
  bytes: Uint8Array,
  header: Header,
  field: number,
  cells: readonly Cell[],
  options: StampOptions,
): StampReading | StampRefusal | null {
  const texts = cells.map((cell) => cell.text);
  const order = dateOrder(bytes, header, field, cells, options);
  if (order !== null && typeof order === "object" && "rule" in order) return order;
  const column = writtenColumn(texts, order?.order ?? null, options.hasZone);
  if (column === null) return null;
  const { suffix } = column.form;
  const named = column.zones.filter(isPlaceName);
  const notes = order === null ? [] : [...order.notes];
  if (named.length > 0) {
    notes.push(
      options.hasZone
        ? `The ending ${named.join(" and ")} of the stamps was passed over for --time-zone.`
        : `The ending ${named.join(" and ")} of the stamps was read as a fixed offset; where it ` +
          "stands for a place's clock in summer too, give --time-zone.",
    );
  }
  return {
    form: { format: column.dates ? "date" : "iso", zoned: suffix === "offset" },
    read: column.read,
    readClock: readAnyClock,
    ...(suffix === "name" && !options.hasZone ? { timeZone: column.zones[0]! } : {}),
    notes: () => notes,
  };
}

/** A date column with a clock beside it. */
function pairReading(
  bytes: Uint8Array,
  header: Header,
  field: number,
  cells: readonly Cell[],
  options: StampOptions,
): StampReading | StampRefusal | null {
  const form: StampForm = { format: "iso", zoned: false };
  const texts = cells.map((cell) => cell.text);
  const clocks = cells.map((cell) => cell.clock);
  const clock = clockReading(header, clocks);
  const plain = stampReader({ format: "date", zoned: false });
  if (share(texts, plain) === 1) return { form, read: plain, readClock: clock, notes: noNotes };
  const order = dateOrder(bytes, header, field, cells, options);
  if (order !== null && "rule" in order) return order;
  const column = writtenColumn(texts, order?.order ?? null, false);
  if (column === null || !column.dates) {
    return share(texts, plain) > 0 ? { form, read: plain, readClock: clock, notes: noNotes } : null;
  }
  return { form, read: column.read, readClock: clock, notes: () => order?.notes ?? [] };
}

/** `09:30`, `9:30 PM`, `930`, or milliseconds since midnight where the column says so. */
function clockReading(header: Header, clocks: readonly string[]): CellReader {
  const milliseconds = header.names.some((name) => /ms_?of_?day/i.test(name));
  if (milliseconds && clocks.every((text) => /^\d+$/.test(text))) return readMilliseconds;
  return share(clocks, readClock) === 1 ? readClock : readAnyClock;
}

const DAY_MS = 86_400_000;

/** Milliseconds since midnight. */
export const readMilliseconds: CellReader = (bytes, start, end) => {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return end > start && value < DAY_MS ? value : NaN;
};

interface Order {
  readonly order: DateOrder;
  readonly notes: readonly string[];
}

/** The order of dates such as 03/04/2024; null where no cell has such a date. */
function dateOrder(
  bytes: Uint8Array,
  header: Header,
  field: number,
  cells: readonly Cell[],
  options: StampOptions,
): Order | StampRefusal | null {
  const open = cells.find((cell) => needsDateOrder(cell.text) || hasShortYear(cell.text));
  if (open === undefined) return null;
  if (options.dateOrder !== undefined) return { order: options.dateOrder, notes: [] };
  if (hasShortYear(open.text)) {
    const detail = `the year of '${open.text.slice(0, 20)}' has two digits; say how dates are ` +
      "written with --date-order mdy, dmy or ymd";
    return { rule: "ambiguous-date", line: open.line, cell: open.text, detail };
  }
  const { first, second } = largestFigures(bytes, header, field);
  if (first > 12 && second <= 12) {
    return { order: "dmy", notes: [`Dates were read day first: ${first} is no month.`] };
  }
  if (second > 12 && first <= 12) {
    return { order: "mdy", notes: [`Dates were read month first: ${second} is no month.`] };
  }
  if (options.layoutOrder !== undefined) {
    const order = options.layoutOrder;
    const words = order === "mdy" ? "month first" : "day first";
    return { order, notes: [`Dates were read ${words}, as ${header.layout!.title} writes them.`] };
  }
  // Dates with points and the year last are written with the day first wherever they are used.
  if (open.text.charAt(2) === "." || open.text.charAt(1) === ".") {
    return { order: "dmy", notes: ["Dates with points were read day first."] };
  }
  const detail = `'${open.text.slice(0, 20)}' may be a day in one of two months; say which with ` +
    "--date-order mdy (month first) or --date-order dmy (day first)";
  return { rule: "ambiguous-date", line: open.line, cell: open.text, detail };
}

/** The largest first and second figure of all dates of a column. */
function largestFigures(
  bytes: Uint8Array,
  header: Header,
  field: number,
): { first: number; second: number } {
  const decoder = new TextDecoder();
  let first = 0, second = 0;
  const read: CellReader = (all, start, end) => {
    const figures = leadingFigures(decoder.decode(all.subarray(start, end)));
    if (figures !== null) {
      first = Math.max(first, figures[0]);
      second = Math.max(second, figures[1]);
    }
    return 0;
  };
  scanRows(bytes, {
    separator: header.separator,
    start: header.bodyStart,
    line: header.line + 1,
    fields: header.names.length,
    columns: header.names.map((_, i) => i === field ? { read } : null),
    onBadCell: () => 0,
    onBadRow: () => {},
  });
  return { first, second };
}

/** Share of texts that a reader can read. */
function share(texts: readonly string[], read: CellReader): number {
  const encoder = new TextEncoder();
  const good = texts.filter((text) => {
    const bytes = encoder.encode(text);
    return !Number.isNaN(read(bytes, 0, bytes.length));
  });
  return texts.length === 0 ? 0 : good.length / texts.length;
}

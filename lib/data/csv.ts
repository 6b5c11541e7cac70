import type { PriceFormat } from "../market/mod.ts";
import { reportCell } from "./cells.ts";
import { type ColumnMap, type ColumnRole, mapColumns, type NamedColumns } from "./columns.ts";
import { nextLine, type ScanColumn, scanRows, splitLine } from "./csv_scanner.ts";
import { type Header, readHeader } from "./header.ts";
import type { ProblemLog } from "./problems.ts";
import { readingOf, readMilliseconds, type StampReading } from "./stamp_column.ts";
import type { Table } from "./table.ts";
import type { CellReader } from "./timestamps.ts";
import {
  type Conversion,
  CONVERSIONS,
  createNumberConverter,
  type DecimalSign,
  decimalSign,
  type NumberConverter,
} from "./written_numbers.ts";
import type { DateOrder } from "./written_stamps.ts";

/** How to read a text file or a Parquet file. */
export interface ReadOptions {
  /** Column names given by the caller; empty to detect all. */
  readonly columns: NamedColumns;
  /** How stamps are written; `auto` to detect. */
  readonly timeFormat: "auto" | "s" | "ms" | "us" | "ns" | "iso";
  /** Name of a vendor's layout; detected by default. */
  readonly layout?: string | undefined;
  /** How ambiguous dates are written. */
  readonly dateOrder?: DateOrder | undefined;
  /** Sign before the decimals, where the file leaves it open. */
  readonly decimal?: DecimalSign | undefined;
  /** The symbol whose rows are wanted from a file of several. */
  readonly select?: string | undefined;
  /** Zone given by the caller. */
  readonly timeZone?: string | undefined;
  /** How the market of the bars writes prices. */
  readonly priceFormat?: PriceFormat | undefined;
  /** Name of the file without its folders. */
  readonly fileName?: string | undefined;
}

const PRICES: readonly ColumnRole[] = ["open", "high", "low", "close"];
const DAY_MS = 86_400_000;

/**
 * Reads the bar columns of a separated text file (comma, semicolon, tab or bar; UTF-8, with or
 * without a byte order mark; any line ends; optional quotes). The header names the columns; a
 * vendor's file without one is known by its shape.
 *
 * @param bytes the whole file
 * @param log gets every cell and row that cannot be read
 * @returns null when the file as a whole cannot be read; the log says why
 */
export function readCsv(bytes: Uint8Array, options: ReadOptions, log: ProblemLog): Table | null {
  if (!isText(bytes, log)) return null;
  const text = withNewlines(bytes);
  const header = readHeader(text, options, log);
  if (header === null) return null;
  const map = mapColumns(header.names, { ...header.columns, ...options.columns });
  if (!hasNeededColumns(map, header, options, log)) return null;
  const reading = stampReading(text, header, map, options, log);
  if (reading === null) return null;
  const sign = signOf(text, header, map, options, log);
  return sign === null ? null : readBody(text, header, map, reading, sign, options, log);
}

/** Reports columns that are missing or named twice; true when all is well. */
export function hasNeededColumns(
  map: ColumnMap,
  header: Pick<Header, "names" | "line" | "layout" | "symbols">,
  options: Pick<ReadOptions, "select">,
  log: ProblemLog,
): boolean {
  const { names, line, layout, symbols } = header;
  if (symbols.length > 1 && (options.select === undefined || map.missing.length > 0)) {
    reportSymbols(symbols, options.select, line, log);
    return false;
  }
  const missing = map.missing.filter((role) => role !== "time" || layout?.dateInName !== true);
  for (const role of missing) {
    const found = names.join(", ");
    const detail = `found no ${role} column among: ${found}; name it with --columns ${role}=NAME`;
    log.add("missing-column", line, found, detail, role);
  }
  const duplicate = layout?.doubledNames === true ? [] : map.duplicate;
  for (const name of duplicate) {
    log.add("duplicate-column", line, name, `column ${name} occurs more than once`, name);
  }
  return missing.length === 0 && duplicate.length === 0;
}

/** Books that a file holds several symbols, or not the one asked for. */
export function reportSymbols(
  symbols: readonly string[],
  select: string | undefined,
  line: number,
  log: ProblemLog,
): void {
  const shown = symbols.slice(0, 10).join(", ") +
    (symbols.length > 10 ? ` and ${symbols.length - 10} more` : "");
  const detail = select === undefined
    ? `the file holds ${symbols.length} symbols: ${shown}; take one with --select ${symbols[0]}`
    : `the file has no symbol '${select}'; it holds ${shown}`;
  log.add("several-symbols", line, shown, detail);
}

function isText(bytes: Uint8Array, log: ProblemLog): boolean {
  const start = bytes.subarray(0, 4096);
  const problem = (detail: string): false => {
    log.add("binary-file", 0, `${bytes.length} bytes`, detail);
    return false;
  };
  if (start[0] === 0x50 && start[1] === 0x41 && start[2] === 0x52 && start[3] === 0x31) {
    return problem("this is a Parquet file; give it the ending .parquet");
  }
  if (start[0] === 0x1f && start[1] === 0x8b) {
    return problem("this is a gzip archive; unpack it first");
  }
  if (start[0] === 0x50 && start[1] === 0x4b) {
    return problem("this is a zip archive or a spreadsheet; unpack it or save it as CSV first");
  }
  const utf16 = (start[0] === 0xff && start[1] === 0xfe) ||
    (start[0] === 0xfe && start[1] === 0xff);
  if (utf16) return problem("the text is UTF-16; save it as UTF-8");
  return !start.includes(0) || problem("the file is binary, not text");
}

/** Files of old Macintoshes end their lines with a carriage return alone. */
function withNewlines(bytes: Uint8Array): Uint8Array {
  if (bytes.includes(10) || !bytes.includes(13)) return bytes;
  return bytes.map((byte) => byte === 13 ? 10 : byte);
}

function stampReading(
  bytes: Uint8Array,
  header: Header,
  map: ColumnMap,
  options: ReadOptions,
  log: ProblemLog,
): StampReading | null {
  const { layout } = header;
  if (layout?.dateInName === true) return TIMES_OF_DAY;
  const time = map.index.get("time")!;
  const reading = readingOf(
    bytes,
    header,
    { time, clock: map.index.get("clock") },
    {
      timeFormat: options.timeFormat,
      dateOrder: options.dateOrder,
      layoutOrder: layout?.dateOrder,
      hasZone: options.timeZone !== undefined,
    },
  );
  if (!("rule" in reading)) return reading;
  const column = reading.rule === "empty-file" ? undefined : header.names[time]!;
  log.add(reading.rule, reading.line, reading.cell, reading.detail, column);
  return null;
}

/** Milliseconds since midnight, the date standing in the file's name. */
const TIMES_OF_DAY: StampReading = {
  form: { format: "iso", zoned: false },
  read: readMilliseconds,
  readClock: readMilliseconds,
  notes: () => [],
};

const SAMPLE_ROWS = 200;

/** The sign before the decimals; null when the cells leave it open, and the log says so. */
function signOf(
  bytes: Uint8Array,
  header: Header,
  map: ColumnMap,
  options: ReadOptions,
  log: ProblemLog,
): DecimalSign | null {
  if (options.decimal !== undefined) return options.decimal;
  const fields = PRICES.map((role) => map.index.get(role)!);
  const cells: string[] = [];
  for (let start = header.bodyStart, row = 0; start < bytes.length && row < SAMPLE_ROWS; row++) {
    const texts = splitLine(bytes, start, header.separator);
    cells.push(...fields.map((field) => texts[field] ?? ""));
    start = nextLine(bytes, start);
  }
  const sign = decimalSign(cells);
  if (sign !== "either") return sign;
  const cell = cells.find((text) => text.includes(","))!;
  const column = header.names[fields[0]!]!;
  const detail = `'${cell.slice(0, 20)}' may have thousands or decimals behind its comma; say ` +
    "which with --decimal point or --decimal comma";
  log.add("ambiguous-number", header.line + 1, cell, detail, column);
  return null;
}

/** A row that could not be taken for one of bars. */
interface StrayRow {
  readonly fields: number;
  readonly line: number;
  readonly text: string;
}

function readBody(
  bytes: Uint8Array,
  header: Header,
  map: ColumnMap,
  reading: StampReading,
  sign: DecimalSign,
  options: ReadOptions,
  log: ProblemLog,
): Table {
  const roleOf = new Map([...map.index].map(([role, field]) => [field, role]));
  const contracts = createNameReader();
  const entries = createNameReader();
  const symbols = createNameReader();
  const converter = createNumberConverter(sign, options.priceFormat);
  const readers: Partial<Record<ColumnRole, CellReader>> = {
    time: reading.read,
    clock: reading.readClock,
    contract: contracts.read,
    enteredBy: entries.read,
    symbol: symbols.read,
  };
  const number = sign === "comma" ? commaReader(converter) : null;
  const columns = header.names.map((_, field): ScanColumn | null => {
    const role = roleOf.get(field);
    if (role === undefined) return null;
    return { read: readers[role] ?? number };
  });
  const stray: StrayRow[] = [];
  const rowJudge = createRowJudge(map, options);
  const lines = scanRows(bytes, {
    separator: header.separator,
    start: header.bodyStart,
    line: header.line + 1,
    fields: header.names.length,
    columns,
    keepRow: rowJudge.keep,
    onBadCell(field, line, text) {
      const role = roleOf.get(field)!;
      const name = header.names[field]!;
      const value = role === "time"
        ? reading.mend?.(text, line) ?? NaN
        : role === "clock" || sign === "comma"
        ? NaN
        : converter.convert(text, role !== "volume" && role !== "openInterest");
      return Number.isNaN(value) ? reportCell(log, role, line, name, text) : value;
    },
    onBadRow: (fields, line, text) => stray.push({ fields, line, text }),
  });
  const column = (role: ColumnRole): Float64Array => columns[map.index.get(role)!]!.values!;
  const notes = [
    ...layoutNotes(header),
    ...header.notes,
    ...strayNotes(stray, lines.at(-1) ?? header.line, header, log),
    ...rowJudge.notes(),
    ...conversionNotes(converter.counts),
    ...reading.notes(),
  ];
  const clock = map.index.has("clock");
  const symbolsFound = map.index.has("symbol") ? symbols.names : [];
  const timeZone = reading.timeZone ?? header.layout?.timeZone;
  return {
    rows: lines.length,
    lines,
    stamps: header.layout?.dateInName === true
      ? onDateOfName(column("clock"), options.fileName!)
      : clock
      ? addColumns(column("time"), column("clock"))
      : column("time"),
    form: clock ? { format: "iso", zoned: false } : reading.form,
    timeIsUtc: map.timeIsUtc,
    numbers: new Map([...map.index.keys()].map((role) => [role, column(role)])),
    ...(map.index.has("contract") ? { contract: Int32Array.from(column("contract")) } : {}),
    contracts: contracts.names,
    ...(map.index.has("enteredBy") ? { entries: entries.names } : {}),
    ...(map.index.has("symbol") ? { symbol: Int32Array.from(column("symbol")) } : {}),
    symbols: symbolsFound.length > 0 ? symbolsFound : header.symbols,
    names: new Map([...map.index].map(([role, field]) => [role, header.names[field]!])),
    unused: map.unused.filter((name) => name !== ""),
    layout: header.layout,
    ...(timeZone === undefined ? {} : { timeZone }),
    // Counts as read: a unit named by the caller is believed for any year.
    counted: reading.mend !== undefined,
    notes,
  };
}

/** Rows that hold no bar although they have the fields of one. */
function createRowJudge(
  map: ColumnMap,
  options: ReadOptions,
): { keep(texts: readonly string[]): boolean; notes(): string[] } {
  const prices = PRICES.map((role) => map.index.get(role)!);
  const symbol = map.index.get("symbol");
  let empty = 0;
  return {
    keep(texts) {
      if (prices.every((field) => NO_PRICE.test(texts[field] ?? ""))) {
        empty++;
        return false;
      }
      // What is wrong in the rows of other symbols is no matter of this one.
      return options.select === undefined || symbol === undefined ||
        texts[symbol] === options.select;
    },
    notes: () =>
      empty === 0 ? [] : [
        `${empty} ${empty === 1 ? "row has" : "rows have"} no price at all and ` +
        `${empty === 1 ? "was" : "were"} left out: nothing traded.`,
      ],
  };
}

const NO_PRICE = /^(|-|nan|na|n\/a|null|none|undefined)$/i;

function layoutNotes({ layout }: Header): string[] {
  return layout === null ? [] : [...layout.notes ?? []];
}

/** Sorts stray rows into footers and comments, which are passed over, and errors. */
function strayNotes(
  stray: readonly StrayRow[],
  lastLine: number,
  header: Header,
  log: ProblemLog,
): string[] {
  const passed: StrayRow[] = [];
  for (const row of stray) {
    const footer = row.line > lastLine && row.fields < 3 && header.names.length > 3;
    if (footer || row.text.startsWith("#")) passed.push(row);
    else {
      const detail = `the row has ${row.fields} fields, the header ${header.names.length}`;
      log.add("wrong-field-count", row.line, row.text, detail);
    }
  }
  if (passed.length === 0) return [];
  return [
    `${passed.length} ${passed.length === 1 ? "line that is" : "lines that are"} no row of bars ` +
    `${passed.length === 1 ? "was" : "were"} passed over, the first in row ${passed[0]!.line}: ` +
    `'${passed[0]!.text.replaceAll('"', "").slice(0, 70)}'.`,
  ];
}

function conversionNotes(counts: NumberConverter["counts"]): string[] {
  return Object.entries(counts).map(([kind, count]) =>
    `${count} ${count === 1 ? "cell is" : "cells are"} written ` +
    `${CONVERSIONS[kind as Conversion]}.`
  );
}

/** Reads every number of a file with decimal commas: a point there parts thousands. */
function commaReader(converter: NumberConverter): CellReader {
  const decoder = new TextDecoder();
  return (bytes, start, end) => converter.convert(decoder.decode(bytes.subarray(start, end)));
}

function addColumns(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, i) => value + right[i]!);
}

/** Times of day on the date that the file's name starts with, such as `20240103_trade.csv`. */
function onDateOfName(clock: Float64Array, fileName: string): Float64Array {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/.exec(fileName) ?? [];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return clock.map((time) => time < DAY_MS ? midnight + time : NaN);
}

/** Reads names as indexes into a list of the different ones. */
function createNameReader(): { readonly names: string[]; readonly read: CellReader } {
  const names: string[] = [];
  const decoder = new TextDecoder();
  const indexes = new Map<string, number>();
  return {
    names,
    read(bytes, start, end) {
      const name = decoder.decode(bytes.subarray(start, end)).replaceAll('""', '"');
      const known = indexes.get(name);
      if (known !== undefined) return known;
      indexes.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}

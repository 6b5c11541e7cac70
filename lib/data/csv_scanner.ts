import { EXACT_DIGITS, parseDecimal, POWERS_OF_TEN } from "./decimal.ts";
import type { CellReader } from "./timestamps.ts";

/** A column to read while scanning. */
export interface ScanColumn {
  /** Reads a cell; null for a decimal number. */
  readonly read: CellReader | null;
  /** What was read, one element a row: the scan makes it. */
  values?: Float64Array;
}

/** What to scan, and what to do where a row is not as expected. */
export interface ScanPlan {
  /** Byte between two fields. */
  readonly separator: number;
  /** First byte after the header line. */
  readonly start: number;
  /** Line number at `start`, the first line of the file being 1. */
  readonly line: number;
  /** Fields of the header. */
  readonly fields: number;
  /** One entry a field; null where the field is not wanted. */
  readonly columns: readonly (ScanColumn | null)[];
  /**
   * Called with the fields of a row that has a cell without a value; a row that is not kept is
   * left out without a word.
   */
  readonly keepRow?: (texts: readonly string[]) => boolean;
  /** Called for a cell that gave NaN; answers the value to store. */
  readonly onBadCell: (field: number, line: number, text: string) => number;
  /** Called for a row with another number of fields; the row is left out. */
  readonly onBadRow: (fields: number, line: number, text: string) => void;
}

const SAMPLE_BYTES = 65_536;
const SPARE_ROWS = 1.05;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** First byte after the line that holds `position`. */
export function nextLine(bytes: Uint8Array, position: number): number {
  const newline = bytes.indexOf(NEWLINE, position);
  return newline < 0 ? bytes.length : newline + 1;
}

/** The fields of the line from `start` as texts, quotes and outer blanks removed. */
export function splitLine(bytes: Uint8Array, start: number, separator: number): string[] {
  const fields: string[] = [];
  const end = lineEnd(bytes, start);
  for (let position = start; position <= end;) {
    const stop = fieldEnd(bytes, position, end, separator);
    fields.push(cellText(bytes, position, stop));
    position = stop + 1;
  }
  return fields;
}

/**
 * Reads the wanted columns of every row straight from the bytes into their arrays. Blank lines
 * are skipped; a quoted field may hold the separator but no line break.
 *
 * @returns the line number of each row
 */
export function scanRows(bytes: Uint8Array, plan: ScanPlan): Uint32Array {
  const cursor: Cursor = { position: plan.start, unread: false };
  const wanted = plan.columns.filter((column) => column !== null);
  let lines = new Uint32Array(expectedRows(bytes, plan.start));
  for (const column of wanted) column.values = new Float64Array(lines.length);
  let rows = 0;
  for (let line = plan.line; cursor.position < bytes.length; line++) {
    if (rows === lines.length) {
      lines = lengthened(lines);
      for (const column of wanted) column.values = lengthened(column.values!);
    }
    const start = cursor.position;
    cursor.unread = false;
    const fields = scanRow(bytes, plan, rows, cursor);
    if (fields !== plan.fields) reportRow(bytes, start, fields, line, plan);
    else {
      if (cursor.unread && !mendRow(bytes, start, line, rows, plan)) continue;
      lines[rows++] = line;
    }
  }
  for (const column of wanted) column.values = column.values!.subarray(0, rows);
  return lines.subarray(0, rows);
}

/**
 * Rows of the file if all of it is written as its beginning is, and a few more: to find every line
 * break first would cost an eighth of the whole reading.
 */
function expectedRows(bytes: Uint8Array, start: number): number {
  const sample = bytes.subarray(start, start + SAMPLE_BYTES);
  const lines = sample.reduce((count, byte) => byte === NEWLINE ? count + 1 : count, 1);
  return Math.ceil((bytes.length - start) / (sample.length || 1) * lines * SPARE_ROWS) + 1;
}

/** The same elements with as much room again behind them. */
function lengthened<Column extends Uint32Array | Float64Array>(column: Column): Column {
  const longer = new (column.constructor as new (length: number) => Column)(column.length * 2);
  longer.set(column);
  return longer;
}

/** How far the scan has come. */
interface Cursor {
  /** After a cell: its separator, its line break or the end of the file. After a row: the next one. */
  position: number;
  /** A cell of the row gave NaN. */
  unread: boolean;
}

/** Reads one row into element `row` of every column; returns its number of fields. */
function scanRow(bytes: Uint8Array, plan: ScanPlan, row: number, cursor: Cursor): number {
  const { separator, columns } = plan;
  const end = bytes.length;
  for (let field = 0;; field++) {
    const column = columns[field];
    if (column === null || column === undefined) {
      cursor.position = fieldEnd(bytes, cursor.position, end, separator);
    } else {
      const value = column.read === null
        ? readNumber(bytes, separator, cursor)
        : readCell(bytes, separator, column.read, cursor);
      column.values![row] = value;
      if (value !== value) cursor.unread = true;
    }
    const last = cursor.position >= end || bytes[cursor.position] === NEWLINE;
    cursor.position++;
    if (last) return field + 1;
  }
}

/** Position of the separator or line break that ends the field, or `end`. */
function fieldEnd(bytes: Uint8Array, start: number, end: number, separator: number): number {
  let i = bytes[start] === QUOTE ? quoteEnd(bytes, start, end) : start;
  while (i < end && bytes[i] !== separator && bytes[i] !== NEWLINE) i++;
  return i;
}

/** Position of the closing quote; a doubled quote stands for one inside. */
function quoteEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start + 1; i < end && bytes[i] !== NEWLINE; i++) {
    if (bytes[i] !== QUOTE) continue;
    if (bytes[i + 1] !== QUOTE) return i;
    i++;
  }
  return start + 1;
}

function readCell(
  bytes: Uint8Array,
  separator: number,
  read: CellReader,
  cursor: Cursor,
): number {
  let first = cursor.position;
  let last = fieldEnd(bytes, first, bytes.length, separator);
  cursor.position = last;
  while (last > first && (bytes[last - 1] === RETURN || bytes[last - 1] === SPACE)) last--;
  while (first < last && bytes[first] === SPACE) first++;
  if (last - first >= 2 && bytes[first] === QUOTE && bytes[last - 1] === QUOTE) {
    first++;
    last--;
  }
  return read(bytes, first, last);
}

/**
 * Reads plain digits with a point in one pass over the bytes, as most cells are; everything else
 * goes the general way.
 */
function readNumber(bytes: Uint8Array, separator: number, cursor: Cursor): number {
  const end = bytes.length;
  const negative = bytes[cursor.position] === MINUS;
  const first = negative ? cursor.position + 1 : cursor.position;
  let mantissa = 0;
  let point = 0;
  let i = first;
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (bytes[i] === POINT && point === 0) point = i + 1;
    else break;
  }
  const digits = i - first - (point === 0 ? 0 : 1);
  const stop = i < end && bytes[i] === RETURN ? i + 1 : i;
  const ends = stop === end || bytes[stop] === separator || bytes[stop] === NEWLINE;
  if (!ends || digits < 1 || digits > EXACT_DIGITS) {
    return readCell(bytes, separator, parseDecimal, cursor);
  }
  cursor.position = stop;
  const size = point === 0 ? mantissa : mantissa / POWERS_OF_TEN[i - point]!;
  return negative ? -size : size;
}

function cellText(bytes: Uint8Array, start: number, stop: number): string {
  const text = new TextDecoder().decode(bytes.subarray(start, stop)).trim();
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"').trim() : text;
}

function lineEnd(bytes: Uint8Array, start: number): number {
  const next = nextLine(bytes, start);
  return next > start && bytes[next - 1] === NEWLINE ? next - 1 : next;
}

function reportRow(
  bytes: Uint8Array,
  start: number,
  fields: number,
  line: number,
  plan: ScanPlan,
): void {
  const text = new TextDecoder().decode(bytes.subarray(start, lineEnd(bytes, start))).trim();
  if (text !== "") plan.onBadRow(fields, line, text);
}

/**
 * Reports every unread cell of a row and stores what the plan wants to go on with.
 *
 * @returns false when the row is not to be kept
 */
function mendRow(
  bytes: Uint8Array,
  start: number,
  line: number,
  row: number,
  plan: ScanPlan,
): boolean {
  const texts = splitLine(bytes, start, plan.separator);
  if (plan.keepRow?.(texts) === false) return false;
  for (const [field, column] of plan.columns.entries()) {
    if (column === null || !Number.isNaN(column.values![row]!)) continue;
    column.values![row] = plan.onBadCell(field, line, texts[field] ?? "");
  }
  return true;
}

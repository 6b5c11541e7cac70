import type { CellReader } from "./timestamps.ts";

/** A column to read while scanning. */
export interface ScanColumn {
  readonly read: CellReader;
  /** Filled from index 0, one element a row. */
  readonly values: Float64Array;
}

/** What to scan, and what to do where a row is not as expected. */
export interface ScanPlan {
  readonly separator: number;
  /** First byte after the header line. */
  readonly start: number;
  /** Line number at `start`, the first line of the file being 1. */
  readonly line: number;
  /** Fields of the header. */
  readonly fields: number;
  /** One entry a field; null where the field is not wanted. */
  readonly columns: readonly (ScanColumn | null)[];
  /** Called for a cell that gave NaN; answers the value to store. */
  readonly onBadCell: (field: number, line: number, text: string) => number;
  /** Called for a row with another number of fields; the row is left out. */
  readonly onBadRow: (fields: number, line: number, text: string) => void;
}

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/** An upper limit of the rows in the file: its line breaks and one more. */
export function countLines(bytes: Uint8Array, start: number): number {
  let lines = 1;
  for (let i = start; i < bytes.length; i++) if (bytes[i] === NEWLINE) lines++;
  return lines;
}

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
 * @param lines filled with the line number of each row
 * @returns number of rows stored
 */
export function scanRows(bytes: Uint8Array, plan: ScanPlan, lines: Uint32Array): number {
  const { separator, columns } = plan;
  let rows = 0;
  let line = plan.line;
  for (let start = plan.start; start < bytes.length; line++) {
    let position = start;
    let field = 0;
    let bad = false;
    for (;;) {
      const stop = fieldEnd(bytes, position, bytes.length, separator);
      const column = columns[field];
      if (column !== null && column !== undefined) {
        const value = readCell(bytes, position, stop, column.read);
        column.values[rows] = value;
        if (value !== value) bad = true;
      }
      field++;
      position = stop + 1;
      if (stop >= bytes.length || bytes[stop] === NEWLINE) break;
    }
    if (field !== plan.fields) reportRow(bytes, start, field, line, plan);
    else {
      if (bad) mendRow(bytes, start, line, rows, plan);
      lines[rows++] = line;
    }
    start = position;
  }
  return rows;
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

function readCell(bytes: Uint8Array, start: number, stop: number, read: CellReader): number {
  let first = start;
  let last = stop;
  while (last > first && (bytes[last - 1] === RETURN || bytes[last - 1] === SPACE)) last--;
  while (first < last && bytes[first] === SPACE) first++;
  if (last - first >= 2 && bytes[first] === QUOTE && bytes[last - 1] === QUOTE) {
    first++;
    last--;
  }
  return read(bytes, first, last);
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

/** Reports every unread cell of a row and stores what the plan wants to go on with. */
function mendRow(
  bytes: Uint8Array,
  start: number,
  line: number,
  row: number,
  plan: ScanPlan,
): void {
  const texts = splitLine(bytes, start, plan.separator);
  for (const [field, column] of plan.columns.entries()) {
    if (column === null || !Number.isNaN(column.values[row]!)) continue;
    column.values[row] = plan.onBadCell(field, line, texts[field] ?? "");
  }
}

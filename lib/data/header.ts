import { InputError, nearestName } from "../core/mod.ts";
import { type ColumnRole, mapColumns, type NamedColumns, simplify } from "./columns.ts";
import { nextLine, splitLine } from "./csv_scanner.ts";
import type { Layout } from "./layouts/layout.ts";
import { LAYOUTS } from "./layouts/mod.ts";
import type { ProblemLog } from "./problems.ts";

/** The header line of a text file and what follows from it. */
export interface Header {
  /** Names of the columns; made up from the layout where the file has no header line. */
  readonly names: readonly string[];
  readonly separator: number;
  /** Line of the names, the first line of the file being 1; of the line before the values. */
  readonly line: number;
  /** First byte of the values. */
  readonly bodyStart: number;
  /** The vendor's layout; null for a file that is read by the names of its columns alone. */
  readonly layout: Layout | null;
  /** Column names that the layout gives. */
  readonly columns: NamedColumns;
  /** Symbols that the header itself names. */
  readonly symbols: readonly string[];
  /** What was passed over, as plain sentences. */
  readonly notes: readonly string[];
}

/** What the caller knows about the header. */
export interface HeaderOptions {
  readonly columns: NamedColumns;
  /** Name of a layout, where the caller forces one. */
  readonly layout?: string | undefined;
  /** Takes the rows of one symbol. */
  readonly select?: string | undefined;
  /** Name of the file without its folders; some vendors tell things there. */
  readonly fileName?: string | undefined;
}

const SEPARATORS = [44, 59, 9, 124];
const VALUE = /^[-+]?[\d.,]+([eE][-+]?\d+)?$/;
/** A header does not stand further down than this. */
const MOST_PREAMBLE_LINES = 40;
/** A file without a header is known by at least so many rows. */
const FEWEST_ROWS_WITHOUT_HEADER = 3;
const ROWS_LOOKED_AT = 50;

/** A line taken apart. */
interface Line {
  readonly names: readonly string[];
  readonly separator: number;
  readonly number: number;
  readonly start: number;
}

/**
 * Finds the line that names the columns, or the layout of a file without one. Lines before it
 * (a web address, comments, a report's title) are passed over and counted.
 *
 * @returns null when there is none; the log says why
 * @throws {InputError} for a layout that nobody knows
 */
export function readHeader(
  bytes: Uint8Array,
  options: HeaderOptions,
  log: ProblemLog,
): Header | null {
  const forced = options.layout === undefined ? null : layoutNamed(options.layout);
  const lines = firstLines(bytes);
  const first = lines[0];
  if (first === undefined) {
    log.add("empty-file", 0, `${bytes.length} bytes`, "the file is empty");
    return null;
  }
  const at = forced?.fields !== undefined
    ? -1
    : lines.findIndex((line) =>
      mapColumns(line.names, options.columns).missing.length === 0 ||
      layoutOf(line, bytes, options, forced)?.extraHeaderLines !== undefined
    );
  if (at >= 0) return named(bytes, lines, at, options, forced, log);
  const data = lines.find((line) => !isPreamble(line));
  const layout = data === undefined ? null : headerless(bytes, data, options, forced);
  if (layout !== null) return withoutHeader(data!, lines, layout);
  if (!isValues(first.names)) {
    const line = lines.find((line) => line.names.length > 2) ?? first;
    return plainHeader(bytes, line, options, forced);
  }
  const detail = "the first line holds values, not column names; add a line such as " +
    "time,open,high,low,close,volume";
  log.add("no-header", first.number, first.names.join(","), detail);
  return null;
}

/** A layout by its name. @throws {InputError} for one that nobody knows */
export function layoutNamed(name: string): Layout {
  const found = LAYOUTS.find((layout) => layout.name === name);
  if (found !== undefined) return found;
  const names = LAYOUTS.map((layout) => layout.name);
  const near = nearestName(name, names);
  throw new InputError(`Cannot find the layout '${name}'`, {
    where: "--layout",
    remedy: near === null ? `use one of ${names.join(", ")}` : `did you mean ${near}?`,
  });
}

function firstLines(bytes: Uint8Array): Line[] {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const lines: Line[] = [];
  let start = marked ? 3 : 0;
  for (let number = 1; start < bytes.length && lines.length < MOST_PREAMBLE_LINES; number++) {
    const splits = SEPARATORS.map((separator) => ({
      separator,
      names: splitLine(bytes, start, separator),
    }));
    const { names, separator } = splits.reduce((best, split) =>
      split.names.length > best.names.length ? split : best
    );
    if (names.join("") !== "") lines.push({ names, separator, number, start });
    start = nextLine(bytes, start);
  }
  return lines;
}

function isValues(names: readonly string[]): boolean {
  return names.filter((name) => VALUE.test(name)).length * 2 >= names.length;
}

/** Comments, addresses and titles: lines that are neither names nor values of bars. */
function isPreamble(line: Line): boolean {
  return /^(#|\/\/|https?:|sep=)/i.test(line.names[0]!) || line.names.length < 3;
}

function named(
  bytes: Uint8Array,
  lines: readonly Line[],
  at: number,
  options: HeaderOptions,
  forced: Layout | null,
  log: ProblemLog,
): Header | null {
  const before = lines.slice(0, at);
  const values = before.find((line) => isValues(line.names) && line.names.length > 3);
  if (values !== undefined) {
    const detail = `the header stands in row ${lines[at]!.number}, after rows of values; ` +
      "move it to the top";
    log.add("no-header", values.number, values.names.join(","), detail);
    return null;
  }
  const header = plainHeader(bytes, lines[at]!, options, forced);
  if (before.length === 0) return header;
  const shown = before[0]!.names.join(",").slice(0, 60);
  const note = `${countOf(before.length, "line")} before the header ${
    before.length === 1 ? "was" : "were"
  } passed over: '${shown}'.`;
  return { ...header, notes: [note, ...header.notes] };
}

function plainHeader(
  bytes: Uint8Array,
  line: Line,
  options: HeaderOptions,
  forced: Layout | null,
): Header {
  const layout = layoutOf(line, bytes, options, forced);
  let bodyStart = nextLine(bytes, line.start);
  let names = trimmedToRows(bytes, line, bodyStart);
  const extra = layout?.extraHeaderLines ?? 0;
  const above: string[][] = [];
  for (let i = 0; i < extra; i++) {
    above.push(splitLine(bytes, bodyStart, line.separator));
    bodyStart = nextLine(bytes, bodyStart);
  }
  if (extra > 0) names = joinedNames(names, above, options.select);
  const known = layout?.columns ?? {};
  const columns = Object.fromEntries(
    Object.entries(known).filter(([role, name]) =>
      !mapColumns(names, { [role]: name }).missing.includes(role as ColumnRole)
    ),
  );
  return {
    names,
    separator: line.separator,
    line: line.number + extra,
    bodyStart,
    layout,
    columns: extra > 0 ? { ...columns, time: names[0]! } : columns,
    symbols: [...new Set(above[0]?.slice(1) ?? [])].filter((name) => name !== ""),
    notes: [],
  };
}

/** Rows may end in a separator that the header lacks, or the other way round. */
function trimmedToRows(bytes: Uint8Array, line: Line, bodyStart: number): readonly string[] {
  const { names, separator } = line;
  if (bodyStart >= bytes.length) return names;
  const first = splitLine(bytes, bodyStart, separator);
  const extra = first.length - names.length;
  if (extra === 1 && first.at(-1) === "") return [...names, ""];
  return extra === -1 && names.at(-1) === "" ? names.slice(0, -1) : names;
}

/** Names of a header of several lines: the field, then the symbol, then the name of the stamps. */
function joinedNames(
  fields: readonly string[],
  [symbols = [], stamps = []]: readonly string[][],
  select: string | undefined,
): string[] {
  const different = [...new Set(symbols.slice(1))].filter((name) => name !== "");
  const wanted = select ?? (different.length === 1 ? different[0] : undefined);
  return fields.map((field, i) => {
    if (i === 0) return stamps[0] === "" || stamps[0] === undefined ? "Date" : stamps[0];
    return symbols[i] === wanted || different.length === 0 ? field : `${field} ${symbols[i]}`;
  });
}

function withoutHeader(
  data: Line,
  lines: readonly Line[],
  layout: Layout,
): Header {
  const before = lines.filter((line) => line.number < data.number).length;
  const names = data.names.map((_, i) => layout.fields![i] ?? `column ${i + 1}`);
  const columns = Object.fromEntries(
    names.flatMap((name, i) => layout.fields![i] == null ? [] : [[layout.fields![i]!, name]]),
  );
  return {
    names,
    separator: data.separator,
    line: data.number - 1,
    bodyStart: data.start,
    layout,
    columns,
    symbols: [],
    notes: [
      "The file has no header; its columns are read by their places.",
      ...(before === 0 ? [] : [`${countOf(before, "line")} before the values passed over.`]),
    ],
  };
}

/** The layout that a header line shows; null when it is no vendor's. */
function layoutOf(
  line: Line,
  bytes: Uint8Array,
  options: HeaderOptions,
  forced: Layout | null,
): Layout | null {
  if (forced !== null) return forced;
  const plain = line.names.map(simplify);
  const rows = rowsFrom(bytes, nextLine(bytes, line.start), FEWEST_ROWS_WITHOUT_HEADER);
  return LAYOUTS.find((layout) =>
    layout.headers !== undefined &&
    layout.headers.some((header) => header.every((name, i) => plain[i] === name)) &&
    (layout.spelling?.test(line.names.join(",")) ?? true) &&
    (layout.shape === undefined || layout.shape.test(rows[0] ?? "")) &&
    (layout.fileName?.test(options.fileName ?? "") ?? true) &&
    (layout.newestFirst !== true || isNewestFirst(rows, line.separator))
  ) ?? null;
}

function isNewestFirst(rows: readonly string[], separator: number): boolean {
  const stamps = rows.map((row) => row.split(String.fromCharCode(separator))[0]!);
  return stamps.length === FEWEST_ROWS_WITHOUT_HEADER &&
    stamps.every((stamp, i) => /^\d/.test(stamp) && (i === 0 || stamp < stamps[i - 1]!));
}

/** The layout of a file without a header, by the shape of its first rows. */
function headerless(
  bytes: Uint8Array,
  data: Line,
  options: HeaderOptions,
  forced: Layout | null,
): Layout | null {
  const rows = rowsFrom(bytes, data.start, ROWS_LOOKED_AT);
  if (forced !== null) {
    return forced.fields !== undefined && data.names.length <= forced.fields.length ? forced : null;
  }
  if (rows.length < FEWEST_ROWS_WITHOUT_HEADER) return null;
  return LAYOUTS.find((layout) =>
    layout.fields !== undefined && layout.shape !== undefined &&
    (layout.fileName?.test(options.fileName ?? "") ?? true) &&
    rows.every((row) => layout.shape!.test(row)) &&
    (layout.noVolume !== true || rows.every((row) => /[;,]0$/.test(row)))
  ) ?? null;
}

/** Some lines as text, blanks removed, blank lines left out. */
function rowsFrom(bytes: Uint8Array, start: number, most: number): string[] {
  const decoder = new TextDecoder();
  const rows: string[] = [];
  for (let position = start; position < bytes.length && rows.length < most;) {
    const next = nextLine(bytes, position);
    const row = decoder.decode(bytes.subarray(position, next)).trim();
    if (row !== "") rows.push(row);
    position = next;
  }
  return rows;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

import { reportCell } from "./cells.ts";
import { type ColumnMap, type ColumnRole, mapColumns, type NamedColumns } from "./columns.ts";
import { countLines, nextLine, type ScanColumn, scanRows, splitLine } from "./csv_scanner.ts";
import type { ProblemLog } from "./problems.ts";
import type { Table } from "./table.ts";
import {
  type CellReader,
  detectStampForm,
  readClock,
  type StampForm,
  stampReader,
} from "./timestamps.ts";

/** How to read a text file or a Parquet file. */
export interface ReadOptions {
  /** Column names given by the caller; empty to detect all. */
  readonly columns: NamedColumns;
  /** How stamps are written; `auto` to detect. */
  readonly timeFormat: "auto" | "s" | "ms" | "us" | "ns" | "iso";
}

/** The header line and what follows from it. */
interface Header {
  readonly names: readonly string[];
  readonly separator: number;
  readonly line: number;
  readonly bodyStart: number;
}

const SEPARATORS = [44, 59, 9];

/**
 * Reads the bar columns of a separated text file (comma, semicolon or tab; UTF-8, with or
 * without a byte order mark; any line ends; optional quotes). The first line names the columns.
 *
 * @param bytes the whole file
 * @param log gets every cell and row that cannot be read
 * @returns null when the file as a whole cannot be read; the log says why
 */
export function readCsv(bytes: Uint8Array, options: ReadOptions, log: ProblemLog): Table | null {
  if (!isText(bytes, log)) return null;
  const header = readHeader(bytes, log);
  if (header === null) return null;
  const map = mapColumns(header.names, options.columns);
  if (!hasNeededColumns(map, header.names, header.line, log)) return null;
  const form = detectForm(bytes, header, map, options, log);
  return form === null ? null : readBody(bytes, header, map, form, log);
}

/** Reports columns that are missing or named twice; true when all is well. */
export function hasNeededColumns(
  map: ColumnMap,
  names: readonly string[],
  row: number,
  log: ProblemLog,
): boolean {
  for (const role of map.missing) {
    const found = names.join(", ");
    const detail = `found no ${role} column among: ${found}; name it with --columns ${role}=NAME`;
    log.add("missing-column", row, found, detail, role);
  }
  for (const name of map.duplicate) {
    log.add("duplicate-column", row, name, `column ${name} occurs more than once`, name);
  }
  return map.missing.length === 0 && map.duplicate.length === 0;
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

function readHeader(bytes: Uint8Array, log: ProblemLog): Header | null {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let start = marked ? 3 : 0;
  let line = 1;
  while (start < bytes.length && splitLine(bytes, start, 10).join("") === "") {
    start = nextLine(bytes, start);
    line++;
  }
  if (start >= bytes.length) {
    log.add("empty-file", 0, `${bytes.length} bytes`, "the file is empty");
    return null;
  }
  const splits = SEPARATORS.map((separator) => ({
    separator,
    names: splitLine(bytes, start, separator),
  }));
  const { names, separator } = splits.reduce((best, split) =>
    split.names.length > best.names.length ? split : best
  );
  const numeric = names.filter((name) => /^[-+]?[\d.]+([eE][-+]?\d+)?$/.test(name)).length;
  if (numeric * 2 >= names.length) {
    const detail = "the first line holds values, not column names; add a line such as " +
      "time,open,high,low,close,volume";
    log.add("no-header", line, names.join(","), detail);
    return null;
  }
  return { names, separator, line, bodyStart: nextLine(bytes, start) };
}

/** Form of the stamps, from the first row whose time cell can be read. */
function detectForm(
  bytes: Uint8Array,
  header: Header,
  map: ColumnMap,
  options: ReadOptions,
  log: ProblemLog,
): StampForm | null {
  const field = map.index.get("time")!;
  let first: { line: number; cell: string } | undefined;
  let line = header.line + 1;
  for (let start = header.bodyStart; start < bytes.length; start = nextLine(bytes, start), line++) {
    const cell = splitLine(bytes, start, header.separator)[field];
    if (cell === undefined || cell === "") continue;
    const form = detectStampForm(cell, options.timeFormat);
    if (form !== null) return form;
    first ??= { line, cell };
    if (line > header.line + 100) break;
  }
  if (first === undefined) {
    log.add("empty-file", header.line, "", "the file has a header but no rows");
  } else {
    const detail = `cannot read '${first.cell.slice(0, 40)}' as a time stamp; write ` +
      "2024-01-31T09:30:00Z, 2024-01-31 09:30:00, 2024-01-31, 20240131 or an epoch count";
    log.add("unreadable-time", first.line, first.cell, detail, header.names[field]!);
  }
  return null;
}

function readBody(
  bytes: Uint8Array,
  header: Header,
  map: ColumnMap,
  form: StampForm,
  log: ProblemLog,
): Table {
  const capacity = countLines(bytes, header.bodyStart);
  const lines = new Uint32Array(capacity);
  const roleOf = new Map([...map.index].map(([role, field]) => [field, role]));
  const contracts = createNameReader();
  const readers: Partial<Record<ColumnRole, CellReader>> = {
    time: stampReader(form),
    clock: readClock,
    contract: contracts.read,
  };
  const columns = header.names.map((_, field): ScanColumn | null => {
    const role = roleOf.get(field);
    if (role === undefined) return null;
    return { read: readers[role] ?? null, values: new Float64Array(capacity) };
  });
  const rows = scanRows(bytes, {
    separator: header.separator,
    start: header.bodyStart,
    line: header.line + 1,
    fields: header.names.length,
    columns,
    onBadCell: (field, line, text) =>
      reportCell(log, roleOf.get(field)!, line, header.names[field]!, text),
    onBadRow(fields, line, text) {
      const detail = `the row has ${fields} fields, the header ${header.names.length}`;
      log.add("wrong-field-count", line, text, detail);
    },
  }, lines);
  const column = (role: ColumnRole): Float64Array =>
    columns[map.index.get(role)!]!.values.subarray(0, rows);
  return {
    rows,
    lines: lines.subarray(0, rows),
    stamps: map.index.has("clock") ? addColumns(column("time"), column("clock")) : column("time"),
    form: map.index.has("clock") ? { format: "iso", zoned: false } : form,
    timeIsUtc: map.timeIsUtc,
    numbers: new Map([...map.index.keys()].map((role) => [role, column(role)])),
    ...(map.index.has("contract") ? { contract: Int32Array.from(column("contract")) } : {}),
    contracts: contracts.names,
    names: new Map([...map.index].map(([role, field]) => [role, header.names[field]!])),
    unused: map.unused,
  };
}

function addColumns(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, i) => value + right[i]!);
}

/** Reads names as indexes into a list of the different ones. */
function createNameReader(): { readonly names: string[]; readonly read: CellReader } {
  const names: string[] = [];
  const decoder = new TextDecoder();
  return {
    names,
    read(bytes, start, end) {
      const name = decoder.decode(bytes.subarray(start, end)).replaceAll('""', '"');
      const known = names.lastIndexOf(name);
      return known >= 0 ? known : names.push(name) - 1;
    },
  };
}

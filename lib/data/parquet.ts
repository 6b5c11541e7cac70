import { type FileMetaData, parquetMetadata, parquetRead, type SchemaElement } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { reportCell } from "./cells.ts";
import { type ColumnMap, type ColumnRole, mapColumns } from "./columns.ts";
import { hasNeededColumns, type ReadOptions } from "./csv.ts";
import { parseDecimal } from "./decimal.ts";
import type { ProblemLog } from "./problems.ts";
import type { Table } from "./table.ts";
import { needsDateOrder, writtenColumn } from "./written_stamps.ts";
import { type CellReader, detectStampForm, type StampForm, stampReader } from "./timestamps.ts";

/** A decoded cell or run of cells; hyparquet's own types say `any`. */
type Cells = ArrayLike<unknown>;

/** Timestamps arrive as plain epoch milliseconds instead of one `Date` object a row. */
const PARSERS = {
  timestampFromMilliseconds: (value: bigint): number => Number(value),
  timestampFromMicroseconds: (value: bigint): number => Math.floor(Number(value) / 1000),
  timestampFromNanoseconds: (value: bigint): number => Number(value / 1_000_000n),
  dateFromDays: (days: number): number => days * 86_400_000,
};

/**
 * Reads the bar columns of a Parquet file. The time column may be a TIMESTAMP of any unit, a
 * DATE, an epoch count or text; prices may be any number type or text.
 *
 * @param bytes the whole file
 * @param log gets every cell that cannot be read
 * @returns null when the file as a whole cannot be read; the log says why
 */
export async function readParquet(
  bytes: Uint8Array,
  options: ReadOptions,
  log: ProblemLog,
): Promise<Table | null> {
  const metadata = readMetadata(bytes, log);
  if (metadata === null) return null;
  const elements = metadata.schema.slice(1).filter((element) => element.num_children === undefined);
  const names = elements.map((element) => element.name ?? "");
  const map = mapColumns(names, options.columns);
  if (map.missing.length > 0 && names.includes("")) {
    const detail = "the Parquet file is damaged: a column has no name; copy it again";
    log.add("unreadable-parquet", 0, names.join(", "), detail);
    return null;
  }
  if (!hasNeededColumns(map, { names, line: 0, layout: null, symbols: [] }, options, log)) {
    return null;
  }
  const rows = Number(metadata.num_rows);
  if (rows === 0) {
    log.add("empty-file", 0, "", "the file has columns but no rows");
    return null;
  }
  if (map.index.has("clock")) {
    const detail = "separate date and time columns are read from CSV only; join them into one";
    log.add("unreadable-time", 0, names[map.index.get("clock")!]!, detail);
    return null;
  }
  const cells = await readCells(bytes, metadata, map, names, log);
  return cells === null ? null : toTable(cells, rows, elements, map, options, log);
}

function readMetadata(bytes: Uint8Array, log: ProblemLog): FileMetaData | null {
  if (bytes.length === 0) {
    log.add("empty-file", 0, "0 bytes", "the file is empty");
    return null;
  }
  const magic = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  const detail = magic(0) !== "PAR1"
    ? "this is not a Parquet file, its first bytes are not PAR1; give text the ending .csv"
    : "the Parquet file is cut short, its last bytes are not PAR1; copy it again";
  if (magic(0) === "PAR1" && magic(bytes.length - 4) === "PAR1" && bytes.length > 12) {
    try {
      return parquetMetadata(asBuffer(bytes));
    } catch (error) {
      log.add("unreadable-parquet", 0, `${bytes.length} bytes`, damaged(error));
      return null;
    }
  }
  log.add("unreadable-parquet", 0, `${bytes.length} bytes`, detail);
  return null;
}

function damaged(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `the Parquet file is damaged: ${reason.split("\n")[0]}; copy it again`;
}

function asBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes as Uint8Array<ArrayBuffer>;
  return byteLength === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + byteLength);
}

/** The runs of cells of every column with a role; null when the file is damaged. */
async function readCells(
  bytes: Uint8Array,
  metadata: FileMetaData,
  map: ColumnMap,
  names: readonly string[],
  log: ProblemLog,
): Promise<Map<string, { readonly start: number; readonly cells: Cells }[]> | null> {
  const columns = [...map.index.values()].map((field) => names[field]!);
  const runs = new Map(columns.map((name) => [name, [] as { start: number; cells: Cells }[]]));
  try {
    await parquetRead({
      file: asBuffer(bytes),
      metadata,
      columns,
      compressors,
      parsers: PARSERS,
      onChunk: ({ columnName, columnData, rowStart }) =>
        runs.get(columnName)?.push({ start: rowStart, cells: columnData }),
    });
    const rows = Number(metadata.num_rows);
    for (const [name, run] of runs) {
      const cells = run.reduce((sum, { cells }) => sum + cells.length, 0);
      if (cells !== rows) throw new Error(`column ${name} has ${cells} cells for ${rows} rows`);
    }
    return runs;
  } catch (error) {
    log.add("unreadable-parquet", 0, `${bytes.length} bytes`, damaged(error));
    return null;
  }
}

function toTable(
  cells: ReadonlyMap<string, readonly { readonly start: number; readonly cells: Cells }[]>,
  rows: number,
  elements: readonly SchemaElement[],
  map: ColumnMap,
  options: ReadOptions,
  log: ProblemLog,
): Table | null {
  const nameOf = (role: ColumnRole): string => elements[map.index.get(role)!]!.name ?? "";
  const column = (role: ColumnRole, read: (cell: unknown) => number): Float64Array => {
    const values = new Float64Array(rows).fill(NaN);
    for (const run of cells.get(nameOf(role))!) copyRun(run.cells, values, run.start, read);
    for (let i = 0; i < rows; i++) {
      if (!Number.isNaN(values[i]!)) continue;
      const run = cells.get(nameOf(role))!.findLast((candidate) => candidate.start <= i);
      const text = String(run?.cells[i - run.start] ?? "");
      values[i] = reportCell(log, role, i + 1, nameOf(role), text);
    }
    return values;
  };
  const firstTimes = cells.get(nameOf("time"))![0]!.cells;
  const time = timeForm(elements[map.index.get("time")!]!, firstTimes, options);
  if (time === null) {
    const shown = String(firstTimes[0]).slice(0, 40);
    const detail = needsDateOrder(shown)
      ? `'${shown}' may be a day in one of two months; say which with --date-order mdy or dmy`
      : `cannot read '${shown}' as a time stamp; write 2024-01-31T09:30:00Z or an epoch count`;
    const rule = needsDateOrder(shown) ? "ambiguous-date" : "unreadable-time";
    log.add(rule, 1, shown, detail, nameOf("time"));
    return null;
  }
  const contracts: string[] = [], entries: string[] = [], symbols: string[] = [];
  const namesOf = { contract: contracts, enteredBy: entries, symbol: symbols };
  const numbers = new Map<ColumnRole, Float64Array>();
  for (const role of map.index.keys()) {
    if (role === "time") continue;
    const names = Object.hasOwn(namesOf, role) ? namesOf[role as keyof typeof namesOf] : null;
    numbers.set(role, column(role, names === null ? toNumber : nameIndex(names)));
  }
  const contract = numbers.get("contract");
  const symbol = numbers.get("symbol");
  return {
    rows,
    lines: Uint32Array.from({ length: rows }, (_, i) => i + 1),
    stamps: column("time", time.read),
    form: time.form,
    timeIsUtc: map.timeIsUtc,
    numbers,
    ...(contract === undefined ? {} : { contract: Int32Array.from(contract) }),
    contracts,
    ...(numbers.has("enteredBy") ? { entries } : {}),
    ...(symbol === undefined ? {} : { symbol: Int32Array.from(symbol) }),
    symbols,
    names: new Map([...map.index.keys()].map((role) => [role, nameOf(role)])),
    unused: map.unused,
    layout: null,
    counted: time.counted,
    notes: [],
  };
}

/** Float64 runs are copied whole; anything else cell by cell. */
function copyRun(
  cells: Cells,
  values: Float64Array,
  start: number,
  read: (cell: unknown) => number,
): void {
  if (cells instanceof Float64Array && read === toNumber) return values.set(cells, start);
  for (let i = 0; i < cells.length; i++) values[start + i] = read(cells[i]);
}

/** How the time column is stored, and a reader of its cells as epoch milliseconds. */
function timeForm(
  element: SchemaElement,
  cells: Cells,
  options: ReadOptions,
): { form: StampForm; read: (cell: unknown) => number; counted: boolean } | null {
  const first = cells[0];
  const { logical_type: logical, converted_type: converted } = element;
  if (converted === "DATE" || logical?.type === "DATE") {
    return { form: { format: "date", zoned: false }, read: toNumber, counted: false };
  }
  if (logical?.type === "TIMESTAMP") {
    return {
      form: { format: "iso", zoned: logical.isAdjustedToUTC },
      read: toNumber,
      counted: false,
    };
  }
  if (converted?.startsWith("TIMESTAMP") || element.type === "INT96") {
    return { form: { format: "iso", zoned: true }, read: toNumber, counted: false };
  }
  const form = detectStampForm(String(first), options.timeFormat);
  if (form === null) {
    // Text in a form of people: 03.01.2024 9:30, Jan 3, 2024.
    const texts = Array.from({ length: Math.min(cells.length, 100) }, (_, i) => String(cells[i]));
    const column = writtenColumn(texts, options.dateOrder ?? null, options.timeZone !== undefined);
    if (column === null) return null;
    const zoned = column.form.suffix === "offset";
    return {
      form: { format: column.dates ? "date" : "iso", zoned },
      read: textReader(column.read),
      counted: false,
    };
  }
  return {
    form,
    read: textReader(stampReader(form)),
    counted: options.timeFormat === "auto" && form.format !== "iso" && form.format !== "date",
  };
}

/** Reads text cells; an absent one is NaN. */
function textReader(read: CellReader): (cell: unknown) => number {
  const readText = textCell(read);
  return (cell) => cell === null || cell === undefined ? NaN : readText(String(cell));
}

/** Makes a byte reader read strings. */
function textCell(read: CellReader): (text: string) => number {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(256);
  return (text) => read(bytes, 0, encoder.encodeInto(text, bytes).written);
}

const parseText = textCell(parseDecimal);

function toNumber(cell: unknown): number {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  return typeof cell === "string" ? parseText(cell) : NaN;
}

function nameIndex(names: string[]): (cell: unknown) => number {
  return (cell) => {
    const name = String(cell);
    const known = names.lastIndexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  };
}

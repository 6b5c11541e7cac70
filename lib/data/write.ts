import type { SchemaElement } from "hyparquet";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { actionRows, type Bars, type Continuous } from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { writtenEntry } from "./contract_entries.ts";

/** A column of the file: name and how row `i` is written. */
interface Column {
  readonly name: string;
  readonly values: Float64Array | readonly string[];
}

const TIME = "timestamp";
const ROWS_PER_CHUNK = 10_000;
const LINE_BREAK = /[\r\n]/;

/**
 * Writes bars to a CSV or Parquet file that `loadBars` reads back equal, bit for bit: raw prices,
 * UTC stamps of the bar opens and, for a continuous future, adjustment and contract of each bar, for
 * shares with corporate actions those.
 * The file appears whole or not at all.
 *
 * @param path ends in `.csv` or `.parquet`; an existing file is replaced
 * @throws InputError when the ending is another, or the folder does not exist
 * @example
 * ```ts
 * import type { Bars } from "../market/bars.ts";
 * import type { Instrument } from "../market/instrument.ts";
 * import { loadBars } from "./loader.ts";
 * import { writeBars } from "./write.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const instrument = { symbol: "X", kind: "stock", tickSize: 0.01 } as Instrument;
 * const price = Float64Array.of(10, 10.5);
 * const bars: Bars = {
 *   instrument,
 *   intervalMs: 60_000,
 *   length: 2,
 *   time: Float64Array.of(0, 60_000),
 *   open: price,
 *   high: price,
 *   low: price,
 *   close: price,
 *   volume: Float64Array.of(3, 4),
 * };
 * const path = await Deno.makeTempFile({ suffix: ".parquet" });
 * await writeBars(bars, path);
 * assertEquals((await loadBars(path, { instrument })).bars, bars);
 * await Deno.remove(path);
 * ```
 */
export async function writeBars(bars: Bars, path: string): Promise<void> {
  const bytes = /\.csv$/i.test(path)
    ? encodeCsv(bars)
    : /\.parquet$/i.test(path)
    ? encodeParquet(bars)
    : null;
  if (bytes === null) {
    throw new InputError("Cannot tell the file format", {
      where: path,
      remedy: "end the name in .csv or .parquet",
    });
  }
  await replaceFile(path, bytes);
}

/** Everything but the time column, in file order. */
function valueColumns(bars: Bars): Column[] {
  const { open, high, low, close, volume, openInterest, continuous } = bars;
  const columns: Column[] = Object.entries({ open, high, low, close, volume })
    .map(([name, values]) => ({ name, values }));
  if (openInterest !== undefined) columns.push({ name: "open_interest", values: openInterest });
  if (bars.actions !== undefined) {
    // What makes prices comparable follows from the actions.
    columns.push(...actionColumns(bars));
  } else if (continuous !== undefined) {
    const { method, adjustment, contract, contracts } = continuous;
    columns.push({ name: `adjustment_${method}`, values: adjustment });
    columns.push({ name: "contract", values: Array.from(contract, (i) => contracts[i]!) });
    columns.push(...entryColumn(continuous));
  }
  return columns;
}

/** Splits and dividends in the rows with which they begin; 1 and 0 elsewhere. */
function actionColumns(bars: Bars): Column[] {
  const split = new Float64Array(bars.length).fill(1);
  const dividend = new Float64Array(bars.length);
  for (const { actions, row } of actionRows(bars)) {
    for (const { kind, value } of actions) {
      if (kind === "split") split[row]! *= value;
      else dividend[row]! += value;
    }
  }
  return [{ name: "split_ratio", values: split }, { name: "cash_dividend", values: dividend }];
}

/** How each contract was entered, in its first row. */
function entryColumn({ contract, entries }: Continuous): Column[] {
  if (entries === undefined) return [];
  const values = Array.from(contract, (i, row) => {
    const entry = entries[i] ?? null;
    const isFirst = row === 0 || contract[row - 1] !== i;
    return entry === null || !isFirst ? "" : writtenEntry(entry);
  });
  return [{ name: "entered_by", values }];
}

function encodeCsv(bars: Bars): Uint8Array[] {
  const columns = valueColumns(bars);
  const names = bars.continuous?.contracts ?? [];
  const broken = names.find((name) => LINE_BREAK.test(name));
  if (broken !== undefined) {
    throw new RangeError(
      `Cannot write a contract name as one line: current value is ${JSON.stringify(broken)}`,
    );
  }
  const encoder = new TextEncoder();
  const header = [TIME, ...columns.map((column) => column.name)].join(",") + "\n";
  const chunks = [encoder.encode(header)];
  for (let start = 0; start < bars.length; start += ROWS_PER_CHUNK) {
    const end = Math.min(start + ROWS_PER_CHUNK, bars.length);
    let text = "";
    for (let row = start; row < end; row++) {
      text += stampText(bars.time[row]!);
      for (const { values } of columns) text += "," + cellText(values[row]!);
      text += "\n";
    }
    chunks.push(encoder.encode(text));
  }
  return chunks;
}

/** ISO in UTC, without a fraction where there is none. */
function stampText(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}

function cellText(value: number | string): string {
  if (typeof value === "string") {
    return /^[\w#.-]*$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

function encodeParquet(bars: Bars): Uint8Array[] {
  const columns = valueColumns(bars);
  const schema: SchemaElement[] = [
    { name: "bars", num_children: columns.length + 1 },
    {
      name: TIME,
      type: "INT64",
      repetition_type: "REQUIRED",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
    },
    ...columns.map(({ name, values }): SchemaElement =>
      values instanceof Float64Array
        ? { name, type: "DOUBLE", repetition_type: "REQUIRED" }
        : { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" }
    ),
  ];
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    columnData: [
      { name: TIME, data: BigInt64Array.from(bars.time, BigInt) },
      ...columns.map(({ name, values }) => ({
        name,
        data: values instanceof Float64Array ? values : [...values],
      })),
    ],
    schema,
    rowGroupSize: 200_000,
  });
  return [new Uint8Array(writer.getBuffer())];
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
async function replaceFile(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const draft = `${path}.${Deno.pid}.tmp`;
  try {
    const file = await Deno.open(draft, { write: true, create: true, truncate: true });
    try {
      for (const chunk of chunks) await writeAll(file, chunk);
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    const noFolder = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (!noFolder) throw error;
    throw new InputError("the folder does not exist", { where: path, remedy: "make it first" });
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

import { basename, join } from "node:path";
import { applyActions, type Bars, type CorporateAction, type Instrument } from "../market/mod.ts";
import { ownActions } from "./actions/own_actions.ts";
import { rowsOfSplits, settleActions } from "./actions/settle_actions.ts";
import { InputError, sha256Hex } from "../core/mod.ts";
import { checkBars } from "./checks.ts";
import { readCsv, type ReadOptions } from "./csv.ts";
import { joinedPrices } from "./joined_contracts.ts";
import { filesOfFolder, joinFiles } from "./folder.ts";
import { describeBars, suggestReading, suggestZone } from "./observations.ts";
import { readWholeFile } from "./read_whole_file.ts";
import { createProblemLog, type Problem, type ProblemLog, type Rule } from "./problems.ts";
import type { Table } from "./table.ts";
import { commonStep, type TimeColumn, toUtcColumn } from "./time_column.ts";
import { judgeTimes } from "./plausible_times.ts";
import { oldestFirst, selectSymbol, withoutSettlementRows } from "./rows_of.ts";
import { describeSplit, unadjustedSplits } from "./splits.ts";
import { unpack } from "./unpack.ts";
import { vendorColumns } from "./vendor_columns.ts";
import type { DecimalSign } from "./written_numbers.ts";
import type { DateOrder } from "./written_stamps.ts";

/** How to read a file of bars; what is left out is detected. */
export interface LoadOptions {
  /** What the bars are of; its tick and kind decide some rules. */
  readonly instrument: Instrument;
  /** IANA zone of stamps that carry none; needed for intraday wall-clock stamps. */
  readonly timeZone?: string;
  /** How stamps are written; `auto` (the default) goes by the first cell. */
  readonly timeFormat?: "auto" | "s" | "ms" | "us" | "ns" | "iso";
  /** Whether a stamp names its bar's open or close; the layout's word, else open, by default. */
  readonly stamp?: "open" | "close";
  /** Name of a vendor's layout (see `lib/data/layouts`); detected by default. */
  readonly layout?: string;
  /** How dates such as 03/04/2024 are written, where the file leaves it open. */
  readonly dateOrder?: DateOrder;
  /** Sign before the decimals, where the file leaves it open. */
  readonly decimal?: DecimalSign;
  /** The symbol whose rows are wanted, from a file of several. */
  readonly select?: string;
  /**
   * Prices were adjusted by whoever made the file: they may lie off the tick grid, and a move that
   * looks like a split was one of the market.
   */
  readonly adjusted?: boolean;
  /** Splits and dividends of the shares, oldest first; see `readActions`. */
  readonly actions?: readonly CorporateAction[];
  /** Column names by role where they are not the usual ones. */
  readonly columns?: Partial<
    Record<
      "time" | "open" | "high" | "low" | "close" | "volume" | "openInterest" | "rawClose",
      string
    >
  >;
  /** Length of a bar, milliseconds; the most common step by default. */
  readonly intervalMs?: number;
  /**
   * Whether a bar that opens at this moment (epoch milliseconds) belongs to the instrument's
   * session. Used only to tell whether stamps name the open or the close.
   */
  readonly isOpen?: (time: number) => boolean;
}

/** What was found in a file of bars. */
export interface DataReport {
  /** Bars read. */
  readonly rows: number;
  /** ISO, UTC, open of the first bar. */
  readonly firstTime: string | null;
  /** ISO, UTC, open of the last bar. */
  readonly lastTime: string | null;
  /** Length of a bar; null when it could not be told. */
  readonly intervalMs: number | null;
  /** `s`, `ms`, `us`, `ns`, `iso` or `date`; empty when unknown. */
  readonly timeFormat: string;
  /** Zone in which stamps were read; empty when unknown. */
  readonly timeZone: string;
  /** The vendor's layout, or `plain` for a file read by the names of its columns. */
  readonly layout: string;
  /** Symbols that the file names. */
  readonly symbols: readonly string[];
  /** Column names of the file by role. */
  readonly columns: Record<string, string>;
  /** The first 20 findings of each rule. */
  readonly problems: readonly Problem[];
  /** All findings, counted by rule; a row may have several, one a cell. */
  readonly problemCounts: Record<string, number>;
  /** Rows with a finding, counted by rule. */
  readonly problemRows: Record<string, number>;
  /** Plain sentences. */
  readonly notes: readonly string[];
}

/** Where bars came from. */
export interface DataSource {
  /** As given. */
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Of the file's bytes, lower-case hexadecimal; for a folder, of its files' digests by name. */
  readonly sha256: string;
}

/** Bars that passed every rule, with what was found on the way. */
export interface LoadedBars {
  /** What was loaded. */
  readonly bars: Bars;
  /** What was found. */
  readonly report: DataReport;
  /** The file read. */
  readonly source: DataSource;
}

/** Like {@link LoadedBars}, but without bars when an error was found. */
export interface InspectedBars {
  /** Null when a rule of severity `error` is broken. */
  readonly bars: Bars | null;
  /** What was found. */
  readonly report: DataReport;
  /** The file read. */
  readonly source: DataSource;
}

const DAY_MS = 86_400_000;

/**
 * Loads bars from a CSV, JSON or Parquet file, packed or not, or from a folder of such files as
 * one series, and checks them. Layout, columns, separator and stamps are detected; nothing is
 * repaired silently.
 *
 * @param path file or folder
 * @throws InputError on the first broken rule of severity `error`, with its row and column
 * @example
 * ```ts
 * import type { Instrument } from "../market/instrument.ts";
 * import { loadBars } from "./loader.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "date,open,high,low,close\n2024-01-02,1,3,1,2\n");
 * const instrument = { symbol: "X", kind: "stock", tickSize: 0.01 } as Instrument;
 * const { bars } = await loadBars(path, { instrument });
 * assertEquals([...bars.close], [2]);
 * await Deno.remove(path);
 * ```
 */
export async function loadBars(path: string, options: LoadOptions): Promise<LoadedBars> {
  const { result, log } = await readBars(path, options);
  const { bars, report, source } = result;
  const error = log.firstError();
  if (bars !== null && error === undefined) return { bars, report, source };
  throw toInputError(path, error!, log.errorCount() - 1);
}

/**
 * Reads a file as {@link loadBars} does, but reports everything that is wrong with its content
 * instead of stopping at the first error.
 *
 * @returns bars only when no rule of severity `error` is broken
 * @throws InputError when there is no such file, or an option makes no sense
 */
export async function inspectBars(path: string, options: LoadOptions): Promise<InspectedBars> {
  return (await readBars(path, options)).result;
}

/**
 * Reads the content of a file as {@link inspectBars} does: for one that is still being written, of
 * which a part is known to be whole.
 *
 * @param path of the file; its name may say what it holds
 * @throws InputError when an option makes no sense, or an archive is damaged
 */
export async function inspectBytes(
  bytes: Uint8Array,
  path: string,
  options: LoadOptions,
): Promise<InspectedBars> {
  return (await readContent(bytes, path, options)).result;
}

/** A file or folder read, with the log of what is wrong with it. */
interface Reading {
  readonly result: InspectedBars;
  readonly log: ProblemLog;
}

async function readBars(path: string, options: LoadOptions): Promise<Reading> {
  if (options.actions !== undefined && options.adjusted === true) {
    throw new InputError("Cannot take --actions for prices that --adjusted says are adjusted", {
      where: "--actions",
      remedy: "leave one of them out: prices adjusted for splits alone are told by themselves",
    });
  }
  const names = await filesOfFolder(path);
  const reading = names === null
    ? await readFile(path, options)
    : await readFolder(path, names, options);
  return options.actions === undefined ? reading : withActions(reading, options.actions);
}

function withActions(
  { log, result }: Reading,
  actions: readonly CorporateAction[],
): Reading {
  const { bars, report } = result;
  if (bars === null) return { log, result };
  const notes = [...report.notes];
  const settled = settleActions(bars, actions, notes);
  return { log, result: { ...result, bars: settled, report: { ...report, notes } } };
}

/** The files of a folder as one series; what is wrong with one of them is said with its name. */
async function readFolder(
  path: string,
  names: readonly string[],
  options: LoadOptions,
): Promise<Reading> {
  const log = createProblemLog();
  const notes = [`${names.length} ${names.length === 1 ? "file" : "files"} were read as one.`];
  const found: (InspectedBars & { readonly name: string })[] = [];
  for (const name of names) {
    const { result } = await readFile(join(path, name), options);
    for (const { rule, row, value, detail, column } of result.report.problems) {
      log.add(rule as Rule, row, value, `${name}: ${detail}`, column);
    }
    found.push({ ...result, name });
  }
  const files = found.flatMap(({ name, bars }) => bars === null ? [] : [{ name, bars }]);
  const joined = log.errorCount() > 0 ? null : joinFiles(files, log, notes);
  if (joined !== null && options.adjusted !== true) {
    // Inside of files every split has been looked for: these lie between two of them.
    for (const split of unadjustedSplits(joined, rowsOfSplits(joined, options.actions ?? []))) {
      log.add("unadjusted-split", 0, joined.open[split.row]!, describeSplit(joined, split));
    }
  }
  const bars = log.errorCount() > 0 ? null : joined;
  const reports = found.map(({ report }) => report);
  const every = (pick: (report: DataReport) => string): string =>
    [...new Set(reports.map(pick))].join(", ");
  const said = [...new Set(reports.flatMap((report) => report.notes))].map((note) => {
    const count = reports.filter((report) => report.notes.includes(note)).length;
    return count === names.length ? note : `${note} (${count} of ${names.length} files)`;
  });
  const summed = (pick: (report: DataReport) => Record<string, number>): Record<string, number> =>
    Object.fromEntries(
      [...new Set([...reports.flatMap((report) => Object.keys(pick(report)))])].map((rule) => [
        rule,
        reports.reduce((sum, report) => sum + (pick(report)[rule] ?? 0), 0),
      ]),
    );
  const digests = found.map(({ source }) => source.sha256).join("\n");
  return {
    log,
    result: {
      bars,
      report: {
        rows: bars?.length ?? reports.reduce((sum, report) => sum + report.rows, 0),
        firstTime: isoTime(bars?.time[0]),
        lastTime: isoTime(bars?.time.at(-1)),
        intervalMs: bars?.intervalMs ?? null,
        timeFormat: every((report) => report.timeFormat),
        timeZone: every((report) => report.timeZone),
        layout: every((report) => report.layout),
        symbols: [...new Set(reports.flatMap((report) => report.symbols))],
        columns: reports[0]!.columns,
        problems: log.problems,
        problemCounts: { ...log.counts, ...summed((report) => report.problemCounts) },
        problemRows: { ...log.rows, ...summed((report) => report.problemRows) },
        notes: [...notes, ...said],
      },
      source: {
        path,
        bytes: found.reduce((sum, { source }) => sum + source.bytes, 0),
        sha256: await sha256Hex(new TextEncoder().encode(digests)),
      },
    },
  };
}

async function readFile(path: string, options: LoadOptions): Promise<Reading> {
  return await readContent(await readWholeFile(path), path, options);
}

async function readContent(
  bytes: Uint8Array,
  path: string,
  options: LoadOptions,
): Promise<Reading> {
  const digest = sha256Hex(bytes);
  const log = createProblemLog();
  const notes: string[] = [];
  const file = unpack(bytes, basename(path));
  notes.push(...file.notes);
  const readOptions: ReadOptions = {
    columns: options.columns ?? {},
    timeFormat: options.timeFormat ?? "auto",
    layout: options.layout,
    dateOrder: options.dateOrder,
    decimal: options.decimal,
    select: options.select,
    timeZone: options.timeZone,
    priceFormat: options.instrument.priceFormat,
    fileName: file.name,
  };
  const read = /\.(parquet|pq)$/i.test(file.name) || isParquet(file.bytes)
    // Its packages take as long to load as the whole room.
    ? await (await import("./parquet.ts")).readParquet(file.bytes, readOptions, log)
    : readCsv(file.bytes, readOptions, log);
  const found = read === null ? null : mended(read, options, log, notes);
  const table = found?.table ?? null;
  const time = table === null ? null : toUtcColumn(table, options.timeZone, log, notes);
  if (table !== null && time === null && options.isOpen !== undefined) {
    const zone = suggestZone(table.stamps, options.isOpen);
    if (zone !== null) notes.push(zone);
  }
  const bars = table === null || time === null
    ? null
    : buildBars(table, time, { ...stepOf(found!.step), ...options }, log, notes);
  const report: DataReport = {
    rows: table?.rows ?? 0,
    firstTime: isoTime(bars?.time.find((moment) => !Number.isNaN(moment))),
    lastTime: isoTime(bars?.time.findLast((moment) => !Number.isNaN(moment))),
    intervalMs: bars?.intervalMs ?? null,
    timeFormat: table?.form.format ?? "",
    timeZone: time?.timeZone ?? "",
    layout: read === null ? "" : read.layout?.name ?? "plain",
    symbols: read?.symbols ?? [],
    columns: Object.fromEntries(table?.names ?? []),
    problems: log.problems,
    problemCounts: log.counts,
    problemRows: log.rows,
    notes,
  };
  const source = { path, bytes: bytes.length, sha256: await digest };
  return { result: { bars: log.errorCount() === 0 ? bars : null, report, source }, log };
}

const PARQUET_MAGIC = [0x50, 0x41, 0x52, 0x31];

function isParquet(bytes: Uint8Array): boolean {
  return PARQUET_MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * The rows that are bars, oldest first, in the columns that bars have; their stamps are judged
 * before anything computes with them. Null when the file holds several symbols.
 */
function mended(
  read: Table,
  options: LoadOptions,
  log: ProblemLog,
  notes: string[],
): { readonly table: Table; readonly step: number | null } | null {
  if (read.layout !== null) notes.push(`The file has the layout of ${read.layout.title}.`);
  notes.push(...read.notes);
  const selected = selectSymbol(read, options.select, log, notes);
  if (selected === null) return null;
  const ordered = oldestFirst(vendorColumns(selected, notes), notes);
  // Rows without a trade keep their place in the grid of time.
  const step = commonStep(ordered.stamps);
  const table = withoutSettlementRows(ordered, log);
  if (table.rows === 0 && read.rows > 0) {
    log.add("empty-file", read.lines[0]!, "", "no row of the file holds a bar");
    return null;
  }
  judgeTimes(table, step, log);
  return { table, step };
}

function stepOf(step: number | null): { readonly intervalMs?: number } {
  return step === null ? {} : { intervalMs: step };
}

/** Bars as the file has them, judged by every rule; null when a bar's length cannot be told. */
function buildBars(
  table: Table,
  { time: stamps, dates, timeZone }: TimeColumn,
  options: LoadOptions,
  log: ProblemLog,
  notes: string[],
): Bars | null {
  const { instrument, isOpen } = options;
  const stamp = options.stamp ?? table.layout?.stamp ?? "open";
  const intervalMs = options.intervalMs ?? (dates ? DAY_MS : null);
  if (intervalMs === null) {
    const detail = "the file has no two different stamps, so the bar length is unknown; " +
      "name it with --interval";
    // With rows left out for other errors, a lone row says nothing about the bar length.
    if (log.errorCount() === 0) log.add("unknown-interval", table.lines[0] ?? 0, "", detail);
    return null;
  }
  const shift = stamp === "close" && !dates ? intervalMs : 0;
  if (options.stamp === "close" && dates) {
    notes.push("The stamps are dates, so --stamp close changes nothing.");
  } else if (shift > 0 && options.stamp === undefined) {
    notes.push(`The stamps name the close of their bars, as ${table.layout!.title} writes them.`);
  }
  const openInterest = table.numbers.get("openInterest");
  const bars: Bars = {
    instrument,
    intervalMs,
    length: table.rows,
    time: shift === 0 ? stamps : stamps.map((moment) => moment - shift),
    ...joinedPrices(table, instrument.tickSize, log, notes),
    volume: table.numbers.get("volume") ?? new Float64Array(table.rows),
    ...(openInterest === undefined ? {} : { openInterest }),
  };
  const { actions = [] } = options;
  const inFile = ownActions(bars, table);
  const known = [...actions, ...inFile ?? []];
  checkBars(bars, table, log, {
    adjusted: options.adjusted === true,
    // Times that cannot be read have no rows of dates.
    ...(known.length === 0 || bars.time.some(Number.isNaN)
      ? {}
      : { splitRows: rowsOfSplits(bars, known) }),
  });
  notes.push(...describeBars(bars, table));
  // A calendar knows nothing of a moment that is none.
  if (isOpen !== undefined && !dates && !bars.time.some(Number.isNaN)) {
    const wall = table.form.zoned ? undefined : { stamps: table.stamps, timeZone };
    const suggestion = suggestReading(bars, isOpen, stamp, wall);
    if (suggestion !== null) notes.push(suggestion);
  }
  if (table.unused.length > 0) notes.push(`Columns not read: ${table.unused.join(", ")}.`);
  if (inFile === null) return bars;
  if (actions.length > 0) {
    throw new InputError("Cannot take --actions for a file that has splits and dividends in it", {
      where: "--actions",
      remedy: "leave --actions out",
    });
  }
  return log.errorCount() > 0 ? bars : applyActions(bars, inFile);
}

function toInputError(path: string, problem: Problem, others: number): InputError {
  const place = [
    path,
    ...(problem.row > 0 ? [`row ${problem.row}`] : []),
    ...(problem.column === undefined ? [] : [`column ${problem.column}`]),
  ];
  const more = others === 0
    ? ""
    : `; ${others} more ${others === 1 ? "error" : "errors"}, see data inspect`;
  return new InputError(`${problem.detail}${more}`, { where: place.join(", ") });
}

function isoTime(time: number | undefined): string | null {
  return time === undefined || Number.isNaN(time) ? null : new Date(time).toISOString();
}

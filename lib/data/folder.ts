import { InputError } from "../core/mod.ts";
import { type Bars, DAY_MS } from "../market/mod.ts";
import type { ProblemLog } from "./problems.ts";

/** Whether a name is that of a file of bars, and of none that is hidden. */
export function isBarFile(name: string): boolean {
  return READABLE.test(name) && !name.startsWith(".");
}

const READABLE = /\.(csv|txt|json|parquet|pq|gz|zst|zip)$/i;
/** Nothing shuts a market for longer than a weekend and its holidays; more is worth a line. */
const LONGEST_BREAK_MS = 5 * DAY_MS;

/**
 * The files of bars in a folder, by name.
 *
 * @returns null when the path is no folder
 * @throws {InputError} when the folder holds none
 */
export async function filesOfFolder(path: string): Promise<string[] | null> {
  try {
    if (!(await Deno.stat(path)).isDirectory) return null;
  } catch {
    // The reader of files says what is wrong with a path that is none.
    return null;
  }
  const names: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    if (entry.isFile && isBarFile(entry.name)) names.push(entry.name);
  }
  if (names.length > 0) return names.sort();
  throw new InputError("Cannot read a folder that holds no file of bars", {
    where: path,
    remedy: "name a file, or a folder of CSV or Parquet files",
  });
}

/** The bars of one file of several. */
export interface FileBars {
  readonly name: string;
  readonly bars: Bars;
}

/**
 * Joins the bars of several files of one instrument into one series, in order of time. Rows that
 * two files share are kept once where they are equal; where they differ, or where files lie
 * between one another, the log gets an error. Gaps between files are said in `notes`.
 *
 * @param files in any order, none empty
 * @returns null when they cannot be joined; the log says why
 */
export function joinFiles(
  files: readonly FileBars[],
  log: ProblemLog,
  notes: string[],
): Bars | null {
  const ordered = files.toSorted((a, b) => a.bars.time[0]! - b.bars.time[0]!);
  const first = ordered[0]!;
  for (const { name, bars } of ordered) {
    if (bars.continuous !== undefined) {
      const detail = `${name} is a joined future with an adjustment of its own; name one file`;
      log.add("files-differ", 0, name, detail);
      return null;
    }
    if (bars.intervalMs === first.bars.intervalMs) continue;
    const detail = `${name} has bars of ${bars.intervalMs / 1000} s, ${first.name} of ` +
      `${first.bars.intervalMs / 1000} s; keep files of one length in the folder`;
    log.add("files-differ", 0, name, detail);
    return null;
  }
  const parts: Bars[] = [first.bars];
  let last = first;
  let shared = 0;
  for (const file of ordered.slice(1)) {
    const overlap = sharedRows(last, file, log);
    if (overlap === null) return null;
    shared += overlap;
    const gap = file.bars.time[0]! - last.bars.time.at(-1)!;
    if (gap > LONGEST_BREAK_MS + first.bars.intervalMs) {
      notes.push(
        `Between ${last.name} and ${file.name} ${Math.floor(gap / DAY_MS)} days have no bars.`,
      );
    }
    if (overlap === file.bars.length) continue;
    parts.push(rowsFrom(file.bars, overlap));
    last = file;
  }
  if (shared > 0) {
    notes.push(`${shared} rows are in two files with the same values; each was taken once.`);
  }
  return concatenated(parts);
}

/** How many rows at the start of a file are those at the end of the one before; null for others. */
function sharedRows(before: FileBars, file: FileBars, log: ProblemLog): number | null {
  const end = before.bars.time.at(-1)!;
  let row = 0;
  for (; row < file.bars.length && file.bars.time[row]! <= end; row++) {
    const time = file.bars.time[row]!;
    const twin = rowOfTime(before.bars, time);
    if (twin >= 0 && sameRow(before.bars, twin, file.bars, row)) continue;
    const shown = new Date(time).toISOString();
    const detail = twin < 0
      ? `${file.name} has a bar at ${shown}, inside ${before.name} but not in it; ` +
        "keep files that follow one another"
      : `${file.name} and ${before.name} both have a bar at ${shown} with other values; ` +
        "keep one of the two";
    log.add("files-overlap", 0, shown, detail);
    return null;
  }
  return row;
}

function rowOfTime({ time, length }: Bars, wanted: number): number {
  let low = 0, high = length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (time[middle] === wanted) return middle;
    if (time[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const COLUMNS = ["open", "high", "low", "close", "volume"] as const;

function sameRow(a: Bars, i: number, b: Bars, j: number): boolean {
  return COLUMNS.every((name) => a[name][i] === b[name][j]);
}

function rowsFrom(bars: Bars, start: number): Bars {
  if (start === 0) return bars;
  const cut = (column: Float64Array): Float64Array => column.subarray(start);
  return {
    ...bars,
    length: bars.length - start,
    time: cut(bars.time),
    open: cut(bars.open),
    high: cut(bars.high),
    low: cut(bars.low),
    close: cut(bars.close),
    volume: cut(bars.volume),
    ...(bars.openInterest === undefined ? {} : { openInterest: cut(bars.openInterest) }),
  };
}

function concatenated(parts: readonly Bars[]): Bars {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const column = (pick: (bars: Bars) => Float64Array): Float64Array => {
    const values = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      values.set(pick(part), at);
      at += part.length;
    }
    return values;
  };
  const { instrument, intervalMs } = parts[0]!;
  const openInterest = parts.every((part) => part.openInterest !== undefined);
  return {
    instrument,
    intervalMs,
    length,
    time: column((bars) => bars.time),
    open: column((bars) => bars.open),
    high: column((bars) => bars.high),
    low: column((bars) => bars.low),
    close: column((bars) => bars.close),
    volume: column((bars) => bars.volume),
    ...(openInterest ? { openInterest: column((bars) => bars.openInterest!) } : {}),
  };
}

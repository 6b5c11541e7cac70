import { basename, dirname, join } from "node:path";
import { InputError } from "../../core/mod.ts";
import {
  inspectBytes,
  type InspectedBars,
  type LoadOptions,
  type Problem,
  readWholeFile,
} from "../../data/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { barOfRow, type JournaledBar } from "../../trading/mod.ts";
import { type Excerpt, lineEnds, readExcerpt, readSpan, withoutLines } from "./whole_lines.ts";

/** Files that are read anew as a whole, when they are whole. */
const READ_WHOLE = /\.(parquet|pq|gz|zst|zip|json)$/i;
/** Rounds in which bad lines are taken out; then the file is not what it was. */
const MOST_ROUNDS = 50;

/** By so many bytes a file is known again. */
const MARK_BYTES = 256;

/** Rules that only say that there is nothing yet. */
const NOTHING_YET = ["empty-file", "unknown-interval"];

/** Rules that hold a row against the one before, which must itself be one. */
const BY_THE_ROW_BEFORE: readonly string[] = [
  "duplicate-time",
  "unsorted-time",
  "unadjusted-split",
];

/** What a look into a growing file has brought. */
export interface TailedRows {
  /** Where they stand. */
  readonly file: TailedFile;
  /** Bars of the file, oldest first; the last may be new. */
  readonly bars: Bars;
  /** Open of the newest bar that earlier looks brought; -Infinity before. */
  readonly knownUntil: number;
}

/**
 * A file that somebody else writes: lines are added, or it is written anew, or renamed and followed
 * by another of its name. A line that is not finished is not read; one that is no bar is said.
 */
export class TailedFile {
  readonly #path: string;
  readonly #options: LoadOptions;
  readonly #onRefused: (reason: string) => void;
  #inode: number | null = null;
  /** Bytes that were read, to the end of a line. */
  #offset = 0;
  /** Lines up to there. */
  #lines = 0;
  /** The last bytes up to there: in another file of the same name they are others. */
  #mark = new Uint8Array(0);
  /** Numbers of lines that were said to be no bars, and up to which none is said. */
  readonly #told = new Set<number>();
  #toldFrom = 0;
  #seen = "";
  #knownUntil = -Infinity;
  #intervalMs: number | undefined;
  #failed = "";

  constructor(path: string, options: LoadOptions, onRefused: (reason: string) => void) {
    this.#path = path;
    this.#options = options;
    this.#onRefused = onRefused;
  }

  /**
   * Reads it for the first time, and as strictly as every other file of bars.
   *
   * @returns null where it holds no bar yet
   * @throws {InputError} when it cannot be used
   */
  async open(): Promise<Bars | null> {
    const info = statOf(this.#path);
    // The reader of files says what is wrong with a path that is none.
    const bytes = this.#isWhole || info === null
      ? await readWholeFile(this.#path)
      : this.#wholeLinesOf(info).bytes;
    if (info === null) return null;
    this.#see(info);
    const found = await inspectBytes(bytes, this.#path, this.#options);
    const fault = faultsOf(found)[0];
    if (fault !== undefined && !NOTHING_YET.includes(fault.rule)) throw asError(this.#path, fault);
    return found.bars === null ? null : this.#learn(found.bars);
  }

  /**
   * Looks whether there is more.
   *
   * @returns what there is, oldest first; null where nothing has changed
   */
  async look(): Promise<TailedRows[] | null> {
    const info = statOf(this.#path);
    if (info === null) {
      this.#startOver();
      return null;
    }
    const signature = signatureOf(info);
    if (signature === this.#seen) return null;
    const found: TailedRows[] = [];
    const isOther = info.ino !== null && this.#inode !== null && info.ino !== this.#inode;
    if (!this.#isWhole && (isOther || !this.#goesOn(info))) {
      if (isOther) found.push(...await this.#restOfRenamed());
      this.#startOver();
    }
    const knownUntil = this.#knownUntil;
    const bars = this.#isWhole
      ? await this.#readWhole(signature)
      : await this.#readLines(this.#path, info);
    // A file that was being written is looked at again.
    if (bars === null && this.#isWhole) return found.length > 0 ? found : null;
    this.#see(info);
    if (bars !== null) found.push({ file: this, bars, knownUntil });
    return found;
  }

  /** Whether there is such a file. */
  get isThere(): boolean {
    return statOf(this.#path) !== null;
  }

  get #isWhole(): boolean {
    return READ_WHOLE.test(this.#path);
  }

  #startOver(): void {
    [this.#offset, this.#lines, this.#toldFrom, this.#mark] = [0, 0, 0, new Uint8Array(0)];
    this.#told.clear();
  }

  /** Whether what was read is still there, at its place. */
  #goesOn({ size }: Deno.FileInfo): boolean {
    if (size < this.#offset) return false;
    const now = withFile(this.#path, (file) => {
      return readSpan(file, this.#offset - this.#mark.length, this.#mark.length);
    });
    return now.length === this.#mark.length && now.every((byte, i) => byte === this.#mark[i]);
  }

  #remember(excerpt: Excerpt): void {
    this.#offset = excerpt.end;
    this.#mark = excerpt.bytes.slice(-MARK_BYTES);
  }

  #see(info: Deno.FileInfo): void {
    this.#seen = signatureOf(info);
    this.#inode = info.ino;
  }

  #wholeLinesOf(info: Deno.FileInfo): { readonly bytes: Uint8Array } {
    const excerpt = this.#excerpt(this.#path, info.size);
    this.#remember(excerpt);
    this.#lines = this.#toldFrom = excerpt.newLines;
    return excerpt;
  }

  #excerpt(path: string, size: number): Excerpt {
    return withFile(path, (file) => readExcerpt(file, this.#offset, size));
  }

  /** What was added to the file before it was renamed and another took its name. */
  async #restOfRenamed(): Promise<TailedRows[]> {
    const folder = dirname(this.#path);
    for (const { isFile, name } of Deno.readDirSync(folder)) {
      const path = join(folder, name), info = isFile ? statOf(path) : null;
      if (info === null || info.ino !== this.#inode || info.size <= this.#offset) continue;
      const knownUntil = this.#knownUntil;
      const bars = await this.#readLines(path, info);
      return bars === null ? [] : [{ file: this, bars, knownUntil }];
    }
    return [];
  }

  /** A file that cannot be read is one that is being written, unless it stays so. */
  async #readWhole(signature: string): Promise<Bars | null> {
    const refuse = (reason: string): null => {
      if (this.#failed === signature) {
        this.#seen = signature;
        this.#onRefused(`${basename(this.#path)}: ${reason}`);
      }
      this.#failed = signature;
      return null;
    };
    try {
      const bytes = await readWholeFile(this.#path);
      const found = await inspectBytes(bytes, this.#path, this.#options);
      if (found.bars === null) return refuse(faultsOf(found)[0]?.detail ?? "it holds no bars");
      return this.#learn(found.bars);
    } catch (error) {
      return refuse((error as Error).message);
    }
  }

  /** Reads finished lines that are new; those that are no bars are said and passed over. */
  async #readLines(path: string, info: Deno.FileInfo): Promise<Bars | null> {
    const excerpt = this.#excerpt(path, info.size), { bytes, headLines, newLines } = excerpt;
    const before = this.#lines;
    this.#lines += newLines;
    this.#remember(excerpt);
    if (newLines === 0) return null;
    const all = lineEnds(bytes);
    const lineOf = (number: number): number =>
      number <= headLines ? number : before + number - (all - newLines);
    let text = bytes;
    /** Lines that are left, by their numbers in the excerpt. */
    let numbers = Array.from({ length: all }, (_, i) => i + 1);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const found = await inspectBytes(text, path, {
        ...this.#options,
        ...(this.#intervalMs === undefined ? {} : { intervalMs: this.#intervalMs }),
        // Between its beginning and its end the price may have gone anywhere.
        ...(headLines === 0 ? {} : { adjusted: true }),
      });
      if (found.bars !== null) return this.#learn(found.bars);
      const faults = nextFaults(faultsOf(found));
      const lines = new Set(faults.map(({ row }) => row).filter((row) => row > 1));
      if (lines.size === 0) {
        const fault = faults.find(({ rule }) => !NOTHING_YET.includes(rule));
        if (fault !== undefined) this.#onRefused(`${basename(path)}: ${fault.detail}`);
        return null;
      }
      for (const fault of faults) {
        if (lines.has(fault.row)) this.#say(fault, lineOf(numbers[fault.row - 1]!));
      }
      text = withoutLines(text, lines);
      numbers = numbers.filter((_, i) => !lines.has(i + 1));
    }
    this.#onRefused(
      `${basename(path)}: more lines than ${MOST_ROUNDS} rounds can tell are no bars`,
    );
    return null;
  }

  #say({ detail }: Problem, line: number): void {
    if (line <= this.#toldFrom || this.#told.has(line)) return;
    this.#told.add(line);
    this.#onRefused(`${basename(this.#path)}, line ${line}: ${detail}`);
  }

  #learn(bars: Bars): Bars {
    this.#intervalMs ??= bars.intervalMs;
    this.#knownUntil = Math.max(this.#knownUntil, bars.time.at(-1) ?? -Infinity);
    return bars;
  }
}

function withFile<T>(path: string, read: (file: Deno.FsFile) => T): T {
  const file = Deno.openSync(path);
  try {
    return read(file);
  } finally {
    file.close();
  }
}

/** Rows of bars from a time on. */
export function rowsFrom(bars: Bars, time: number): JournaledBar[] {
  const rows: JournaledBar[] = [];
  for (let row = bars.length - 1; row >= 0 && bars.time[row]! >= time; row--) {
    rows.push(barOfRow(bars, row));
  }
  return rows.reverse();
}

function faultsOf({ report }: InspectedBars): readonly Problem[] {
  return report.problems.filter(({ severity }) => severity === "error");
}

/** Those to be said first: a row that is none itself is no row before another. */
function nextFaults(faults: readonly Problem[]): readonly Problem[] {
  const own = faults.filter(({ row, rule }) => row > 1 && !BY_THE_ROW_BEFORE.includes(rule));
  return own.length > 0 ? own : faults;
}

function asError(path: string, { detail, row }: Problem): InputError {
  return new InputError(detail, { where: row > 0 ? `${path}, row ${row}` : path });
}

function statOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function signatureOf({ ino, mtime, size }: Deno.FileInfo): string {
  return `${ino} ${size} ${mtime?.getTime()}`;
}

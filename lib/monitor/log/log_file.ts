import type { Clock } from "../../core/mod.ts";
import { explainStorageError } from "../../db/mod.ts";
import { freeBytes } from "./free_space.ts";

/** How a log is kept. */
export interface LogFileSettings {
  /** The newest file; older ones are called `PATH.1`, `PATH.2` … */
  readonly path: string;
  /** Where its time comes from. */
  readonly clock: Clock;
  /** A file is not made longer than this. @default {10_000_000} */
  readonly mostBytes?: number;
  /** How many files there are, the newest included. @default {5} */
  readonly files?: number;
  /** Bytes of the disk that a log leaves to others. @default {200_000_000} */
  readonly floorBytes?: number;
  /** How many bytes the disk has left; null where nobody can tell. */
  readonly freeBytes?: (path: string) => number | null;
  /** Told once why nothing is written any more, and null once it is again. */
  readonly onTrouble?: (reason: string | null) => void;
}

/** How often the disk is asked: a log does not fill it faster. */
const ASK_EVERY_MS = 1_000;
const MOST_BYTES = 10_000_000, FILES = 5, FLOOR_BYTES = 200_000_000;

/**
 * Lines in a file that is renamed when it has become long. It never throws once it is open: a log is
 * not worth a trade. While the disk has less room than the floor nothing is written, which is said
 * once; how many lines are missing is the first line afterwards.
 *
 * Lines reach the operating system one by one and so outlive the process; nobody waits for the disk.
 */
export class LogFile implements Disposable {
  readonly #settings: Required<LogFileSettings>;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile;
  #bytes: number;
  #askedAt = -Infinity;
  #trouble: string | null = null;
  #missing = 0;

  /**
   * Opens the file, or goes on with it.
   *
   * @throws {InputError} when it cannot be written
   */
  constructor(settings: LogFileSettings) {
    this.#settings = {
      ...{ mostBytes: MOST_BYTES, files: FILES, floorBytes: FLOOR_BYTES, freeBytes },
      onTrouble: () => {},
      ...settings,
    };
    try {
      this.#file = open(settings.path);
      this.#bytes = this.#file.statSync().size;
    } catch (error) {
      throw explainStorageError(error, settings.path);
    }
  }

  /** Lines that were not written. */
  get missing(): number {
    return this.#missing;
  }

  /**
   * Writes a line.
   *
   * @param line ends with a line feed
   * @param missingLine makes the line that says how many are missing before it
   */
  write(line: string, missingLine: (missing: number) => string): void {
    if (!this.#hasRoom()) {
      this.#missing++;
      return;
    }
    const text = this.#missing === 0 ? line : missingLine(this.#missing) + line;
    try {
      const bytes = this.#encoder.encode(text);
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#settings.mostBytes) this.#rotate();
      for (let at = 0; at < bytes.length;) {
        const written = this.#file.writeSync(bytes.subarray(at));
        this.#bytes += written;
        at += written;
      }
      this.#missing = 0;
      this.#say(null);
    } catch (error) {
      this.#missing++;
      this.#say((error as Error).message);
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  #hasRoom(): boolean {
    const { clock, floorBytes, path } = this.#settings;
    const now = clock.now();
    // A clock that was put back must not silence the question for years.
    if (Math.abs(now - this.#askedAt) < ASK_EVERY_MS) return this.#trouble === null;
    this.#askedAt = now;
    const free = this.#settings.freeBytes(path);
    if (free === null || free >= floorBytes) return true;
    this.#say(
      `the disk has ${megabytes(free)} MB left, and the log leaves ${megabytes(floorBytes)}`,
    );
    return false;
  }

  #rotate(): void {
    const { files, path } = this.#settings;
    for (let i = files - 1; i > 0; i--) {
      const from = i === 1 ? path : `${path}.${i - 1}`;
      try {
        Deno.renameSync(from, `${path}.${i}`);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    if (files === 1) Deno.truncateSync(path);
    const file = open(path);
    this.#file.close();
    this.#file = file;
    this.#bytes = 0;
  }

  #say(trouble: string | null): void {
    if ((this.#trouble === null) === (trouble === null)) return;
    this.#trouble = trouble;
    this.#settings.onTrouble(trouble);
  }
}

function open(path: string): Deno.FsFile {
  return Deno.openSync(path, { append: true, create: true });
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

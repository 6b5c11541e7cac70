import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../core/mod.ts";
import type { Frame } from "./frame.ts";

/** How much is kept. */
export interface FrameRecorderOptions {
  /** Stamps what is written. */
  readonly clock: Clock;
  /** As the feed was asked for. */
  readonly feed: string;
  /** A file that has grown to this is followed by the next. @default 64 MiB */
  readonly fileBytes?: number;
  /** Files that are kept; the oldest leave. @default 64 */
  readonly files?: number;
  /** Nothing is written while the disk has less left than this. @default 1 GiB */
  readonly floorBytes?: number;
  /** Bytes that the disk has left; the file system's word by default (permission `sys: statfs`). */
  readonly freeBytes?: () => Promise<number>;
  /** Told when writing stops, and when it goes on. */
  readonly onTrouble?: (reason: string) => void;
}

/** Writes down what passes between this machine and a venue. */
export interface FrameRecorder {
  /** Writes a frame; while there is no room it is dropped, and the hole is written down later. */
  write(frame: Frame): void;
  /** Whether frames are being written. */
  readonly isRecording: boolean;
  /** Closes the file. */
  close(): void;
}

const MIB = 1 << 20;
/** How often the disk is asked, in bytes written and in time. */
const ASK_EVERY_BYTES = MIB, ASK_EVERY_MS = 30_000;
const NAME = /^frames-(\d{8})\.jsonl$/;

/**
 * Records frames into numbered files of a folder, which it makes. Files only ever grow; a later
 * recording begins the next one. Trouble with the disk stops the recording and never the feed.
 *
 * @throws when the folder cannot be made or read
 * @example
 * ```ts
 * import { VirtualClock } from "../../core/virtual_clock.ts";
 * import { openFrameRecorder } from "./frame_recorder.ts";
 * import { readFrames } from "./read_frames.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const clock = new VirtualClock(5), freeBytes = () => Promise.resolve(1e12);
 * const recorder = await openFrameRecorder(folder, { clock, feed: "binance:BTCUSDT", freeBytes });
 * recorder.write({ kind: "received", at: 6, line: 1, text: "hello" });
 * recorder.close();
 * const kinds = (await Array.fromAsync(readFrames(folder))).map(({ kind }) => kind);
 * assertEquals(kinds, ["begun", "received"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openFrameRecorder(
  folder: string,
  options: FrameRecorderOptions,
): Promise<FrameRecorder> {
  await Deno.mkdir(folder, { recursive: true });
  const recorder = new FileRecorder(folder, frameFiles(folder), options);
  await recorder.askDisk();
  recorder.write({ kind: "begun", at: options.clock.now(), feed: options.feed });
  return recorder;
}

/** Names of the files of frames in a folder, oldest first. */
export function frameFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => NAME.test(name))
    .sort();
}

class FileRecorder implements FrameRecorder {
  readonly #folder: string;
  readonly #options: FrameRecorderOptions;
  readonly #names: string[];
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile | null = null;
  #bytes = 0;
  #sinceAsked = 0;
  #askedAt = -Infinity;
  #isAsking = false;
  /** Why nothing is written; null while all is well. */
  #trouble: string | null = null;
  #isClosed = false;

  constructor(folder: string, names: string[], options: FrameRecorderOptions) {
    this.#folder = folder;
    this.#names = names;
    this.#options = options;
  }

  get isRecording(): boolean {
    return this.#trouble === null && !this.#isClosed;
  }

  write(frame: Frame): void {
    if (this.#isClosed) return;
    const isDue = this.#sinceAsked >= ASK_EVERY_BYTES ||
      this.#options.clock.now() - this.#askedAt >= ASK_EVERY_MS;
    if (isDue) void this.askDisk();
    if (this.#trouble !== null) return;
    try {
      this.#append(frame);
    } catch (error) {
      this.#stop((error as Error).message);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#file?.close();
    this.#file = null;
  }

  async askDisk(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#sinceAsked = 0;
    this.#askedAt = this.#options.clock.now();
    const { floorBytes = 1024 * MIB, freeBytes = () => freeOf(this.#folder) } = this.#options;
    try {
      const free = await freeBytes();
      if (free < floorBytes) {
        this.#stop(`the disk has ${mib(free)} left, less than ${mib(floorBytes)}`);
      } else this.#goOn();
    } catch (error) {
      // Whoever cannot tell how full a disk is does not fill it.
      this.#stop((error as Error).message);
    } finally {
      this.#isAsking = false;
    }
  }

  #append(frame: Frame): void {
    const { fileBytes = 64 * MIB } = this.#options;
    if (this.#file === null || this.#bytes >= fileBytes) this.#nextFile();
    const line = this.#encoder.encode(`${JSON.stringify(frame)}\n`);
    for (let done = 0; done < line.length;) done += this.#file!.writeSync(line.subarray(done));
    this.#bytes += line.length;
    this.#sinceAsked += line.length;
  }

  #nextFile(): void {
    this.#file?.close();
    this.#file = null;
    const last = Number(NAME.exec(this.#names.at(-1) ?? "")?.[1] ?? 0);
    const name = `frames-${String(last + 1).padStart(8, "0")}.jsonl`;
    this.#file = Deno.openSync(join(this.#folder, name), { createNew: true, append: true });
    this.#bytes = 0;
    this.#names.push(name);
    const { files = 64 } = this.#options;
    while (this.#names.length > files) Deno.removeSync(join(this.#folder, this.#names.shift()!));
  }

  #stop(reason: string): void {
    if (this.#trouble !== null) return;
    this.#trouble = reason;
    this.#options.onTrouble?.(`frames are not recorded: ${reason}`);
  }

  #goOn(): void {
    const reason = this.#trouble;
    if (reason === null || this.#isClosed) return;
    this.#trouble = null;
    // A line that was cut short is not gone on with.
    this.#bytes = Infinity;
    this.#options.onTrouble?.("frames are recorded again");
    this.write({ kind: "hole", at: this.#options.clock.now(), reason });
  }
}

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Number(bavail) * Number(bsize);
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / MIB)} MiB`;
}

import { InputError } from "../../core/mod.ts";
import { checkTransition, type ExperienceHeader, type Transition } from "./experience.ts";
import {
  decodeExperience,
  encodeHeader,
  encodeTransition,
  requireReadable,
} from "./experience_file.ts";

/** Appends decisions to a log. */
export interface ExperienceWriter extends Disposable {
  /** Number that the run of this writer has; every run is an episode of its own. */
  readonly episode: number;
  /** True where the file ended in the middle of a line, which was taken out. */
  readonly wasTorn: boolean;
  /**
   * Appends decisions and waits until the disk has them.
   *
   * @throws {InputError} when one does not fit the header or the one before it; none is written then
   */
  append(...transitions: readonly Omit<Transition, "episode">[]): void;
  /** Closes the file. */
  close(): void;
}

/**
 * Opens a log to go on with it, or begins one. What a crash left of a last line is taken out; whole
 * lines are never touched again.
 *
 * @param header must be that of the file, if there is one
 * @throws {InputError} when the file is of other decisions, a line of it cannot be used, or the
 * header could not be read again
 * @example
 * ```ts
 * import { openExperienceWriter } from "./experience_writer.ts";
 * import { readExperience } from "./experience_file.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const path = `${folder}/log.jsonl`;
 * const header = {
 *   instrument: "MES", intervalMs: 60_000, featureSpec: null, columns: ["signal"],
 *   actions: [-1, 0, 1], lots: 1, unitTicks: 4, account: null, behaviour: "coin",
 * };
 * for (const reward of [1, -1]) {
 *   using writer = openExperienceWriter(path, header);
 *   writer.append({
 *     time: 0, observation: [0.5], held: 0, action: 1, propensity: 0.5,
 *     fill: null, reward, end: true,
 *   });
 * }
 * const { experience } = await readExperience(path);
 * assertEquals([...experience.episode], [0, 1]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function openExperienceWriter(path: string, header: ExperienceHeader): ExperienceWriter {
  requireReadable(header, path);
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  try {
    return new FileWriter(file, path, header);
  } catch (error) {
    file.close();
    throw error;
  }
}

class FileWriter implements ExperienceWriter {
  readonly episode: number;
  readonly wasTorn: boolean;
  readonly #file: Deno.FsFile;
  readonly #header: ExperienceHeader;
  #last: Transition | null = null;
  #isOpen = true;

  constructor(file: Deno.FsFile, path: string, header: ExperienceHeader) {
    this.#file = file;
    this.#header = header;
    const bytes = readAll(file);
    const begins = bytes.indexOf(0x0a) < 0;
    if (begins) {
      // A torn header is all there is: nothing is lost by beginning anew.
      requireOwnStart(bytes, path, header);
      this.#truncate(0);
      this.#write(encodeHeader(header));
      this.episode = 0;
      this.wasTorn = bytes.length > 0;
      return;
    }
    const log = decodeExperience(bytes, path);
    requireSameHeader(log.experience.header, header, path);
    this.#truncate(log.wholeBytes);
    this.#last = log.last;
    this.episode = (log.last?.episode ?? -1) + 1;
    this.wasTorn = log.isTorn;
  }

  append(...transitions: readonly Omit<Transition, "episode">[]): void {
    if (transitions.length === 0) return;
    let last = this.#last;
    const lines = transitions.map((transition) => {
      const whole = { ...transition, episode: this.episode };
      checkTransition(this.#header, whole, last);
      last = whole;
      return encodeTransition(whole);
    });
    this.#write(lines.join("\n"));
    this.#last = last;
  }

  close(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #truncate(length: number): void {
    this.#file.truncateSync(length);
    this.#file.seekSync(0, Deno.SeekMode.End);
  }

  #write(lines: string): void {
    let bytes = new TextEncoder().encode(`${lines}\n`);
    while (bytes.length > 0) bytes = bytes.subarray(this.#file.writeSync(bytes));
    this.#file.syncDataSync();
  }
}

function readAll(file: Deno.FsFile): Uint8Array {
  const bytes = new Uint8Array(file.statSync().size);
  let end = 0;
  while (end < bytes.length) {
    const read = file.readSync(bytes.subarray(end));
    if (read === null) break;
    end += read;
  }
  return bytes.subarray(0, end);
}

/** A file without a whole line is overwritten only if it holds nothing but the start of a header. */
function requireOwnStart(bytes: Uint8Array, path: string, header: ExperienceHeader): void {
  if (encodeHeader(header).startsWith(new TextDecoder().decode(bytes))) return;
  throw new InputError("Cannot write a log of decisions over a file of another kind", {
    where: path,
    remedy: "name a new file",
  });
}

function requireSameHeader(found: ExperienceHeader, header: ExperienceHeader, path: string): void {
  if (encodeHeader(found) === encodeHeader(header)) return;
  throw new InputError("Cannot go on with a log of other decisions", {
    where: `${path}, line 1`,
    remedy: "name a new file for another instrument, feature set, size or behaviour",
  });
}

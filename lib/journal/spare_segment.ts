import { createHash } from "node:crypto";
import { explainStorageError } from "../db/mod.ts";

/** What was last known to be kept in the journal. */
export interface Anchor {
  /** Number of its last entry. */
  readonly sequence: number;
  /** Its hash, in hexadecimal. */
  readonly hash: string;
}

/** An entry that went first, as text with its number. */
export interface SpareNote {
  /** Rising by 1 over the life of a journal. */
  readonly number: number;
  /** JSON of the prepared entry. */
  readonly text: string;
}

const MAGIC = "TRADING-AI SPARE 1\n";
/** The header; notes follow. */
const HEADER_BYTES = 4_096;
/** The two places of the anchor, in sectors of their own: one is whole whatever happens. */
const ANCHOR_AT = [512, 1_024] as const;
const HASH_BYTES = 32, MARK_BYTES = 8;
const ANCHOR_BYTES = 8 + HASH_BYTES + MARK_BYTES;
/** Length, number and hash before the text of a note. */
const NOTE_BYTES = 4 + 8 + HASH_BYTES;
const ZEROS = new Uint8Array(65_536);

/**
 * A file whose whole length was written when it was made, so that writing into it needs no room on
 * the disk and no lock of a database. It holds the notes that the journal has not taken in yet, and
 * the last number that the journal had: a journal that ends before it has lost its tail.
 *
 * Notes are synced, the anchor is not: it may lag after a power cut, but never lead.
 */
export class SpareSegment implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #bytes: number;
  /** Where the next note goes. */
  #end = HEADER_BYTES;
  #anchorAt: 0 | 1 = 0;

  private constructor(file: Deno.FsFile, path: string, bytes: number) {
    this.#file = file;
    this.#path = path;
    this.#bytes = bytes;
  }

  /**
   * Opens the file, or makes it.
   *
   * @param bytes what it takes on the disk; a longer one keeps its length
   * @throws {InputError} when there is no room for it
   */
  static open(path: string, bytes: number): SpareSegment {
    try {
      const file = Deno.openSync(path, { read: true, write: true, create: true });
      try {
        return new SpareSegment(file, path, allocate(file, bytes));
      } catch (error) {
        file.close();
        throw error;
      }
    } catch (error) {
      throw explainStorageError(error, path);
    }
  }

  /**
   * Notes beyond a number, oldest first; what is written next goes behind them.
   *
   * @param after number of the last one that the journal has
   */
  notesAfter(after: number): SpareNote[] {
    const bytes = readAt(this.#file, 0, this.#bytes);
    const notes = notesIn(bytes, after);
    this.#end = notes.reduce((end, { text }) => end + NOTE_BYTES + byteLength(text), HEADER_BYTES);
    return notes;
  }

  /**
   * Writes a note and waits for the disk.
   *
   * @returns false when it does not fit any more
   * @throws {InputError} when the disk fails
   */
  write({ number, text }: SpareNote): boolean {
    const body = new TextEncoder().encode(text);
    if (this.#end + NOTE_BYTES + body.length > this.#bytes) return false;
    const bytes = new Uint8Array(NOTE_BYTES + body.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, body.length);
    view.setBigUint64(4, BigInt(number));
    bytes.set(noteHash(number, body), 12);
    bytes.set(body, NOTE_BYTES);
    try {
      this.#file.seekSync(this.#end, Deno.SeekMode.Start);
      writeAll(this.#file, bytes);
      this.#file.syncDataSync();
    } catch (error) {
      throw explainStorageError(error, this.#path);
    }
    this.#end += bytes.length;
    return true;
  }

  /** The journal has every note: the next one is written over the first. */
  restart(): void {
    this.#end = HEADER_BYTES;
  }

  /** Notes what the journal has; without waiting for the disk. */
  setAnchor({ hash, sequence }: Anchor): void {
    const bytes = new Uint8Array(ANCHOR_BYTES);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(sequence));
    bytes.set(Uint8Array.fromHex(hash), 8);
    view.setBigUint64(8 + HASH_BYTES, markOf(view));
    this.#file.seekSync(ANCHOR_AT[this.#anchorAt], Deno.SeekMode.Start);
    writeAll(this.#file, bytes);
    this.#anchorAt = this.#anchorAt === 0 ? 1 : 0;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * What the file says the journal had last; null when it never said so, or is not there.
 *
 * @throws {InputError} when it cannot be read
 */
export function readAnchor(path: string): Anchor | null {
  try {
    using file = Deno.openSync(path);
    const bytes = readAt(file, 0, HEADER_BYTES);
    const anchors = ANCHOR_AT.flatMap((at) => anchorIn(bytes.subarray(at, at + ANCHOR_BYTES)));
    return anchors.toSorted((a, b) => b.sequence - a.sequence)[0] ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainStorageError(error, path);
  }
}

/** Writes every byte of it once, so that the disk has given the room; its length. */
function allocate(file: Deno.FsFile, wanted: number): number {
  const length = file.statSync().size;
  for (let at = length; at < wanted; at += ZEROS.length) {
    file.seekSync(at, Deno.SeekMode.Start);
    writeAll(file, ZEROS.subarray(0, Math.min(ZEROS.length, wanted - at)));
  }
  if (length < wanted) {
    file.seekSync(0, Deno.SeekMode.Start);
    writeAll(file, new TextEncoder().encode(MAGIC));
    file.syncSync();
  }
  return Math.max(length, wanted);
}

/** Notes follow one another by number: what is left of older ones behind them does not. */
function notesIn(bytes: Uint8Array, after: number): SpareNote[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes: SpareNote[] = [];
  for (let at = HEADER_BYTES; at + NOTE_BYTES <= bytes.length;) {
    const length = view.getUint32(at), number = Number(view.getBigUint64(at + 4));
    const body = bytes.subarray(at + NOTE_BYTES, at + NOTE_BYTES + length);
    const isNext = number === after + notes.length + 1;
    if (length === 0 || body.length < length || !isNext) break;
    const hash = bytes.subarray(at + 12, at + NOTE_BYTES);
    if (!isSame(hash, noteHash(number, body))) break;
    notes.push({ number, text: new TextDecoder().decode(body) });
    at += NOTE_BYTES + length;
  }
  return notes;
}

function anchorIn(bytes: Uint8Array): Anchor[] {
  if (bytes.length < ANCHOR_BYTES) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sequence = Number(view.getBigUint64(0));
  const isWhole = view.getBigUint64(8 + HASH_BYTES) === markOf(view);
  return sequence > 0 && isWhole
    ? [{ sequence, hash: bytes.slice(8, 8 + HASH_BYTES).toHex() }]
    : [];
}

/** Of the number and the hash of an anchor: what tells a whole one from one that was cut off. */
function markOf(view: DataView): bigint {
  let mark = 0n;
  for (let at = 0; at < 8 + HASH_BYTES; at += 8) mark ^= view.getBigUint64(at);
  return mark;
}

function noteHash(number: number, body: Uint8Array): Uint8Array {
  return createHash("sha256").update(`${number}\n`).update(body).digest();
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function readAt(file: Deno.FsFile, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(at, Deno.SeekMode.Start);
  let read = 0;
  while (read < length) {
    const got = file.readSync(bytes.subarray(read));
    if (got === null) break;
    read += got;
  }
  return bytes.subarray(0, read);
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

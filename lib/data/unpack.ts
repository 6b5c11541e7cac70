import { crc32, gunzipSync, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { InputError } from "../core/mod.ts";
import { jsonToCsv } from "./json_bars.ts";

/** The file inside an archive, as the readers take it. */
export interface Unpacked {
  readonly bytes: Uint8Array;
  /** Name of the file inside, without folders. */
  readonly name: string;
  /** What was unpacked or converted, as plain sentences. */
  readonly notes: readonly string[];
}

/** Larger files are not unpacked: nobody's bars are, and a bomb is. */
const MOST_BYTES = 4 * 2 ** 30;
/** Text compresses no better than this; more is a bomb. */
const MOST_RATIO = 200;
const MOST_DEPTH = 3;
const SMALL = 64 * 2 ** 20;

/**
 * Unpacks gzip, zstd and zip files, and turns UTF-16 and JSON into text in UTF-8 with commas. A
 * file that is none of these comes back as it is.
 *
 * @param bytes the whole file
 * @param name its name without folders
 * @param depth archives around this one
 * @throws {InputError} for a damaged archive, one that swells beyond reason, or a zip file that
 * holds no file of bars or several
 */
export function unpack(bytes: Uint8Array, name: string, depth = 0): Unpacked {
  if (depth > MOST_DEPTH) return { bytes, name, notes: [] };
  const starts = (...magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0x1f, 0x8b)) return inner(bytes, name, "gzip", gunzipSync, depth);
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) {
    requireWholeFrames(bytes, name);
    return inner(bytes, name, "zstd", zstdDecompressSync, depth);
  }
  if (starts(0x50, 0x4b, 0x03, 0x04)) return unzip(bytes, name, depth);
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) {
    const text = new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
    const note = "The text is UTF-16; it was read as such.";
    return { bytes: new TextEncoder().encode(text), name, notes: [note] };
  }
  const table = jsonToCsv(bytes);
  return table === null ? { bytes, name, notes: [] } : {
    bytes: table,
    name,
    notes: ["The file is JSON; its objects were read as rows."],
  };
}

type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

function inner(
  bytes: Uint8Array,
  name: string,
  kind: string,
  inflate: Inflate,
  depth: number,
): Unpacked {
  const content = inflated(bytes, name, kind, inflate);
  const found = unpack(content, name.replace(/\.(gz|zst|zstd)$/i, ""), depth + 1);
  return { ...found, notes: [`The file was unpacked from ${kind}.`, ...found.notes] };
}

function inflated(bytes: Uint8Array, name: string, kind: string, inflate: Inflate): Uint8Array {
  const most = Math.min(MOST_BYTES, Math.max(SMALL, bytes.length * MOST_RATIO));
  try {
    return new Uint8Array(inflate(bytes, { maxOutputLength: most }));
  } catch (cause) {
    const tooLarge = cause instanceof Error && "code" in cause &&
      cause.code === "ERR_BUFFER_TOO_LARGE";
    throw new InputError(
      tooLarge
        ? `Cannot unpack the ${kind} file: it swells to over ${most / 2 ** 20} MB`
        : `Cannot unpack the ${kind} file: it is damaged`,
      { where: name, remedy: tooLarge ? "unpack it yourself" : "copy it again", cause },
    );
  }
}

/**
 * The decoder takes a cut file for a short one: the frames are followed to their ends first
 * (RFC 8878, section 3.1.1).
 *
 * @throws {InputError} when the last frame is not complete
 */
function requireWholeFrames(bytes: Uint8Array, name: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (let at = 0; at < bytes.length;) {
      const magic = view.getUint32(at, true);
      if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_FRAME) {
        at += 8 + view.getUint32(at + 4, true);
        continue;
      }
      const descriptor = view.getUint8(at + 4);
      const single = (descriptor >> 5) & 1;
      const dictionary = [0, 1, 2, 4][descriptor & 3]!;
      const size = descriptor >> 6 === 0 ? single : 1 << (descriptor >> 6);
      at += 5 + (1 - single) + dictionary + size;
      for (let last = 0; last === 0;) {
        const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
        last = block & 1;
        at += 3 + (((block >> 1) & 3) === RUN_BLOCK ? 1 : block >> 3);
      }
      at += (descriptor >> 2) & 1 ? 4 : 0;
      if (at > bytes.length) throw new RangeError("the frame ends behind the file");
    }
  } catch (cause) {
    throw new InputError("Cannot unpack the zstd file: it is damaged", {
      where: name,
      remedy: "copy it again",
      cause,
    });
  }
}

const SKIPPABLE_FRAME = 0x184d2a50;
const RUN_BLOCK = 1;

/** A file of a zip archive's directory. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly start: number;
}

/** The one file of bars in a zip archive (PKWARE's APPNOTE: central directory, sections 4.3-4.4). */
function unzip(bytes: Uint8Array, name: string, depth: number): Unpacked {
  const entries = directory(bytes, name);
  const bars = entries.filter((entry) => /\.(csv|txt|json|parquet|pq)$/i.test(entry.name));
  const named = bars.filter((entry) => !/\.txt$/i.test(entry.name));
  // HistData.com puts a report of gaps as text beside the one file of bars.
  const [found, ...others] = named.length > 0 ? named : bars;
  if (found === undefined || others.length > 0) {
    const names = entries.map((entry) => entry.name);
    throw new InputError(
      `Cannot take one file of bars from the archive: it holds ${
        names.length === 0 ? "nothing" : names.slice(0, 5).join(", ")
      }${names.length > 5 ? ` and ${names.length - 5} more` : ""}`,
      { where: name, remedy: "unpack it and name one file" },
    );
  }
  const packed = bytes.subarray(found.start, found.start + found.packed);
  const content = found.method === 0 ? packed : inflated(packed, name, "zip", inflateRawSync);
  if (crc32(content) !== found.checksum) {
    throw new InputError("Cannot unpack the zip file: it is damaged", {
      where: name,
      remedy: "copy it again",
    });
  }
  const inside = unpack(content, found.name.split("/").at(-1)!, depth + 1);
  return { ...inside, notes: [`${found.name} was unpacked from zip.`, ...inside.notes] };
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_SIZE = 22;

function directory(bytes: Uint8Array, name: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (): InputError =>
    new InputError("Cannot read the zip file: its directory is damaged", {
      where: name,
      remedy: "copy it again",
    });
  const lowest = Math.max(0, bytes.length - END_SIZE - 0xffff);
  let end = bytes.length - END_SIZE;
  while (end >= lowest && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < lowest) throw damaged();
  const entries: Entry[] = [];
  const decoder = new TextDecoder();
  try {
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== DIRECTORY_ENTRY) throw damaged();
      const nameLength = view.getUint16(at + 28, true);
      const header = view.getUint32(at + 42, true);
      const file = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
      if (!file.endsWith("/") && !/(^|\/)(__MACOSX\/|\._)/.test(file)) {
        entries.push({
          name: file,
          method: view.getUint16(at + 10, true),
          checksum: view.getUint32(at + 16, true),
          packed: view.getUint32(at + 20, true),
          start: header + 30 + view.getUint16(header + 26, true) +
            view.getUint16(header + 28, true),
        });
      }
      at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    throw error instanceof RangeError ? damaged() : error;
  }
  return entries;
}

/** Files from which only their end is read again; shorter ones are read whole. */
const HEAD_BYTES = 1 << 20;
const NEWLINE = 10;

/** A part of a text file that a loader can read. */
export interface Excerpt {
  /** Its beginning, and whole lines up to the last one that is finished. */
  readonly bytes: Uint8Array;
  /** Bytes of the file up to the end of the last finished line. */
  readonly end: number;
  /** Lines of the excerpt that were new since `from`, at its end. */
  readonly newLines: number;
  /** Lines of its beginning that are not followed by those behind them in the file. */
  readonly headLines: number;
}

/**
 * The beginning of a text file, by which it is understood, and its end from well before `from`; no
 * line that is still being written.
 *
 * @param from bytes that are known
 * @param size of the file
 */
export function readExcerpt(file: Deno.FsFile, from: number, size: number): Excerpt {
  if (size <= 2 * HEAD_BYTES || from <= 2 * HEAD_BYTES) {
    const all = wholeLines(readSpan(file, 0, size));
    const newLines = lineEnds(all, Math.min(from, all.length));
    return { bytes: all, end: all.length, newLines, headLines: 0 };
  }
  const head = wholeLines(readSpan(file, 0, HEAD_BYTES));
  const start = from - HEAD_BYTES;
  const span = readSpan(file, start, size - start);
  // It begins within a line, but for those that end just before it.
  const first = span.indexOf(NEWLINE) + 1;
  const tail = wholeLines(span.subarray(first));
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  const known = from - start - first;
  return {
    bytes,
    end: start + first + tail.length,
    newLines: lineEnds(tail, Math.min(known, tail.length)),
    headLines: lineEnds(head),
  };
}

/** Numbers of lines, from 1, taken out of a text. */
export function withoutLines(bytes: Uint8Array, lines: ReadonlySet<number>): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let size = 0, line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const at = bytes.indexOf(NEWLINE, start);
    const end = at < 0 ? bytes.length : at + 1;
    if (!lines.has(line)) {
      kept.set(bytes.subarray(start, end), size);
      size += end - start;
    }
    start = end;
  }
  return kept.subarray(0, size);
}

/** Ends of lines from a position on. */
export function lineEnds(bytes: Uint8Array, from = 0): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

function wholeLines(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
}

/** Bytes of a file from a position on, or what there is of them. */
export function readSpan(file: Deno.FsFile, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(from, Deno.SeekMode.Start);
  let size = 0;
  while (size < length) {
    const read = file.readSync(bytes.subarray(size));
    if (read === null) break;
    size += read;
  }
  return bytes.subarray(0, size);
}

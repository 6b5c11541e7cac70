import { formatPatch, OMIT_HEADERS, structuredPatch } from "diff";
import type { FileContent, FileStep, Rename } from "./file_step.ts";
import { bytesToLatin, latinToBytes } from "./text_format.ts";

/** One file of a patch: a step, or the two steps of a rename as one. */
export interface PatchedFile {
  /** Path before; null for a new file. */
  readonly from: string | null;
  /** Path afterwards; null for a deleted file. */
  readonly to: string | null;
  /** Content before. */
  readonly before: FileContent | null;
  /** Content afterwards. */
  readonly after: FileContent | null;
}

/** A run of changed lines with a few unchanged ones around them. */
export interface Hunk {
  /** Number of its first line before, counted from 1. */
  oldStart: number;
  /** Lines before. */
  oldLines: number;
  /** Number of its first line afterwards, counted from 1. */
  newStart: number;
  /** Lines afterwards. */
  newLines: number;
  /** Lines with a space, a plus or a minus in front. */
  lines: string[];
}

/** Edits beyond this many lines are shown as the whole file replaced: the search is quadratic. */
const MOST_EDITED_LINES = 4_000;
const CONTEXT_LINES = 3;

/** The files of a patch in path order, each rename one file. */
export function patchedFiles(
  steps: readonly FileStep<FileContent>[],
  renames: readonly Rename[],
): readonly PatchedFile[] {
  const byPath = new Map(steps.map((step) => [step.path, step]));
  const targets = new Map(renames.map(({ from, to }) => [to, from]));
  const sources = new Set(renames.map(({ from }) => from));
  return steps.filter(({ path }) => !sources.has(path)).map(({ path, before, after }) => {
    const from = targets.get(path);
    return from === undefined
      ? { from: before && path, to: after && path, before, after }
      : { from, to: path, before: byPath.get(from)!.before, after };
  });
}

/**
 * The hunks between two contents. Lines are those of the stored bytes, one character for each
 * byte, so that no encoding can be damaged.
 */
export function contentHunks(
  before: Uint8Array,
  after: Uint8Array,
): Hunk[] {
  const [old, current] = [bytesToLatin(before), bytesToLatin(after)];
  const options = { context: CONTEXT_LINES, maxEditLength: MOST_EDITED_LINES };
  const patch = structuredPatch("", "", old, current, undefined, undefined, options);
  return patch?.hunks ?? [wholeHunk(old, current)];
}

/**
 * One patch for all files, in the extended form that `git apply` and GNU `patch` take forward and
 * reversed: new, changed, deleted and renamed files, permissions to run, any encoding.
 */
export async function createPatch(files: readonly PatchedFile[]): Promise<Uint8Array> {
  const parts: string[] = [];
  for (const file of files) {
    const hunks = contentHunks(file.before?.content ?? EMPTY, file.after?.content ?? EMPTY);
    parts.push(...await headerLines(file), ...hunkHeader(file, hunks.length), hunkText(hunks));
  }
  return latinToBytes(parts.join(""));
}

const EMPTY = new Uint8Array();

async function headerLines({ from, to, before, after }: PatchedFile): Promise<string[]> {
  const [oldMode, newMode] = [gitMode(before), gitMode(after)];
  const lines = [`diff --git ${quoted("a/", from ?? to!)} ${quoted("b/", to ?? from!)}`];
  if (before === null) lines.push(`new file mode ${newMode}`);
  else if (after === null) lines.push(`deleted file mode ${oldMode}`);
  else if (oldMode !== newMode) lines.push(`old mode ${oldMode}`, `new mode ${newMode}`);
  if (from !== null && to !== null && from !== to) {
    lines.push(`rename from ${quoted("", from)}`, `rename to ${quoted("", to)}`);
  }
  const [oldBlob, newBlob] = [await blobId(before), await blobId(after)];
  const mode = oldMode === newMode ? ` ${oldMode}` : "";
  if (oldBlob !== newBlob) lines.push(`index ${oldBlob}..${newBlob}${mode}`);
  return lines.map((line) => `${line}\n`);
}

function hunkHeader({ from, to }: PatchedFile, hunks: number): string[] {
  if (hunks === 0) return [];
  const name = (prefix: string, path: string | null): string => {
    if (path === null) return "/dev/null";
    const text = quoted(prefix, path);
    // A tab ends a name that holds spaces.
    return text.includes(" ") && !text.startsWith('"') ? `${text}\t` : text;
  };
  return [`--- ${name("a/", from)}\n`, `+++ ${name("b/", to)}\n`];
}

function hunkText(hunks: Hunk[]): string {
  if (hunks.length === 0) return "";
  return formatPatch(
    { oldFileName: "", newFileName: "", oldHeader: "", newHeader: "", hunks },
    OMIT_HEADERS,
  );
}

function wholeHunk(before: string, after: string): Hunk {
  const lines = (text: string, sign: string): string[] => {
    if (text === "") return [];
    const ended = text.endsWith("\n");
    const body = (ended ? text.slice(0, -1) : text).split("\n").map((line) => sign + line);
    return ended ? body : [...body, "\\ No newline at end of file"];
  };
  const count = (signed: readonly string[]): number =>
    signed.filter((line) => !line.startsWith("\\")).length;
  const [removed, added] = [lines(before, "-"), lines(after, "+")];
  return {
    oldStart: 1,
    oldLines: count(removed),
    newStart: 1,
    newLines: count(added),
    lines: [...removed, ...added],
  };
}

function gitMode(version: FileContent | null): string {
  return version === null ? "000000" : (version.mode & 0o100) === 0 ? "100644" : "100755";
}

/** Git's name of a content: SHA-1 over a short header and the bytes. */
async function blobId(version: FileContent | null): Promise<string> {
  if (version === null) return "0".repeat(40);
  const header = new TextEncoder().encode(`blob ${version.bytes}\0`);
  const bytes = new Uint8Array(header.length + version.bytes);
  bytes.set(header);
  bytes.set(version.content, header.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toHex();
}

/** A path as git quotes it: in C style when it holds anything but plain ASCII. */
function quoted(prefix: string, path: string): string {
  const name = bytesToLatin(new TextEncoder().encode(prefix + path));
  if (!/["\\\x80-\xff]/.test(name)) return name;
  const escaped = name.replace(/["\\]/g, "\\$&").replace(
    /[\x80-\xff]/g,
    (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `"${escaped}"`;
}

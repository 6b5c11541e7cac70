import { sha256Hex } from "../core/mod.ts";

/** What is recorded about one version of a file. */
export interface FileVersion {
  /** Of the content, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Permission bits. */
  readonly mode: number;
  /** Time of the last change, epoch milliseconds; null for a version that is yet to be written. */
  readonly modifiedMs: number | null;
}

/** One version of a file with its content. */
export interface FileContent extends FileVersion {
  /** The content. */
  readonly content: Uint8Array;
}

/** One file that goes from one version to another; null where there is no file. */
export interface FileStep<Version extends FileVersion = FileVersion> {
  /** Relative to the tree, forward slashes. */
  readonly path: string;
  /** What must be there before. */
  readonly before: Version | null;
  /** What is there afterwards. */
  readonly after: Version | null;
}

/** A file that keeps its content, in whole or in part, under another name. */
export interface Rename {
  /** Path before. */
  readonly from: string;
  /** Path afterwards. */
  readonly to: string;
}

/** Mode of a file that nobody can run. */
export const PLAIN_MODE = 0o644;

/** Mode of a program. */
export const PROGRAM_MODE = 0o755;

/** A version made of its content. */
export async function fileContent(
  content: Uint8Array,
  mode: number,
  modifiedMs: number | null = null,
): Promise<FileContent> {
  return { sha256: await sha256Hex(content), bytes: content.length, mode, modifiedMs, content };
}

/** The version without its content, as the log keeps it. */
export function withoutContent({ sha256, bytes, mode, modifiedMs }: FileVersion): FileVersion {
  return { sha256, bytes, mode, modifiedMs };
}

/** True when content and permissions agree, or when both are no file. The time does not count. */
export function isSameVersion(one: FileVersion | null, other: FileVersion | null): boolean {
  if (one === null || other === null) return one === other;
  return one.sha256 === other.sha256 && one.mode === other.mode;
}

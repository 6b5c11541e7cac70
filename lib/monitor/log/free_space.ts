import { statfsSync } from "node:fs";

/**
 * Bytes that are left for this process on the disk of a path; null where that may not be asked
 * (`sys: ["statfs"]`), or the system cannot tell.
 */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

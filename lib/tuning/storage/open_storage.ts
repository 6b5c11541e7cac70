import type { Clock } from "../../core/mod.ts";
import { sendHeartbeats } from "./heartbeat_sender.ts";
import { openSqlDatabase } from "../../db/mod.ts";
import { openRelationalStorage } from "./relational_storage.ts";
import type { StudyStorage } from "./storage.ts";

/** How a worker uses a storage. */
export interface StorageOptions {
  /**
   * Seconds between the heartbeats of the trials that this worker takes. A thread of its own sends
   * them, so an objective that computes for minutes without a pause is not taken for dead; and a
   * trial has its first one from the transaction on in which it was taken, where in Optuna a worker
   * killed before its first heartbeat leaves a trial that runs for ever. @default none
   */
  readonly heartbeatSeconds?: number;
}

/**
 * Opens the storage that a URL names, as Optuna writes it: `sqlite:///studies.db`,
 * `postgresql://user:password@host:port/database`, or the plain path of a SQLite file. A file or
 * database without tables gets them.
 *
 * @param clock stamps the trials' start and end
 * @throws {InputError} when the URL is of neither kind, the file cannot be opened or is locked, the
 * server does not answer or refuses, or the tables are of another revision
 * @throws {CorruptArtifactError} when the file is no SQLite database
 * @example
 * ```ts
 * import { openStorage } from "./open_storage.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * await using storage = await openStorage("sqlite:///:memory:", { now: () => 0 });
 * const study = await storage.createStudy("depth", ["maximize"]);
 * assertEquals(await storage.findStudy("depth"), study);
 * ```
 */
export async function openStorage(
  url: string,
  clock: Clock,
  options: StorageOptions = {},
): Promise<StudyStorage> {
  const { heartbeatSeconds } = options;
  const heartbeats = heartbeatSeconds === undefined ? null : sendHeartbeats(url, heartbeatSeconds);
  try {
    return await openRelationalStorage(await openSqlDatabase(url), clock, heartbeats);
  } catch (error) {
    heartbeats?.[Symbol.dispose]();
    throw error;
  }
}

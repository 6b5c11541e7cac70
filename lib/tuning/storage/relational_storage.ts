import type { Clock, Distribution, JsonValue } from "../../core/mod.ts";
import type { AttributeKind, Attributes, FinishedState, Trial, TrialTemplate } from "../trial.ts";
import type { HeartbeatSender } from "./heartbeat_sender.ts";
import { insertHeartbeat, selectStaleTrials } from "./heartbeats.ts";
import { insertTemplate } from "./insert_template.ts";
import { openSchema } from "./open_schema.ts";
import type { SqlConnection, SqlDatabase } from "../../db/mod.ts";
import type { Direction, StudyEntry, StudyStorage, TrialKey } from "./storage.ts";
import { toStoredTime } from "./stored_values.ts";
import {
  deleteStudy,
  insertStudy,
  selectDirections,
  selectStudies,
  selectStudyAttributes,
  selectStudyId,
  upsertStudyAttribute,
} from "./study_rows.ts";
import { TrialCache } from "./trial_cache.ts";
import {
  claimWaitingTrial,
  finishTrial,
  hasTrial,
  insertIntermediateValue,
  insertParameter,
  insertValues,
  upsertTrialAttribute,
} from "./write_trials.ts";

/** Studies, enqueued trials and results outlive a power cut as soon as the caller hears of them. */
const SYNCED = { synced: true };

/** What the port says, in statements of `study_rows.ts`, `write_trials.ts` and `read_trials.ts`. */
class RelationalStorage implements StudyStorage {
  readonly #database: SqlDatabase;
  readonly #clock: Clock;
  readonly #heartbeats: HeartbeatSender | null;
  readonly #caches = new Map<number, TrialCache>();

  constructor(database: SqlDatabase, clock: Clock, heartbeats: HeartbeatSender | null) {
    this.#database = database;
    this.#clock = clock;
    this.#heartbeats = heartbeats;
  }

  createStudy(name: string, directions: readonly Direction[]): Promise<number | null> {
    return this.#database.transaction(
      (connection) => insertStudy(connection, name, directions),
      SYNCED,
    );
  }

  findStudy(name: string): Promise<number | null> {
    return selectStudyId(this.#database, name);
  }

  studies(): Promise<readonly StudyEntry[]> {
    return selectStudies(this.#database);
  }

  async directions(studyId: number): Promise<readonly Direction[]> {
    const directions = await selectDirections(this.#database, studyId);
    return directions.length > 0 ? directions : missing("study", studyId);
  }

  async deleteStudy(studyId: number): Promise<void> {
    await this.#database.transaction((connection) => deleteStudy(connection, studyId));
    this.#caches.delete(studyId);
  }

  studyAttributes(kind: AttributeKind, studyId: number): Promise<Attributes> {
    return selectStudyAttributes(this.#database, kind, studyId);
  }

  setStudyAttribute(
    kind: AttributeKind,
    studyId: number,
    key: string,
    value: JsonValue,
  ): Promise<void> {
    return upsertStudyAttribute(this.#database, kind, studyId, key, value);
  }

  async createTrial(
    studyId: number,
    template: TrialTemplate = { state: "RUNNING" },
  ): Promise<TrialKey> {
    const now = this.#now();
    const insert = (connection: SqlConnection) =>
      insertTemplate(connection, studyId, template, now);
    const key = template.state === "RUNNING"
      ? await this.#take(insert)
      : await this.#database.transaction(insert, SYNCED);
    return key ?? missing("study", studyId);
  }

  claimWaitingTrial(studyId: number): Promise<TrialKey | null> {
    const now = this.#now();
    return this.#take((connection) => claimWaitingTrial(connection, studyId, now));
  }

  setParameter(
    trialId: number,
    name: string,
    distribution: Distribution,
    value: number,
  ): Promise<boolean> {
    return this.#known(
      trialId,
      insertParameter(this.#database, trialId, name, distribution, value),
    );
  }

  setIntermediateValue(trialId: number, step: number, value: number): Promise<boolean> {
    return this.#known(trialId, insertIntermediateValue(this.#database, trialId, step, value));
  }

  setTrialAttribute(
    kind: AttributeKind,
    trialId: number,
    key: string,
    value: JsonValue,
  ): Promise<boolean> {
    return this.#known(trialId, upsertTrialAttribute(this.#database, kind, trialId, key, value));
  }

  finishTrial(
    trialId: number,
    state: FinishedState,
    values: readonly number[] | null,
  ): Promise<boolean> {
    const now = this.#now();
    this.#heartbeats?.end(trialId);
    const finished = this.#database.transaction(async (connection) => {
      if (!await finishTrial(connection, trialId, state, now)) return false;
      await insertValues(connection, trialId, values ?? []);
      return true;
    }, SYNCED);
    return this.#known(trialId, finished);
  }

  trials(studyId: number): Promise<readonly Trial[]> {
    const cache = this.#caches.get(studyId) ?? new TrialCache(studyId);
    this.#caches.set(studyId, cache);
    return cache.read(this.#database);
  }

  recordHeartbeat(trialId: number): Promise<void> {
    return insertHeartbeat(this.#database, trialId);
  }

  staleTrials(studyId: number, graceSeconds: number): Promise<readonly number[]> {
    return selectStaleTrials(this.#database, studyId, graceSeconds);
  }

  close(): Promise<void> {
    this.#heartbeats?.[Symbol.dispose]();
    return this.#database.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A trial that is ours to run; its first heartbeat is in the transaction that makes it ours. */
  async #take(
    begin: (connection: SqlConnection) => Promise<TrialKey | null>,
  ): Promise<TrialKey | null> {
    const key = await this.#database.transaction(async (connection) => {
      const taken = await begin(connection);
      if (taken !== null && this.#heartbeats !== null) await insertHeartbeat(connection, taken.id);
      return taken;
    });
    if (key !== null) this.#heartbeats?.begin(key.id);
    return key;
  }

  #now(): string {
    return toStoredTime(this.#clock.now());
  }

  /** A change that did not happen: the trial has finished, or there is no such trial. */
  async #known(trialId: number, change: Promise<boolean>): Promise<boolean> {
    if (await change) return true;
    return await hasTrial(this.#database, trialId) ? false : missing("trial", trialId);
  }
}

/**
 * Keeps studies in Optuna's own tables, which are made if need be, in SQLite or PostgreSQL; Python's
 * Optuna may work on them at the same time.
 *
 * @param database the storage's own from now on; closed when it cannot be used
 * @param heartbeats sends them for the trials that this worker takes
 * @throws {InputError} when the tables are of another revision of the schema or another program's
 * @example
 * ```ts
 * import { openRelationalStorage } from "./relational_storage.ts";
 * import { openSqliteDatabase } from "../../db/sqlite_database.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const clock = { now: () => 0 };
 * await using storage = await openRelationalStorage(openSqliteDatabase(":memory:"), clock);
 * const study = (await storage.createStudy("depth", ["minimize"]))!;
 * const { id } = await storage.createTrial(study);
 * await storage.finishTrial(id, "COMPLETE", [0.25]);
 * assertEquals((await storage.trials(study))[0]?.values, [0.25]);
 * ```
 */
export async function openRelationalStorage(
  database: SqlDatabase,
  clock: Clock,
  heartbeats: HeartbeatSender | null = null,
): Promise<StudyStorage> {
  try {
    await openSchema(database);
    return new RelationalStorage(database, clock, heartbeats);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function missing(what: "study" | "trial", id: number): never {
  throw new RangeError(`Cannot find ${what} ${id} in this storage`);
}

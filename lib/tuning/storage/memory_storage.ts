import { type Clock, type Distribution, type JsonValue, toExternal } from "../../core/mod.ts";
import {
  type AttributeKind,
  type Attributes,
  type FinishedState,
  isFinished,
  type Trial,
  type TrialTemplate,
} from "../trial.ts";
import type { Direction, StudyEntry, StudyStorage, TrialKey } from "./storage.ts";

interface MemoryStudy extends StudyEntry {
  readonly attributes: Readonly<Record<AttributeKind, Map<string, JsonValue>>>;
  /** By number. */
  readonly trials: Trial[];
  /** Lowest number that may wait. */
  waitingFrom: number;
}

/**
 * Keeps studies in the memory of this process.
 *
 * @example
 * ```ts
 * import { MemoryStorage } from "./memory_storage.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const storage = new MemoryStorage({ now: () => 0 });
 * const study = storage.createStudy("depth", ["minimize"])!;
 * const { id } = storage.createTrial(study);
 * storage.finishTrial(id, "COMPLETE", [0.25]);
 * assertEquals(storage.trials(study)[0]?.values, [0.25]);
 * ```
 */
export class MemoryStorage implements StudyStorage {
  readonly #clock: Clock;
  readonly #studies = new Map<number, MemoryStudy>();
  /** By trial id. */
  readonly #places = new Map<number, { readonly study: MemoryStudy; readonly number: number }>();
  readonly #heartbeats = new Map<number, number>();
  #studyCount = 0;
  #trialCount = 0;

  /** Starts empty. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** See {@linkcode StudyStorage}. */
  createStudy(name: string, directions: readonly Direction[]): number | null {
    if (this.findStudy(name) !== null) return null;
    const id = ++this.#studyCount;
    const attributes = { user: new Map(), system: new Map() };
    this.#studies.set(id, { id, name, directions, attributes, trials: [], waitingFrom: 0 });
    return id;
  }

  /** See {@linkcode StudyStorage}. */
  findStudy(name: string): number | null {
    for (const study of this.#studies.values()) if (study.name === name) return study.id;
    return null;
  }

  /** See {@linkcode StudyStorage}. */
  studies(): readonly StudyEntry[] {
    return [...this.#studies.values()].map(({ id, name, directions }) => ({
      id,
      name,
      directions,
    }));
  }

  /** See {@linkcode StudyStorage}. */
  directions(studyId: number): readonly Direction[] {
    return this.#study(studyId).directions;
  }

  /** See {@linkcode StudyStorage}. */
  deleteStudy(studyId: number): void {
    for (const { id } of this.#study(studyId).trials) {
      this.#places.delete(id);
      this.#heartbeats.delete(id);
    }
    this.#studies.delete(studyId);
  }

  /** See {@linkcode StudyStorage}. */
  studyAttributes(kind: AttributeKind, studyId: number): Attributes {
    return Object.fromEntries(this.#study(studyId).attributes[kind]);
  }

  /** See {@linkcode StudyStorage}. */
  setStudyAttribute(kind: AttributeKind, studyId: number, key: string, value: JsonValue): void {
    this.#study(studyId).attributes[kind].set(key, value);
  }

  /** See {@linkcode StudyStorage}. */
  createTrial(studyId: number, template: TrialTemplate = { state: "RUNNING" }): TrialKey {
    const study = this.#study(studyId);
    const key = { id: ++this.#trialCount, number: study.trials.length };
    const now = this.#clock.now();
    const { state } = template;
    study.trials.push({
      ...key,
      values: null,
      params: {},
      distributions: {},
      intermediateValues: new Map(),
      userAttributes: {},
      systemAttributes: {},
      startedAt: state === "WAITING" ? null : now,
      completedAt: isFinished(state) ? now : null,
      ...template,
    });
    if (state === "WAITING") study.waitingFrom = Math.min(study.waitingFrom, key.number);
    this.#places.set(key.id, { study, number: key.number });
    return key;
  }

  /** See {@linkcode StudyStorage}. */
  claimWaitingTrial(studyId: number): TrialKey | null {
    const study = this.#study(studyId);
    for (; study.waitingFrom < study.trials.length; study.waitingFrom++) {
      const { id, number, state } = study.trials[study.waitingFrom]!;
      if (state !== "WAITING") continue;
      this.#change(id, () => ({ state: "RUNNING", startedAt: this.#clock.now() }));
      return { id, number };
    }
    return null;
  }

  /** See {@linkcode StudyStorage}. */
  setParameter(trialId: number, name: string, distribution: Distribution, value: number): boolean {
    return this.#change(trialId, ({ params, distributions }) => ({
      params: { ...params, [name]: toExternal(distribution, value) },
      distributions: { ...distributions, [name]: distribution },
    }));
  }

  /** See {@linkcode StudyStorage}. */
  setIntermediateValue(trialId: number, step: number, value: number): boolean {
    return this.#change(trialId, ({ intermediateValues }) => ({
      intermediateValues: new Map(intermediateValues).set(step, value),
    }));
  }

  /** See {@linkcode StudyStorage}. */
  setTrialAttribute(
    kind: AttributeKind,
    trialId: number,
    key: string,
    value: JsonValue,
  ): boolean {
    const field = kind === "user" ? "userAttributes" : "systemAttributes";
    return this.#change(trialId, (trial) => ({ [field]: { ...trial[field], [key]: value } }));
  }

  /** See {@linkcode StudyStorage}. */
  finishTrial(trialId: number, state: FinishedState, values: readonly number[] | null): boolean {
    return this.#change(trialId, () => ({ state, values, completedAt: this.#clock.now() }));
  }

  /** See {@linkcode StudyStorage}. */
  trials(studyId: number): readonly Trial[] {
    return this.#study(studyId).trials.slice();
  }

  /** See {@linkcode StudyStorage}. */
  recordHeartbeat(trialId: number): void {
    this.#heartbeats.set(trialId, this.#clock.now());
  }

  /** See {@linkcode StudyStorage}. */
  staleTrials(studyId: number, graceSeconds: number): readonly number[] {
    const oldest = this.#clock.now() - 1000 * graceSeconds;
    return this.#study(studyId).trials
      .filter(({ id, state }) =>
        state === "RUNNING" && (this.#heartbeats.get(id) ?? Infinity) < oldest
      )
      .map(({ id }) => id);
  }

  /** Nothing to end. */
  close(): void {}

  /** Nothing to end. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #study(id: number): MemoryStudy {
    const study = this.#studies.get(id);
    if (study === undefined) throw new RangeError(`Cannot find study ${id} in this storage`);
    return study;
  }

  /** Replaces parts of an unfinished trial; false when it has finished. */
  #change(trialId: number, parts: (trial: Trial) => Partial<Trial>): boolean {
    const place = this.#places.get(trialId);
    if (place === undefined) throw new RangeError(`Cannot find trial ${trialId} in this storage`);
    const trial = place.study.trials[place.number]!;
    if (isFinished(trial.state)) return false;
    place.study.trials[place.number] = { ...trial, ...parts(trial) };
    return true;
  }
}

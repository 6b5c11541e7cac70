import type { Distribution, JsonValue } from "../../core/mod.ts";
import type { AttributeKind, Attributes, FinishedState, Trial, TrialTemplate } from "../trial.ts";

/** What is better: less or more. */
export type Direction = "minimize" | "maximize";

/** A result now, or a promise of it: memory answers at once, a server does not. */
export type Eventually<T> = T | Promise<T>;

/** A study as a list shows it. */
export interface StudyEntry {
  /** Key in the storage. */
  readonly id: number;
  /** Unique in the storage. */
  readonly name: string;
  /** One for each objective. */
  readonly directions: readonly Direction[];
}

/** A trial that is ours to run. */
export interface TrialKey {
  /** Key in the storage. */
  readonly id: number;
  /** From 0 without gaps in its study. */
  readonly number: number;
}

/**
 * Keeps studies. Several workers, of other processes, machines and languages, may use one storage
 * at once; what each method says holds nevertheless.
 *
 * A finished trial never changes: methods that would change one do nothing and answer false.
 * Programmer errors such as an id that never was throw `RangeError`; a file, disk or server at
 * fault is an `InputError` in one line.
 */
export interface StudyStorage extends AsyncDisposable {
  /**
   * Creates a study.
   *
   * @param directions one for each objective, in order
   * @returns its id; null when one of that name exists
   */
  createStudy(name: string, directions: readonly Direction[]): Eventually<number | null>;
  /** Id of a study; null when there is none of that name. */
  findStudy(name: string): Eventually<number | null>;
  /** All studies, oldest first. */
  studies(): Eventually<readonly StudyEntry[]>;
  /** Directions of a study in the order of its objectives. */
  directions(studyId: number): Eventually<readonly Direction[]>;
  /** Deletes a study and all its trials. */
  deleteStudy(studyId: number): Eventually<void>;
  /** Attributes of a study. */
  studyAttributes(kind: AttributeKind, studyId: number): Eventually<Attributes>;
  /** Sets or replaces an attribute of a study. */
  setStudyAttribute(
    kind: AttributeKind,
    studyId: number,
    key: string,
    value: JsonValue,
  ): Eventually<void>;

  /**
   * Adds a trial with the next number, whole or not at all.
   *
   * @param template what it starts with; left out, it is RUNNING and empty. One that is not
   * WAITING starts now, a finished one also ends now
   */
  createTrial(studyId: number, template?: TrialTemplate): Eventually<TrialKey>;
  /**
   * Turns the oldest WAITING trial into a RUNNING one. Whatever happens at the same time, one
   * trial is given to one caller.
   *
   * @returns null when none waits
   */
  claimWaitingTrial(studyId: number): Eventually<TrialKey | null>;
  /**
   * Stores a parameter of an unfinished trial; one of that name is replaced.
   *
   * @param value as `toInternal()` gives it: the number itself, or the index of the choice
   * @returns false when the trial has finished
   */
  setParameter(
    trialId: number,
    name: string,
    distribution: Distribution,
    value: number,
  ): Eventually<boolean>;
  /**
   * Stores a report of an unfinished trial; one of that step is replaced. May be infinite or NaN.
   *
   * @param step a whole number from 0
   * @returns false when the trial has finished
   */
  setIntermediateValue(trialId: number, step: number, value: number): Eventually<boolean>;
  /**
   * Sets or replaces an attribute of an unfinished trial.
   *
   * @returns false when the trial has finished
   */
  setTrialAttribute(
    kind: AttributeKind,
    trialId: number,
    key: string,
    value: JsonValue,
  ): Eventually<boolean>;
  /**
   * Ends an unfinished trial, state and values as one.
   *
   * @param values one for each objective; null for none
   * @returns false when it had ended already, which changes nothing
   */
  finishTrial(
    trialId: number,
    state: FinishedState,
    values: readonly number[] | null,
  ): Eventually<boolean>;

  /**
   * All trials by number. Cheap to call often: only what may have changed is read again, and a
   * finished trial is the same object every time.
   */
  trials(studyId: number): Eventually<readonly Trial[]>;

  /** Says that the worker of a trial is alive, in the storage's own time. */
  recordHeartbeat(trialId: number): Eventually<void>;
  /**
   * RUNNING trials whose last heartbeat is older than the grace period, oldest first. A trial that
   * never had one is not among them.
   *
   * @param graceSeconds without a heartbeat
   * @returns their ids
   */
  staleTrials(studyId: number, graceSeconds: number): Eventually<readonly number[]>;
  /** Ends connections; the storage is not usable afterwards. */
  close(): Eventually<void>;
}

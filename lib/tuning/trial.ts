import type { Category, Distribution, JsonValue } from "../core/mod.ts";

/** States of a trial, with the names of Optuna. */
export const TRIAL_STATES = ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"] as const;

/** Where a trial stands. WAITING is enqueued; COMPLETE, PRUNED and FAIL are for ever. */
export type TrialState = typeof TRIAL_STATES[number];

/** A state that never changes again. */
export type FinishedState = "COMPLETE" | "PRUNED" | "FAIL";

/** Attributes by key. NaN and infinities are allowed, as in Optuna. */
export type Attributes = Readonly<Record<string, JsonValue>>;

/** Who an attribute is for: the user, or samplers, pruners and tools. */
export type AttributeKind = "user" | "system";

/** A trial as it stood when it was read; never changes. */
export interface Trial {
  /** Key in its storage. */
  readonly id: number;
  /** From 0 in its study, in the order of creation. */
  readonly number: number;
  /** Where it stands. */
  readonly state: TrialState;
  /**
   * One for each objective; a pruned trial has its last intermediate value, if it is a number.
   * Null before it finishes and after a failure.
   */
  readonly values: readonly number[] | null;
  /** Values by name, in the order of their suggestion. */
  readonly params: Readonly<Record<string, Category>>;
  /** Where each parameter came from. */
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** Reports by step, in the order they came. */
  readonly intermediateValues: ReadonlyMap<number, number>;
  /** Kept for people and reports. */
  readonly userAttributes: Attributes;
  /** Kept for samplers, pruners and tools. */
  readonly systemAttributes: Attributes;
  /** Epoch milliseconds; null while it waits. */
  readonly startedAt: number | null;
  /** Epoch milliseconds; null before it finishes. */
  readonly completedAt: number | null;
}

/** How a trial ended: its value or values, or without one. */
export type Outcome =
  | number
  | readonly number[]
  | { readonly state: "PRUNED" }
  | { readonly state: "FAIL"; readonly reason: string };

/** Attribute that says why a trial failed. */
export const FAIL_REASON_KEY = "fail_reason";

/** Reason of a trial that was asked to stop. */
export const INTERRUPTED = "interrupted";

/** Reason of a trial whose worker gave no sign of life. */
export const WORKER_LOST = "its worker gave no sign of life";

/** A trial to be stored as it is: enqueued, or evaluated elsewhere. What is left out is empty. */
export interface TrialTemplate {
  /** Where it starts. */
  readonly state: TrialState;
  /** One for each objective. */
  readonly values?: readonly number[] | null;
  /** Values by name, inside their distributions. */
  readonly params?: Readonly<Record<string, Category>>;
  /** One for each of `params`. */
  readonly distributions?: Readonly<Record<string, Distribution>>;
  /** Reports by step. */
  readonly intermediateValues?: ReadonlyMap<number, number>;
  /** Kept for people and reports. */
  readonly userAttributes?: Attributes;
  /** Kept for samplers, pruners and tools. */
  readonly systemAttributes?: Attributes;
}

/** Whether a state never changes again. */
export function isFinished(state: TrialState): state is FinishedState {
  return state !== "RUNNING" && state !== "WAITING";
}

/** Whether a trial failed by what it tried, and not because its work was cut off. */
export function isFailure({ state, systemAttributes }: Trial): boolean {
  const reason = systemAttributes[FAIL_REASON_KEY];
  return state === "FAIL" && reason !== INTERRUPTED && reason !== WORKER_LOST;
}

/** The last step that was reported; null when none was. */
export function lastStep({ intermediateValues }: Trial): number | null {
  let last: number | null = null;
  for (const step of intermediateValues.keys()) if (last === null || step > last) last = step;
  return last;
}

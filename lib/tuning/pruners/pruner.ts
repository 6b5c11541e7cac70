import type { Direction } from "../storage/storage.ts";
import type { Trial } from "../trial.ts";

/** What a pruner knows when it is asked. */
export interface PrunerContext {
  /** Name of the study, from which Hyperband derives brackets. */
  readonly studyName: string;
  /** Of the only objective. */
  readonly direction: Direction;
  /** The running trial with its reports so far. */
  readonly trial: Trial;
  /** All trials by number, the running one among them. */
  readonly trials: readonly Trial[];
}

/** Whether a trial is to stop, and what to remember of it. */
export interface PruneDecision {
  /** Whether the trial is not worth going on with. */
  readonly prune: boolean;
  /** Numbers to store as system attributes of the trial. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/** Decides whether a trial that reports intermediate values is worth going on with. */
export interface Pruner {
  /** For messages and reports. */
  readonly name: string;
  /** Decides at the trial's last report. */
  decide(context: PrunerContext): PruneDecision;
  /** The trials that count as the past of a trial for samplers; all of them, when left out. */
  peersOf?(
    studyName: string,
    number: number,
    trials: readonly Trial[],
  ): readonly Trial[];
}

/** A pruner that a study can name. One object in its own file, and one line in `PRUNERS`. */
export interface PrunerKind {
  /** Name in flags; the pruners it makes may tell more of their settings. */
  readonly name: string;
  /** True to be told of each step by itself, false to be told of the mean so far. */
  readonly comparesSteps: boolean;
  /** Makes one for trials of so many steps. */
  create(settings: { readonly steps: number }): Pruner;
}

/** The trial goes on. */
export const KEEP: PruneDecision = { prune: false };

/** The trial ends. */
export const PRUNE: PruneDecision = { prune: true };

/**
 * Ends no trial.
 *
 * @example
 * ```ts
 * import { noPruner } from "./pruner.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(noPruner().name, "none");
 * ```
 */
export function noPruner(): Pruner {
  return { name: "none", decide: () => KEEP };
}

/** Gives up nothing, for a study that asks for it by name. */
export const NO_PRUNER: PrunerKind = {
  name: "none",
  comparesSteps: false,
  create: () => noPruner(),
};

import { setImmediate } from "node:timers/promises";
import { type Clock, InputError } from "../core/mod.ts";
import { type ActiveTrial, TrialLost, TrialPruned, UnfitTrial } from "./active_trial.ts";
import {
  type HeartbeatOptions,
  keepAlive,
  recoverStaleTrials,
  type StoredStudy,
} from "./heartbeat.ts";
import type { Sampler } from "./samplers/sampler.ts";
import type { TrialKey } from "./storage/storage.ts";
import { INTERRUPTED, type Outcome, type Trial } from "./trial.ts";

/** What it takes to run trials of a study; `Study` has it. */
export interface RunnableStudy extends StoredStudy {
  /** Unique in its storage. */
  readonly name: string;
  /** Proposes parameters. */
  readonly sampler: Sampler;
  /** Tells when the time is up. */
  readonly clock: Clock;
  /** Starts a trial. */
  ask(signal?: AbortSignal): Promise<ActiveTrial>;
  /** Ends a trial; false when somebody else has ended it. */
  tell(trial: Pick<TrialKey, "id">, outcome: Outcome): Promise<boolean>;
  /** All trials by number. */
  trials(): Promise<readonly Trial[]>;
}

/**
 * Evaluates one set of parameters. Gives one value for each direction of the study; throws
 * `TrialPruned` to end early.
 */
export type Objective = (
  trial: ActiveTrial,
) => number | readonly number[] | Promise<number | readonly number[]>;

/** When to end, and what to do meanwhile. At least one end has to be set. */
export interface OptimizeOptions {
  /** Ends after so many trials of this call. */
  readonly trials?: number;
  /** Ends when the study has so many trials, those of other workers and failed ones included. */
  readonly totalTrials?: number;
  /** Begins no trial after so many seconds; those that run go on to their end. */
  readonly timeoutSeconds?: number;
  /** Ends when aborted; trials that run are asked to stop, and fail if they do. */
  readonly signal?: AbortSignal;
  /**
   * Trials at a time. They share one thread: it helps objectives that wait for other threads,
   * processes or machines. @default {1}
   */
  readonly workers?: number;
  /** Called after each trial of this call; "stop" begins no other. */
  readonly onTrial?: (trial: Trial, study: RunnableStudy) => void | "stop" | Promise<void | "stop">;
  /** What to do when the objective throws: its trial has failed either way. @default {"stop"} */
  readonly onError?: "stop" | "continue";
  /** Gives signs of life and takes care of trials whose workers give none. @default none */
  readonly heartbeat?: HeartbeatOptions;
}

/** Why no other trial was begun. */
export type StopReason = "trials" | "timeout" | "aborted" | "callback" | "exhausted" | "error";

/** How the trials of one call ended. */
export interface OptimizeSummary {
  /** Trials that gave their values. */
  readonly complete: number;
  /** Trials that were given up. */
  readonly pruned: number;
  /** Trials that threw, were interrupted or gave no number. */
  readonly failed: number;
  /** Trials that another worker had ended meanwhile. */
  readonly lost: number;
  /** Why no other trial was begun. */
  readonly reason: StopReason;
}

/** The progress of one call, shared by its workers. */
interface Progress {
  readonly counts: { complete: number; pruned: number; failed: number; lost: number };
  readonly startedAt: number;
  begun: number;
  reason: StopReason | null;
  error: unknown;
}

/** How an objective went, and what it threw if that was no pruning. */
interface Evaluation {
  readonly outcome: Outcome | "lost";
  readonly error?: unknown;
}

/** Runs trials of a study until an end that the options set; see `Study.optimize()`. */
export async function runTrials(
  study: RunnableStudy,
  objective: Objective,
  options: OptimizeOptions,
): Promise<OptimizeSummary> {
  checkOptions(study, options);
  const progress: Progress = {
    counts: { complete: 0, pruned: 0, failed: 0, lost: 0 },
    startedAt: study.clock.now(),
    begun: 0,
    reason: null,
    error: undefined,
  };
  const workers = Array.from(
    { length: options.workers ?? 1 },
    () => work(study, objective, options, progress),
  );
  // All are awaited, so that no trial is left running when one of them throws.
  for (const result of await Promise.allSettled(workers)) {
    if (result.status === "rejected") throw result.reason;
  }
  if (progress.reason === "error") throw progress.error;
  return { ...progress.counts, reason: progress.reason! };
}

async function work(
  study: RunnableStudy,
  objective: Objective,
  options: OptimizeOptions,
  progress: Progress,
): Promise<void> {
  const { signal, heartbeat, onTrial, onError = "stop" } = options;
  try {
    while (true) {
      // Lets timers and signals through even when storage and objective never wait.
      await setImmediate();
      if (heartbeat !== undefined) await recoverStaleTrials(study, heartbeat);
      progress.reason ??= await reasonToStop(study, options, progress);
      if (progress.reason !== null) return;
      progress.begun++;
      const trial = await study.ask(signal);
      const { outcome, error } = await evaluate(study, trial, objective, options);
      const ended = await settle(study, trial, outcome, progress);
      if (error !== undefined && onError === "stop" && !signal?.aborted) {
        progress.reason ??= "error";
        progress.error = error;
      }
      if (ended !== null && await onTrial?.(ended, study) === "stop") {
        progress.reason ??= "callback";
      }
    }
  } catch (error) {
    progress.reason ??= "error";
    throw error;
  }
}

async function reasonToStop(
  study: RunnableStudy,
  { signal, trials, timeoutSeconds, totalTrials }: OptimizeOptions,
  { begun, startedAt }: Progress,
): Promise<StopReason | null> {
  if (signal?.aborted) return "aborted";
  if (trials !== undefined && begun >= trials) return "trials";
  if (
    timeoutSeconds !== undefined && study.clock.now() - startedAt >= 1000 * timeoutSeconds
  ) return "timeout";
  if (totalTrials === undefined && study.sampler.isExhausted === undefined) return null;
  const all = await study.trials();
  const waiting = all.filter(({ state }) => state === "WAITING").length;
  if (totalTrials !== undefined && all.length - waiting >= totalTrials) return "trials";
  return waiting === 0 && study.sampler.isExhausted?.(all) ? "exhausted" : null;
}

async function evaluate(
  study: RunnableStudy,
  trial: ActiveTrial,
  objective: Objective,
  { heartbeat }: OptimizeOptions,
): Promise<Evaluation> {
  using _alive = heartbeat === undefined ? null : await keepAlive(study, trial.id, heartbeat);
  try {
    return { outcome: await objective(trial) };
  } catch (error) {
    if (error instanceof TrialPruned) return { outcome: { state: "PRUNED" } };
    if (error instanceof TrialLost) return { outcome: "lost" };
    if (error instanceof UnfitTrial) return { outcome: { state: "FAIL", reason: error.message } };
    const reason = trial.signal.aborted ? INTERRUPTED : describe(error);
    return { outcome: { state: "FAIL", reason }, error: error ?? new Error("no reason given") };
  }
}

/** Stores how a trial ended and counts it; null when another worker had ended it. */
async function settle(
  study: RunnableStudy,
  trial: ActiveTrial,
  outcome: Outcome | "lost",
  { counts }: Progress,
): Promise<Trial | null> {
  const held = outcome !== "lost" && await tellOrFail(study, trial, outcome);
  if (!held) {
    counts.lost++;
    return null;
  }
  const ended = (await study.trials()).find(({ id }) => id === trial.id)!;
  if (ended.state === "COMPLETE") counts.complete++;
  else if (ended.state === "PRUNED") counts.pruned++;
  else counts.failed++;
  return ended;
}

/** A wrong number of values is the objective's fault: the trial fails before the error goes on. */
async function tellOrFail(
  study: RunnableStudy,
  trial: ActiveTrial,
  outcome: Outcome,
): Promise<boolean> {
  try {
    return await study.tell(trial, outcome);
  } catch (error) {
    if (error instanceof InputError) {
      await study.tell(trial, { state: "FAIL", reason: error.message });
    }
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function checkOptions(study: RunnableStudy, options: OptimizeOptions): void {
  const { trials, totalTrials, timeoutSeconds, signal, workers = 1 } = options;
  const refuse = (what: string, remedy: string): never => {
    throw new InputError(what, { where: `study ${study.name}`, remedy });
  };
  const counts = { trials, totalTrials, workers };
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1)) {
      refuse(`Cannot run ${count} ${name}`, "use a whole number from 1");
    }
  }
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0)) {
    refuse(`Cannot run for ${timeoutSeconds} seconds`, "use a number above 0");
  }
  const ends = [trials, totalTrials, timeoutSeconds, signal, study.sampler.isExhausted];
  if (ends.every((end) => end === undefined)) {
    refuse("Cannot run trials without an end", "set a number of trials, a time or a signal");
  }
}

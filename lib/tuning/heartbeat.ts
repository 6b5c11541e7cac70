import type { JsonValue } from "../core/mod.ts";
import type { StudyStorage } from "./storage/storage.ts";
import { FAIL_REASON_KEY, type Trial, WORKER_LOST } from "./trial.ts";

/** How workers show that they are alive. All workers of a study should agree on it. */
export interface HeartbeatOptions {
  /** Seconds between signs of life. */
  readonly intervalSeconds: number;
  /** Seconds without one after which a trial's worker counts as dead. @default twice the interval */
  readonly graceSeconds?: number;
  /** How often a trial of dead workers is tried again. @default {0} */
  readonly retries?: number;
}

/** A study and where it lies. */
export interface StoredStudy {
  /** Key in its storage. */
  readonly id: number;
  /** Where it lies. */
  readonly storage: StudyStorage;
}

/** Attributes of a retried trial, as Optuna names them: the first one's number, and all of them. */
const FAILED_TRIAL_KEY = "failed_trial";
const RETRY_HISTORY_KEY = "retry_history";

/**
 * Gives signs of life for a trial until disposed of. They come from this thread: an objective that
 * never waits for anything keeps them from being sent.
 */
export async function keepAlive(
  { storage }: Pick<StoredStudy, "storage">,
  trialId: number,
  { intervalSeconds }: HeartbeatOptions,
): Promise<Disposable> {
  await storage.recordHeartbeat(trialId);
  const timer = setInterval(async () => {
    try {
      await storage.recordHeartbeat(trialId);
    } catch {
      // A storage that is away for a moment is no reason to end the work; the next beat tries again.
    }
  }, 1000 * intervalSeconds);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * Fails the trials whose workers are dead, and has them tried again while they have retries left.
 * Of several workers that do so at once, one fails each trial, and that one retries it.
 *
 * @returns numbers of the trials that were failed
 */
export async function recoverStaleTrials(
  { id: studyId, storage }: StoredStudy,
  { intervalSeconds, graceSeconds = 2 * intervalSeconds, retries = 0 }: HeartbeatOptions,
): Promise<readonly number[]> {
  const stale = await storage.staleTrials(studyId, graceSeconds);
  if (stale.length === 0) return [];
  const trials = new Map((await storage.trials(studyId)).map((trial) => [trial.id, trial]));
  const failed: number[] = [];
  for (const trialId of stale) {
    await storage.setTrialAttribute("system", trialId, FAIL_REASON_KEY, WORKER_LOST);
    if (!await storage.finishTrial(trialId, "FAIL", null)) continue;
    const trial = trials.get(trialId)!;
    failed.push(trial.number);
    const history = [...numbers(trial.systemAttributes[RETRY_HISTORY_KEY]), trial.number];
    if (history.length > retries) continue;
    await storage.createTrial(studyId, {
      state: "WAITING",
      params: trial.params,
      distributions: trial.distributions,
      userAttributes: trial.userAttributes,
      systemAttributes: retryAttributes(trial, history),
    });
  }
  return failed;
}

/** Whether a trial repeats one whose worker died. */
export function isRetry({ systemAttributes }: Pick<Trial, "systemAttributes">): boolean {
  return RETRY_HISTORY_KEY in systemAttributes;
}

function retryAttributes(
  { systemAttributes }: Trial,
  history: readonly number[],
): Readonly<Record<string, JsonValue>> {
  return { ...systemAttributes, [FAILED_TRIAL_KEY]: history[0]!, [RETRY_HISTORY_KEY]: history };
}

function numbers(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value as readonly number[] : [];
}

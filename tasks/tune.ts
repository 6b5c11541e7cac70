import { join } from "node:path";
import {
  isRetry,
  type OptimizeSummary,
  recoverStaleTrials,
  type Study,
  type TrialState,
} from "../lib/tuning/mod.ts";
import { InputError, type TaskControl } from "../lib/core/mod.ts";
import { type DataRequest, openData } from "../lib/data/mod.ts";
import { describeStudyBars, describeTrials, placeOf, type TuneDocument } from "./tune/document.ts";
import {
  examine,
  failuresInWords,
  failuresOf,
  HEARTBEAT,
  joinSummaries,
  openTuneSession,
  search,
  searchInThreads,
  type SearchSettings,
  shareOf,
  type TuneSession,
  type Tuning,
} from "../lib/evaluation/mod.ts";
import { type LiveReport, openLiveReport, writeWhole } from "./tune/report.ts";

/** When the winner is examined at the end; `last` leaves it to the last of several workers. */
export const EXAMINE = ["last", "always", "never"] as const;

/** How to tune, apart from the data. */
export interface TuneSettings extends SearchSettings {
  readonly examine: typeof EXAMINE[number];
  /** Whether a page is written while the search goes on. */
  readonly report: boolean;
  /** Trials at a time, each in a thread of its own. */
  readonly workers: number;
}

/**
 * Searches for better settings, and says with what confidence they are better. Can be run again to
 * go on, in several processes and on several machines at once.
 *
 * @throws {InputError} when data, storage or settings cannot be used
 */
export async function tune(
  request: DataRequest,
  settings: TuneSettings,
  reportsFolder: string,
  control: TaskControl,
): Promise<TuneDocument> {
  const started = control.clock.now();
  const opened = await openData(request);
  await using session = await openTuneSession(opened, settings, control.clock);
  const { study, context } = session;
  const folder = join(reportsFolder, study.name);
  const report = settings.report ? await openLiveReport(folder, control.clock) : null;
  await report?.update(study);
  const signal = control.signal ?? new AbortController().signal;
  const own = await searchWithAll(request, session, settings, signal, control.onProgress, report);
  await report?.finish(study);
  signal.throwIfAborted();

  const isOurs = await isDue(study, settings.examine, signal);
  if (isOurs) await retryLost(session, settings, signal, report);
  const best = await winnerOf(study, context.tuning);
  const examination = isOurs
    ? await examine(context, opened, best, await study.trials(), control)
    : null;
  const recipe = join(folder, "recipe.json");
  await writeWhole(recipe, `${JSON.stringify(best.settings, null, 2)}\n`);
  return {
    study: study.name,
    target: settings.target,
    storage: placeOf(settings.storage),
    symbol: opened.bars.instrument.symbol,
    ...await describeTrials(study),
    own,
    best,
    development: describeStudyBars(context.data),
    examination,
    notes: [...opened.notes, ...examination?.words ?? [NOT_EXAMINED[settings.examine]]],
    recipe,
    report: report?.path ?? null,
    seconds: (control.clock.now() - started) / 1000,
  };
}

/** Runs the trials of this call in all its threads. */
async function searchWithAll(
  request: DataRequest,
  session: TuneSession,
  settings: TuneSettings,
  signal: AbortSignal,
  onProgress: TaskControl["onProgress"],
  report: LiveReport | null,
): Promise<OptimizeSummary> {
  const { workers, trials } = settings;
  let ended = 0;
  const onTrial = (): void => {
    const share = trials === undefined ? 0 : ++ended / trials;
    onProgress?.(`trials of ${session.study.name}`, share);
  };
  const summaries = await Promise.all([
    search(session, shareOf(settings, 0, workers), signal, async () => {
      onTrial();
      await report?.update(session.study);
    }),
    ...searchInThreads(request, settings, workers, signal, onTrial),
  ]);
  return joinSummaries(summaries);
}

/** Why there is no examination. */
const NOT_EXAMINED = {
  last: "other workers still run: the last one examines the winner",
  always: "",
  never: "the winner was not examined; --trials 0 --examine always does that",
} as const;

async function winnerOf(study: Study, tuning: Tuning): Promise<TuneDocument["best"]> {
  const best = await study.bestTrial();
  if (best === null) {
    const failures = failuresInWords(failuresOf(await study.trials()));
    throw new InputError("Cannot name a winner as no trial has a score", {
      where: `study ${study.name}`,
      remedy: failures ?? "run more trials",
    });
  }
  const { settings } = await tuning.signalOf(best.params);
  return { trial: best.number, params: best.params, value: best.values![0]!, settings };
}

/**
 * Whether it is for us to examine the winner: no other worker runs. A trial that ends while we wait
 * has a worker that lives and will do it; the trials of dead ones are failed after a while.
 */
async function isDue(
  study: Study,
  examine: TuneSettings["examine"],
  signal: AbortSignal,
): Promise<boolean> {
  if (examine !== "last") return examine === "always";
  const inState = async (...states: readonly TrialState[]) =>
    (await study.trials()).filter(({ state }) => states.includes(state)).length;
  const ended = await inState("COMPLETE", "PRUNED");
  for (let waited = 0; waited <= HEARTBEAT.graceSeconds; waited++) {
    await recoverStaleTrials(study, HEARTBEAT);
    if (await inState("RUNNING") === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    signal.throwIfAborted();
    if (await inState("COMPLETE", "PRUNED") > ended) return false;
  }
  return false;
}

/** Runs what dead workers have left in line, as nobody else is there to take it. */
async function retryLost(
  session: TuneSession,
  { trials, timeoutSeconds }: TuneSettings,
  signal: AbortSignal,
  report: LiveReport | null,
): Promise<void> {
  if (trials === 0 || timeoutSeconds !== undefined) return;
  const waiting = (await session.study.trials())
    .filter((trial) => trial.state === "WAITING" && isRetry(trial)).length;
  if (waiting === 0) return;
  await search(session, { trials: waiting }, signal, () => {});
  await report?.finish(session.study);
}

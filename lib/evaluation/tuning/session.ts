import { openTrialLedger } from "../../registry/mod.ts";
import {
  openStorage,
  type OptimizeSummary,
  prunerOf,
  type Study,
  type Trial,
} from "../../tuning/mod.ts";
import type { Clock, Grid, JsonValue } from "../../core/mod.ts";
import type { AccountSettings } from "../../system/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import { type DevelopmentData, developmentData } from "./data.ts";
import { type TuneContext, tuneObjective } from "./objective.ts";
import { openTuningStudy } from "./study.ts";
import { createTuning, type Tuning } from "./targets.ts";

/** How to search, apart from the data. Plain JSON: a thread gets it as a message. */
export interface SearchSettings {
  readonly target: string;
  /** Content of a recipe file to start from. */
  readonly recipe?: unknown;
  /** `<symbol>-<target>` when absent. */
  readonly study?: string;
  readonly storage: string;
  readonly sampler: string;
  readonly pruner: string;
  /** Values of the grid sampler; the target's own when absent. */
  readonly grid?: Grid;
  /** Trials of this call; no limit when absent. */
  readonly trials?: number;
  readonly timeoutSeconds?: number;
  /** Share of the newest bars that the search never touches. */
  readonly holdout: number;
  readonly folds: number;
  readonly market: AccountSettings;
  readonly seed: number;
  /** Threads of each fit; no result depends on them. */
  readonly threads: number;
}

/** A study with all that evaluating its trials takes. */
export interface TuneSession extends AsyncDisposable {
  readonly study: Study;
  readonly context: TuneContext;
}

/** Seconds between signs of life, and without one until a worker counts as dead. */
export const HEARTBEAT = { intervalSeconds: 5, graceSeconds: 20, retries: 2 } as const;

/**
 * Opens a study on the development bars, and makes it when it is missing.
 *
 * @throws {InputError} when the storage cannot be used or the study was begun on other terms
 */
export async function openTuneSession(
  opened: OpenedData,
  settings: SearchSettings,
  clock: Clock,
): Promise<TuneSession> {
  const tuning = await createTuning(settings.target, settings.recipe);
  const data = await developmentData(opened, settings);
  const name = settings.study ?? `${opened.bars.instrument.symbol}-${settings.target}`;
  await using resources = new AsyncDisposableStack();
  const storage = resources.use(
    await openStorage(settings.storage, clock, { heartbeatSeconds: HEARTBEAT.intervalSeconds }),
  );
  const ledger = resources.use(await openTrialLedger(settings.storage));
  const terms = studyTerms(tuning, settings, data);
  const study = await openTuningStudy(tuning, { ...settings, name }, terms, { storage, clock });
  const { market, pruner, seed, threads: workers } = settings;
  const kept = resources.move();
  return {
    study,
    context: { study: name, tuning, data, market, pruner, seed, workers, ledger, clock },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Everything that decides what some parameters score. */
function studyTerms(
  { name, base, space }: Tuning,
  { holdout, folds, market, pruner, seed }: SearchSettings,
  data: DevelopmentData,
): Readonly<Record<string, JsonValue>> {
  const { instrument, intervalMs } = data.opened.bars;
  const terms = {
    target: name,
    symbol: instrument.symbol,
    "bar length": intervalMs,
    bars: data.sha256,
    holdout,
    folds,
    market,
    seed,
    "settings to start from": base,
    "search space": space,
    "reports to the pruner": prunerOf(pruner).comparesSteps
      ? "fold by fold"
      : "mean of the folds so far",
  };
  return JSON.parse(JSON.stringify(terms)) as Readonly<Record<string, JsonValue>>;
}

/** Runs trials until an end that the settings name, or an abort. */
export async function search(
  { study, context }: TuneSession,
  { trials, timeoutSeconds }: Pick<SearchSettings, "trials" | "timeoutSeconds">,
  signal: AbortSignal,
  onTrial: (trial: Trial) => Promise<void> | void,
): Promise<OptimizeSummary> {
  if (trials === 0) return { complete: 0, pruned: 0, failed: 0, lost: 0, reason: "trials" };
  return await study.optimize(tuneObjective(context), {
    ...(trials === undefined ? {} : { trials }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    signal,
    heartbeat: HEARTBEAT,
    onTrial: async (trial) => await onTrial(trial),
  });
}

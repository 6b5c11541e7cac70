import { InputError, type JsonValue, type TaskControl } from "../core/mod.ts";
import type { OpenedData } from "../data/mod.ts";
import {
  openTuneSession,
  parseTrainingSettings,
  search,
  type SystemRecipe,
  TARGET_NAMES,
  type TrainingSettings,
  type TuneSession,
} from "../evaluation/mod.ts";
import {
  type ClassifierManifest,
  isPolicy,
  type ModelManifest,
  type NightSearch,
} from "../records/mod.ts";
import { backtestOverfitting, commonPeriods, joinPeriods } from "../statistics/mod.ts";
import type { Trial } from "../tuning/mod.ts";
import { defaultTraining } from "../training/mod.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";

/** How long and where a better recipe is looked for. */
export interface SearchRecipeSettings {
  /** Name of the study. */
  readonly study: string;
  /** Database of studies and of the trial ledger. */
  readonly storage: string;
  /** Trials in all, those of an interrupted run among them. */
  readonly trials: number;
  /** Begin no trial after so many seconds; no limit when absent. */
  readonly timeoutSeconds?: number;
  /** Newest share of the bars that the search never sees. */
  readonly holdout: number;
  readonly folds: number;
  readonly cashUsd: number;
  readonly seed: number;
  readonly workers: number;
  /** Parameters that won in nights before, newest first: tried first. */
  readonly warm: readonly Readonly<Record<string, JsonValue>>[];
}

/** What a search found: `part` is varied, `settings` are better. */
export interface FoundRecipe {
  /** For the night's document. */
  readonly search: NightSearch;
  /** What is to be trained instead; null where nothing is better. */
  readonly settings: JsonValue;
}

/** Blocks of the probability of overfitting. */
const BLOCKS = 8;
/** Fewer trials than this say nothing about how a search picks. */
const FEWEST_TRIALS = 5;

/** The part of a system whose recipe can be searched; null where there is none. */
export function searchablePart({ again }: Pick<SystemRecipe, "again">): ClassifierManifest | null {
  const isSearchable = (manifest: ModelManifest): manifest is ClassifierManifest =>
    !isPolicy(manifest) && TARGET_NAMES.includes(manifest.kind);
  return again.find(isSearchable) ?? null;
}

/**
 * Searches for a better recipe of one part, beginning with the champion's own and what won in nights
 * before, on bars that its evidence is not taken from. Only one that leads there by enough to matter
 * is worth an attempt.
 */
export async function searchRecipe(
  part: ClassifierManifest,
  recipe: SystemRecipe,
  opened: OpenedData,
  settings: SearchRecipeSettings,
  control: TaskControl,
): Promise<FoundRecipe> {
  const { study } = settings;
  const opening = await openSearch(part, recipe, opened, settings, control);
  if (typeof opening === "string") return noSearch(part.name, study, opening);
  await using session = opening;
  await warmUp(session, settings);
  const ended = (await session.study.trials()).filter(isEnded).length;
  await search(
    session,
    {
      trials: Math.max(0, settings.trials - ended),
      ...(settings.timeoutSeconds === undefined ? {} : { timeoutSeconds: settings.timeoutSeconds }),
    },
    control.signal ?? new AbortController().signal,
    async () => {
      const now = (await session.study.trials()).filter(isEnded).length;
      control.onProgress?.(`trials of ${study}`, Math.min(1, now / settings.trials));
    },
  );
  return await describe(session, part.name, study);
}

/** A search that begins with the champion's own settings, or why there is none. */
async function openSearch(
  part: ClassifierManifest,
  { market }: SystemRecipe,
  opened: OpenedData,
  { cashUsd, folds, holdout, seed, storage, study, workers }: SearchRecipeSettings,
  { clock }: TaskControl,
): Promise<TuneSession | string> {
  try {
    return await openTuneSession(opened, {
      ...{ target: part.kind, recipe: baseSettings(part), study, storage, sampler: "tpe" },
      ...{ pruner: "median", holdout, folds, seed, threads: workers },
      market: { ...market, cashUsd },
    }, clock);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.where === `study ${study}`) {
      throw new InputError("Cannot search in a study of this name that was begun otherwise", {
        where: `${storage}, study ${study}`,
        remedy: "name another --storage",
        cause: error,
      });
    }
    // Settings that somebody chose by hand are no reason to do without a night.
    if (!error.where?.startsWith("parameter ")) throw error;
    return `the champion's own settings lie outside the search space: ${error.message}`;
  }
}

/** No search, and why. */
export function noSearch(part: string, study: string, refusal: string): FoundRecipe {
  const scores = { trials: 0, ownScore: null, bestScore: null, overfitting: null };
  return { search: { study, part, ...scores, params: {}, refusal }, settings: null };
}

/** What a training was made with, as the search reads it. */
export function baseSettings(part: ClassifierManifest): JsonValue {
  const { calibration, recipe } = part.training;
  return {
    ...{ recipe: recipe as JsonValue, features: part.featureSpec, labels: part.labelSpec },
    ...{ calibration, edgeThreshold: part.edgeThreshold },
  } as JsonValue;
}

/** Settings as a training takes them. */
export function searchedSettings(settings: JsonValue, part: ClassifierManifest): TrainingSettings {
  const { calibration, edgeThreshold, features, labels, recipe } = defaultTraining(
    part.training.recipe as never,
  );
  return parseTrainingSettings(settings, { calibration, edgeThreshold, features, labels, recipe });
}

function isEnded({ state }: Trial): boolean {
  return state === "COMPLETE" || state === "PRUNED" || state === "FAIL";
}

/** Puts earlier winners in line, once. */
async function warmUp({ study, context }: TuneSession, { warm }: SearchRecipeSettings) {
  if ((await study.trials()).length > 1) return;
  for (const params of warm) {
    try {
      await context.tuning.signalOf(params as never);
    } catch (error) {
      // Another recipe has another search space.
      if (error instanceof InputError) continue;
      throw error;
    }
    await study.enqueue(params as never, { warm: true });
  }
}

async function describe(
  { context, study }: TuneSession,
  part: string,
  name: string,
): Promise<FoundRecipe> {
  const trials = await study.trials();
  const scored = trials.filter(({ state }) => state === "COMPLETE");
  const own = trials.find(({ userAttributes }) => userAttributes["defaults"] === true);
  const ownScore = own?.state === "COMPLETE" ? own.values![0]! : null;
  const best = await study.bestTrial();
  const shared = { study: name, part, trials: scored.length, ownScore };
  if (best === null) {
    const search = {
      bestScore: null,
      params: {},
      overfitting: null,
      refusal: "no trial has a score",
    };
    return { search: { ...shared, ...search }, settings: null };
  }
  const bestScore = best.values![0]!;
  const refusal = ownScore === null
    ? "the champion's own settings have no score here"
    : bestScore < ownScore + PROMOTION_RULE.leastSharpe
    ? `no trial leads the champion's own settings by ${PROMOTION_RULE.leastSharpe}`
    : null;
  return {
    search: {
      ...{ ...shared, bestScore, refusal },
      params: best.params as NightSearch["params"],
      overfitting: await overfittingOf(context.ledger, name),
    },
    settings: refusal === null ? (await context.tuning.signalOf(best.params)).settings : null,
  };
}

/** How often the search picks luck; null where its trials are too few or too short. */
async function overfittingOf(
  ledger: TuneSession["context"]["ledger"],
  study: string,
): Promise<number | null> {
  const entries = (await ledger.entries({ study, kind: "search" }))
    .filter(({ state }) => state === "COMPLETE");
  const distinct = [...new Map(entries.map((entry) => [entry.returnsSha256, entry])).values()];
  if (distinct.length < FEWEST_TRIALS) return null;
  const { columns, periods } = commonPeriods(distinct.map(joinPeriods));
  if (periods.length < 2 * BLOCKS) return null;
  return backtestOverfitting(columns, { blocks: BLOCKS }).probability.value;
}

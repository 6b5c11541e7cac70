import type { TaskControl } from "../../core/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import { checkSystem, type SystemRecipe, systemRecipe } from "../../evaluation/mod.ts";
import { isPolicy, type NightCandidate, type NightSearch } from "../../records/mod.ts";
import type { Registry, StoredModel, SystemVersion } from "../../registry/mod.ts";
import { refitParts, systemOf, trainPart } from "../refit_system.ts";
import type { SessionEvidence } from "../session/session_evidence.ts";
import { PROMOTION_RULE } from "../promotion_rule.ts";
import { noSearch, searchablePart, searchRecipe } from "../search_recipe.ts";
import { evidenceWindows } from "../walk_forward_pair.ts";
import type { NightPlaces, NightSettings } from "./night_settings.ts";
import { type FittedStretch, renewedStretch, usualStretch } from "./renewal.ts";

/** What a stage of a night works with. */
export interface NightBench {
  readonly registry: Registry;
  readonly opened: OpenedData;
  readonly settings: NightSettings;
  readonly places: NightPlaces;
  /** What a session had to tell; null where none was named. */
  readonly session: SessionEvidence | null;
  readonly control: TaskControl;
}

/** A candidate before its leak check. */
export type MadeCandidate = Omit<NightCandidate, "leakCheckPassed">;

/** A search, and the settings it found; null where nothing is better. */
export type NightSearchResult = Awaited<ReturnType<typeof searchRecipe>> | null;

/**
 * Looks for a better recipe of the champion's searchable part.
 *
 * @param warm parameters that won in nights before, newest first
 * @returns null where nothing can be searched
 */
export async function searchStage(
  { control, opened, places, settings }: NightBench,
  reference: string,
  study: string,
  warm: readonly NightSearch["params"][],
): Promise<NightSearchResult> {
  const recipe = await systemRecipe(places.models, reference, control);
  const part = searchablePart(recipe);
  if (part === null) return null;
  const { cashUsd, folds, holdout, seed, timeoutSeconds, trials } = settings;
  const { recipeDays } = PROMOTION_RULE;
  const days = evidenceDays(opened, recipe, settings);
  if (days < recipeDays) {
    // An attempt that cannot win would only leave less for those that can.
    const why =
      `the bars held out for its evidence span ${days} days, and a recipe takes ${recipeDays}`;
    return noSearch(part.name, study, why);
  }
  return await searchRecipe(part, recipe, opened, {
    ...{ study, storage: places.storage, trials, holdout, folds, cashUsd, seed, warm },
    workers: places.workers,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  }, control);
}

/**
 * Makes what wants to serve: the champion's recipe on newer bars, before that on those alone since
 * when results are poorer, and the recipe that was found.
 *
 * @param poorerSince trade day since when the champion's results are poorer; null where they are not
 */
export async function makeCandidates(
  bench: NightBench,
  reference: string,
  found: NightSearchResult,
  poorerSince: number | null,
): Promise<MadeCandidate[]> {
  const { control, opened, places, registry, settings } = bench;
  const recipe = await systemRecipe(places.models, reference, control);
  const own = { tail: settings.tail, cashUsd: settings.cashUsd, workers: places.workers };
  const refreshed = async ({ opened: fitted, renewedFrom, tail }: FittedStretch) => {
    const models = await refitParts(registry, recipe, fitted, { ...own, tail }, control);
    const system = await systemOf(registry, models, recipe, opened, own);
    return { models, system, candidate: { ...described("refresh", system), renewedFrom } };
  };
  const renewed = renewedStretch(opened, recipe, settings.tail, poorerSince);
  const usual = usualStretch(opened, recipe, settings.tail);
  const candidates: MadeCandidate[] = renewed === null
    ? []
    : [(await refreshed(renewed)).candidate];
  const { candidate, models, system: fresh } = await refreshed(usual);
  candidates.push(candidate);
  if (found === null || found.settings === null) return candidates;
  const other = await otherModels(bench, models, recipe, found, usual);
  // What stays out by its own training can win against nobody: an attempt would be lost on it.
  if (other.every(({ manifest }) => !isPolicy(manifest) && manifest.edge.shrinkage === 0)) {
    return candidates;
  }
  const { version, ...system } = await systemOf(registry, other, recipe, opened, own);
  // What differs in nothing that decides is no other recipe.
  if (version === fresh.version) return candidates;
  return [...candidates, { ...described("recipe", { version, ...system }), renewedFrom: null }];
}

/** Every candidate replayed on changed futures; the verdict is recorded where promotion asks for it. */
export async function checkCandidates(
  { control, opened, registry, settings }: NightBench,
  name: string,
  candidates: readonly MadeCandidate[],
): Promise<NightCandidate[]> {
  const { cashUsd, leakBars, leakEnds, marginUsd, seed } = settings;
  const checked: NightCandidate[] = [];
  for (const candidate of candidates) {
    const { passed } = await checkSystem(registry, `${name}@${candidate.version}`, opened, {
      ...{ bars: leakBars, ends: leakEnds, seed },
      market: {
        ...{ costs: { slippageTicks: 0 }, cashUsd, flattenAtSessionEnd: false },
        ...(marginUsd === undefined ? {} : { marginUsd }),
      },
    }, control);
    checked.push({ ...candidate, leakCheckPassed: passed });
  }
  return checked;
}

async function otherModels(
  { control, places, registry, settings }: NightBench,
  models: readonly StoredModel[],
  recipe: SystemRecipe,
  found: NonNullable<NightSearchResult>,
  { opened, tail }: FittedStretch,
): Promise<StoredModel[]> {
  const own = { tail, cashUsd: settings.cashUsd, workers: places.workers };
  const part = searchablePart(recipe)!;
  const trained = await trainPart(registry, part, found.settings, opened, recipe, own, control);
  return models.map((model) => model.name === part.name ? trained : model);
}

/** Trade days that the evidence of a recipe would have: of the windows that do not only teach. */
function evidenceDays(
  { bars, session }: OpenedData,
  { blends, system }: SystemRecipe,
  settings: NightSettings,
): number {
  const cuts = evidenceWindows(bars.length, settings, system.horizonBars);
  const from = cuts[blends.length === 0 ? 0 : 1]?.test.from ?? bars.length;
  return new Set(session.tradeDay.subarray(from)).size;
}

function described(
  question: NightCandidate["question"],
  { parts, sha256, version }: SystemVersion,
): Omit<MadeCandidate, "renewedFrom"> {
  return { question, version, sha256, parts };
}

import { join } from "node:path";
import { systemRecipe } from "../../evaluation/mod.ts";
import { DAYS_PER_YEAR } from "../../statistics/mod.ts";
import type {
  DailyPairs,
  NightCandidate,
  NightRecord,
  NightSearch,
  PromotionDecision,
  ServingState,
  ShadowState,
} from "../../records/mod.ts";
import { addDays, NO_DAYS, pairDays, returnsOf } from "../daily_pairs.ts";
import { judgeChampion } from "../judge_champion.ts";
import { judgeRecipe } from "../judge_recipe.ts";
import { judgeRefresh } from "../judge_refresh.ts";
import { judgeShadow } from "../judge_shadow.ts";
import { pairSession, preferSession } from "../session/session_pairs.ts";
import { disagreementOf, pairRuns } from "../system_returns.ts";
import { walkPair } from "../walk_forward_pair.ts";
import type { NightBench } from "./candidates.ts";
import type { NightChampion } from "./champion.ts";
import type { NightRuns } from "./night_runs.ts";

/** What the nights before have left. */
export type NightMemory = Pick<
  NightRecord,
  "attempts" | "disagreements" | "poorerSince" | "serving" | "shadow"
>;

/** What a night has decided, before anything moves. */
export interface NightVerdict {
  /** Every decision, in the order of the questions. */
  readonly decisions: readonly PromotionDecision[];
  /** What is to serve; null where what serves stays as it is. */
  readonly move: {
    readonly kind: "promote" | "rollback";
    readonly version: number;
    readonly sizeFactor: number;
  } | null;
  /** What the next nights have to know. A watch that goes on gets its deployment once it has moved. */
  readonly memory: NightMemory;
}

/** Newest bars on which old and newer weights are compared. */
const DISAGREEMENT_BARS = 500;
/** Sessions after which newer weights are watched against those before them, and no older ones. */
const ANCHOR_SESSIONS = DAYS_PER_YEAR;

/** All that a night decides by. */
export interface NightCase {
  readonly name: string;
  readonly champion: NightChampion;
  readonly candidates: readonly NightCandidate[];
  readonly search: NightSearch | null;
  readonly before: NightMemory;
  /** Last trade day that the night before has counted. */
  readonly lastDay: number;
  /** Folder for what an interrupted comparison has finished. */
  readonly folder: string;
}

/** Asks every question of a night in order; a champion that is rolled back ends them. */
export async function decideNight(
  bench: NightBench,
  runs: NightRuns,
  night: NightCase,
): Promise<NightVerdict> {
  const { before, champion } = night;
  const decisions: PromotionDecision[] = [];
  const watched = await watchChampion(bench, runs, night);
  if (watched !== null) decisions.push(watched.decision);
  const outcome = watched?.decision.outcome;
  if (outcome === "roll back") {
    const move = {
      kind: "rollback",
      version: watched!.serving.predecessor,
      sizeFactor: 1,
    } as const;
    const memory = { ...before, serving: null, shadow: null, poorerSince: null };
    return { decisions, move, memory };
  }
  const serving = watched?.serving ?? null;
  const size = outcome === "enlarge" ? 1 : champion.sizeFactor;
  const shadowed = await watchShadow(bench, runs, night);
  if (shadowed !== null) decisions.push(shadowed.decision);
  if (shadowed?.decision.outcome === "promote") {
    const { approved, since, version } = shadowed.shadow;
    return {
      decisions,
      move: { kind: "promote", version, sizeFactor: shadowed.decision.sizeFactor! },
      memory: {
        attempts: before.attempts,
        ...{ shadow: null, disagreements: [], poorerSince: null },
        serving: {
          ...{ deploymentId: 0, predecessor: champion.version, approved },
          ...{ sessionsBefore: since.days.length, since: NO_DAYS },
        },
      },
    };
  }
  const kept = shadowed?.decision.outcome === "wait" ? shadowed.shadow : null;
  const recipe = kept === null ? await tryRecipe(bench, night) : null;
  if (recipe !== null) decisions.push(recipe.decision);
  const refresh = await tryRefreshes(bench, runs, night, size);
  decisions.push(...refresh.decisions);
  const { promoted } = refresh;
  const isRenewed = promoted !== null && promoted.renewedFrom !== null;
  const move = promoted !== null
    ? { kind: "promote", version: promoted.version, sizeFactor: size } as const
    : outcome === "enlarge"
    ? { kind: "promote", version: champion.version, sizeFactor: 1 } as const
    : null;
  return {
    decisions,
    move,
    memory: {
      attempts: before.attempts + (recipe === null ? 0 : 1),
      shadow: recipe?.shadow ?? kept,
      poorerSince: isRenewed ? null : before.poorerSince,
      // How much refits of the old stretch differed bounds nobody of the new one.
      disagreements: isRenewed ? [] : [...before.disagreements, ...refresh.disagreements],
      serving: promoted !== null ? refreshedWatch(serving, champion, promoted.approved) : serving,
    },
  };
}

/** A watch goes on over newer weights of its recipe, so that many small harms add up. */
function refreshedWatch(
  serving: ServingState | null,
  champion: NightChampion,
  approved: DailyPairs,
): ServingState {
  if (serving !== null && serving.since.days.length < ANCHOR_SESSIONS) return serving;
  const sessions = serving === null ? 0 : serving.sessionsBefore + serving.since.days.length;
  return {
    ...{ deploymentId: 0, predecessor: champion.version, approved },
    ...{ sessionsBefore: sessions, since: NO_DAYS },
  };
}

async function watchChampion(
  bench: NightBench,
  runs: NightRuns,
  { before, champion, lastDay }: NightCase,
): Promise<{ decision: PromotionDecision; serving: ServingState } | null> {
  const { serving } = before;
  // Whoever promoted another one by hand watches it too.
  if (serving === null || serving.deploymentId !== champion.deploymentId) return null;
  const more = await runs.pairsAfter(champion.version, serving.predecessor, lastDay);
  const since = addDays(serving.since, more);
  const decision = judgeChampion({
    approved: returnsOf(serving.approved),
    since: returnsOf(since),
    stepDays: await stepDaysOf(bench, runs, champion.version),
    seed: bench.settings.seed,
    sizeFactor: champion.sizeFactor,
    sessions: serving.sessionsBefore + since.days.length,
    ...{ hasPredecessor: true, fault: null },
  });
  return { decision, serving: { ...serving, since } };
}

async function watchShadow(
  bench: NightBench,
  runs: NightRuns,
  { before, champion, lastDay, name }: NightCase,
): Promise<{ decision: PromotionDecision; shadow: ShadowState } | null> {
  const { opened, session, settings } = bench;
  const { shadow } = before;
  if (shadow === null) return null;
  const simulated = await runs.pairsAfter(shadow.version, champion.version, lastDay);
  const reference = `${name}@${shadow.version}`;
  const seen = session === null ? null : pairSession(
    session,
    {
      challenger: await runs.ready(shadow.version),
      champion: await runs.ready(champion.version),
      reference,
    },
    opened,
    settings,
  );
  const since = addDays(shadow.since, preferSession(simulated, seen));
  const fault = session?.faults.get(reference) ?? null;
  const decision = judgeShadow({
    approved: returnsOf(shadow.approved),
    since: returnsOf(since),
    stepDays: await stepDaysOf(bench, runs, shadow.version),
    seed: settings.seed,
    fault: fault === null ? null : `session ${session!.account} could not ask it: ${fault}`,
  });
  return { decision, shadow: { ...shadow, since } };
}

async function tryRecipe(
  bench: NightBench,
  { before, candidates, champion, folder, name, search }: NightCase,
): Promise<{ decision: PromotionDecision; shadow: ShadowState | null } | null> {
  const candidate = candidates.find(({ question }) => question === "recipe");
  if (candidate === undefined) return null;
  const { control, opened, places, settings } = bench;
  const [challenger, own] = [
    await systemRecipe(places.models, `${name}@${candidate.version}`, control),
    await systemRecipe(places.models, `${name}@${champion.version}`, control),
  ];
  const evidence = { ...settings, workers: places.workers };
  const pair = await walkPair(challenger, own, opened, evidence, join(folder, "walk"), control);
  const decision = judgeRecipe({
    returns: pairRuns(pair.challenger, pair.champion),
    attempt: before.attempts + 1,
    overfitting: search?.overfitting ?? null,
    fault: faultOf(candidate),
  });
  const shadow = decision.outcome === "shadow"
    ? {
      version: candidate.version,
      approved: pairDays(pair.challenger, pair.champion),
      since: NO_DAYS,
    }
    : null;
  return { decision, shadow };
}

/** Weights of the bars since a change first, then those of all; the first that may serve does. */
async function tryRefreshes(
  bench: NightBench,
  runs: NightRuns,
  night: NightCase,
  sizeFactor: number,
) {
  const decisions: PromotionDecision[] = [];
  const disagreements: number[] = [];
  for (const fresh of night.candidates.filter(({ question }) => question === "refresh")) {
    const tried = await tryRefresh(bench, runs, night, fresh, sizeFactor);
    if (tried === null) continue;
    const { approved, decision, disagreement } = tried;
    const { renewedFrom, version } = fresh;
    decisions.push(decision);
    // What begins with other bars says nothing of how much a usual refit changes.
    if (renewedFrom === null) disagreements.push(disagreement);
    if (decision.outcome !== "promote") continue;
    return { decisions, disagreements, promoted: { version, renewedFrom, approved } };
  }
  return { decisions, disagreements, promoted: null };
}

async function tryRefresh(
  { settings }: NightBench,
  runs: NightRuns,
  { before, champion }: NightCase,
  fresh: NightCandidate,
  sizeFactor: number,
): Promise<
  { decision: PromotionDecision; disagreement: number; approved: DailyPairs } | null
> {
  // The same weights again are no refresh.
  if (fresh.version === champion.version) return null;
  const both = await runs.together(fresh.version, champion.version);
  if (both === null) return null;
  const [challenger, own] = both;
  const disagreement = disagreementOf(challenger, own, DISAGREEMENT_BARS);
  const decision = judgeRefresh({
    returns: pairRuns(challenger, own),
    ...{ disagreement, pastDisagreements: before.disagreements, sizeFactor },
    renewedFrom: fresh.renewedFrom,
    seed: settings.seed,
    fault: faultOf(fresh),
  });
  return { decision, disagreement, approved: pairDays(challenger, own) };
}

function faultOf({ leakCheckPassed, version }: NightCandidate): string | null {
  return leakCheckPassed ? null : `version ${version} failed its leak check`;
}

/** Days over which one position is judged: the horizon of the labels in trade days. */
async function stepDaysOf(
  { opened }: NightBench,
  runs: NightRuns,
  version: number,
): Promise<number> {
  const { system } = await runs.ready(version);
  const { tradeDay } = opened.session;
  const barsPerDay = tradeDay.length / new Set(tradeDay).size;
  return Math.max(1, Math.ceil(system.horizonBars / barsPerDay));
}

import type { TaskControl } from "../../core/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { NightCandidate, NightRecord, NightSession } from "../../records/mod.ts";
import { openRegistry } from "../../registry/mod.ts";
import { requireSameInstrument } from "../../system/mod.ts";
import { judgeUnreadable } from "../judge_champion.ts";
import { detectDrift, type FoundDrift } from "../drift.ts";
import {
  checkCandidates,
  makeCandidates,
  type NightBench,
  type NightSearchResult,
  searchStage,
} from "./candidates.ts";
import { detectSessionDrift } from "../session/session_drift.ts";
import { readSessionEvidence, type SessionEvidence } from "../session/session_evidence.ts";
import { type NightChampion, servingChampion } from "./champion.ts";
import { decideNight, type NightMemory, type NightVerdict } from "./decide.ts";
import { nightHeadline } from "./headline.ts";
import { moveChampion } from "./move_champion.ts";
import { moveShadow } from "./move_shadow.ts";
import { nightData, nightId } from "./night_bars.ts";
import { type NightStage, openNights } from "./night_folder.ts";
import { type NightRuns, nightRuns } from "./night_runs.ts";
import { readableChampion } from "./readable_champion.ts";
import type { NightPlaces, NightSettings } from "./night_settings.ts";

/** A night and where it lies. */
export interface FinishedNight {
  /** Its document. */
  readonly night: NightRecord;
  /** Its file. */
  readonly path: string;
  /** Whether this run finished it; false for one that was there. */
  readonly isNew: boolean;
  /** All nights of the system, oldest first. */
  readonly nights: readonly NightRecord[];
}

/** Of a name's first night. */
const NO_MEMORY: NightMemory = {
  ...{ attempts: 0, disagreements: [], poorerSince: null, serving: null, shadow: null },
};

/** What a night has made and decided. */
interface DecidedNight extends Pick<NightRecord, "candidates" | "drift" | "search"> {
  readonly verdict: NightVerdict;
}

/** Winners of nights before with which a search begins. */
const WARM_NIGHTS = 3;

/**
 * One night of a system: looks for drift, searches for a better recipe, fits everything again on newer
 * bars, checks for leaks, asks what may serve, and moves the champion where the rule says so. The same
 * night again is read and not run; one that was killed goes on where it was.
 *
 * @throws {InputError} when system, bars or settings cannot be used, or another process has its nights
 * @throws {RefusedError} when no bar is new
 */
export async function runNight(
  name: string,
  opened: OpenedData,
  settings: NightSettings,
  places: NightPlaces,
  control: TaskControl,
): Promise<FinishedNight> {
  using registry = openRegistry({ folder: places.models, clock: control.clock });
  const { system } = await readableChampion(
    registry,
    name,
    registry.resolveSystem(name).version,
  );
  requireSameInstrument(system, opened.bars);
  using folder = openNights(places.models, name);
  const id = await nightId(name, opened, settings);
  const path = folder.pathOf(id);
  const known = folder.nights.find((night) => night.id === id);
  if (known !== undefined) return { night: known, path, isNew: false, nights: folder.nights };
  const data = nightData(name, opened, folder.nights.at(-1), Date.parse(system.lastBarSeen));
  const session = places.session === undefined
    ? null
    : await readSessionEvidence(places.session, name, opened.bars.instrument);
  const bench: NightBench = { registry, opened, settings, places, control, session };
  let stage = "begin";
  const keep = folder.stagesOf(id);
  const noted: NightStage = (named, inputs, work) => {
    stage = named;
    control.signal?.throwIfAborted();
    control.onProgress?.(named, 0);
    return keep(named, inputs, work);
  };
  try {
    const night = await stages(name, id, data, bench, folder.nights, noted, path);
    folder.finish(night);
    return { night, path, isNew: true, nights: [...folder.nights, night] };
  } catch (error) {
    if (!(error instanceof DOMException)) {
      const at = new Date(control.clock.now()).toISOString();
      folder.noteFailure(id, { stage, message: (error as Error).message, at });
    }
    throw error;
  }
}

async function stages(
  name: string,
  id: string,
  data: NightRecord["data"],
  bench: NightBench,
  nights: readonly NightRecord[],
  stage: NightStage,
  path: string,
): Promise<NightRecord> {
  const { control, opened, registry } = bench;
  const mark = id.slice(0, 16);
  // First and once: whatever moves later, the night is about what served when it began.
  const champion = await stage(
    "begin",
    { id },
    () => Promise.resolve(servingChampion(registry, name)),
  );
  const looked = await stage("champion", { id, champion: champion.version }, async () => {
    const { fault, version } = await readableChampion(registry, name, champion.version);
    return { fault, version };
  });
  const found = looked.fault === null
    ? await decided(name, id, champion, bench, nights, stage, path)
    : unreadable(looked.fault, looked.version, memoryOf(nights.at(-1)));
  const { candidates, drift, search, verdict } = found;
  const facts = {
    champion: { version: champion.version, sizeFactor: champion.sizeFactor },
    ...{ drift, decisions: verdict.decisions },
  };
  const planned = verdict.move === null ? [] : [{
    ...{ kind: verdict.move.kind, sizeFactor: verdict.move.sizeFactor },
    ...{ fromVersion: champion.version, toVersion: verdict.move.version },
  }];
  const headline = nightHeadline(name, { ...facts, moves: planned });
  const { deploymentId, moves } = await stage(
    "move",
    { id, champion: champion.version, number: nights.length, move: verdict.move },
    () => Promise.resolve(moveChampion(registry, name, verdict, champion, mark, headline)),
  );
  moveShadow(registry, name, verdict.memory.shadow?.version ?? null, mark);
  const { serving } = verdict.memory;
  return {
    ...{ format: 1, id, system: name, symbol: opened.bars.instrument.symbol },
    ...{ number: nights.length + 1, data, ...facts, candidates, moves, headline },
    session: sessionSummary(bench.session),
    finishedAt: new Date(control.clock.now()).toISOString(),
    search,
    ...verdict.memory,
    serving: serving === null ? null : { ...serving, deploymentId },
  };
}

/** What a night makes and decides where its champion can be read. */
async function decided(
  name: string,
  id: string,
  champion: NightChampion,
  bench: NightBench,
  nights: readonly NightRecord[],
  stage: NightStage,
  path: string,
): Promise<DecidedNight> {
  const { opened, settings } = bench;
  const last = nights.at(-1);
  const known = memoryOf(last);
  const mark = id.slice(0, 16);
  const reference = `${name}@${champion.version}`;
  const inputs = { id, champion: champion.version, number: nights.length };
  const runs = nightRuns(bench, name);
  const { findings: drift, poorerSince } = await stage(
    "drift",
    inputs,
    () => lookForDrift(bench, runs, champion, known),
  );
  const before = { ...known, poorerSince: poorerSince ?? known.poorerSince };
  const isSearching = settings.trials > 0 && before.shadow === null && champion.sizeFactor === 1;
  const found: NightSearchResult = isSearching
    ? await stage(
      "search",
      inputs,
      () => searchStage(bench, reference, `night-${mark}`, warmOf(nights)),
    )
    : null;
  const made = await stage(
    "fit",
    { ...inputs, settings: found?.settings ?? null, poorerSince: before.poorerSince },
    () => makeCandidates(bench, reference, found, before.poorerSince),
  );
  const madeVersions = made.map(({ version }) => version);
  const candidates = await stage(
    "leak-check",
    { ...inputs, made: madeVersions },
    () => checkCandidates(bench, name, made),
  );
  const verdict = await stage(
    "decide",
    { ...inputs, made: madeVersions },
    () =>
      decideNight(bench, runs, {
        ...{ name, champion, candidates, before },
        search: found?.search ?? null,
        lastDay: last === undefined ? -Infinity : dayOf(opened, last.data.lastBar),
        folder: path.replace(/\.json$/, ".stages"),
      }),
  );
  return { candidates, drift, search: searchOf(found, candidates), verdict };
}

/** A search whose winner was no candidate in the end says why. */
function searchOf(
  found: NightSearchResult,
  candidates: readonly NightCandidate[],
): NightRecord["search"] {
  if (found === null || found.search.refusal !== null) return found?.search ?? null;
  if (candidates.some(({ question }) => question === "recipe")) return found.search;
  const refusal = "what it makes stays out by its own training, or decides as the champion's does";
  return { ...found.search, refusal };
}

/** A night that finds its champion damaged goes back to what can be read, and does no more. */
function unreadable(fault: string, version: number, before: NightMemory): DecidedNight {
  return {
    ...{ candidates: [], drift: [], search: null },
    verdict: {
      decisions: [judgeUnreadable(fault)],
      move: { kind: "rollback", version, sizeFactor: 1 },
      memory: { ...before, serving: null, shadow: null, poorerSince: null },
    },
  };
}

async function lookForDrift(
  { opened, session, settings }: NightBench,
  runs: NightRuns,
  champion: NightChampion,
  { serving }: NightMemory,
): Promise<FoundDrift> {
  const ready = await runs.ready(champion.version);
  const found = detectDrift(ready, opened, await runs.unseen(champion.version));
  if (session === null) return found;
  const { costs } = ready.system;
  const approved = Float64Array.from(serving?.approved.challenger ?? []);
  const isFixed = ready.settings.sizing.kind === "fixed";
  const assumed = {
    ...{ slippageTicks: costs.slippageTicks, approved, seed: settings.seed },
    cashUsd: isFixed ? settings.cashUsd : null,
  };
  return { ...found, findings: [...found.findings, ...detectSessionDrift(session, assumed)] };
}

function sessionSummary(session: SessionEvidence | null): NightSession | null {
  if (session === null) return null;
  const closes = [...session.said.values()];
  return {
    ...{ account: session.account, days: session.days.length, fills: session.paidTicks.length },
    closes: closes.filter(({ champion }) => champion !== null).length,
    shadowCloses: closes.filter(({ shadows }) => shadows.size > 0).length,
  };
}

function memoryOf(last: NightRecord | undefined): NightMemory {
  if (last === undefined) return NO_MEMORY;
  const { attempts, disagreements, poorerSince, serving, shadow } = last;
  return { attempts, disagreements, poorerSince, serving, shadow };
}

function warmOf(nights: readonly NightRecord[]) {
  return nights.toReversed().flatMap(({ search }) =>
    search === null || search.bestScore === null ? [] : [search.params]
  )
    .slice(0, WARM_NIGHTS);
}

/** Trade day of a bar, days since 1970-01-01; before all of them where the file does not hold it. */
function dayOf({ bars, session }: OpenedData, instant: string): number {
  const row = bars.time.indexOf(Date.parse(instant));
  return row < 0 ? -Infinity : session.tradeDay[row]!;
}

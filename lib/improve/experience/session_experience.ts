import { InputError } from "../../core/mod.ts";
import type { SessionStory } from "../../evaluation/mod.ts";
import {
  type ExploredPositions,
  exploredPositions,
  positionOf,
  type SavedDecider,
} from "../../live/mod.ts";
import { type Bars, createCalendar, type Instrument } from "../../market/mod.ts";
import { isPolicy, type TradingSystem } from "../../records/mod.ts";
import { scaleSizing } from "../../risk/mod.ts";
import {
  createExperience,
  type ExperienceAccount,
  type ExperienceHeader,
  recordExperience,
  type Transition,
} from "../../rl/mod.ts";
import { resumeFeatureRows, systemSettings, type TradedModel } from "../../system/mod.ts";
import { nearestAction } from "../../strategies/mod.ts";
import { isSameDeployment, type JournaledDeployment, toTicks } from "../../trading/mod.ts";
import {
  type HeardFill,
  sessionBars,
  sessionFills,
  type SessionStretch,
  stretchesOf,
} from "./session_run.ts";

/** A session and the system whose decisions are wanted. */
export interface SessionExperienceRequest {
  /** What the session did, from its journal alone. */
  readonly story: SessionStory;
  /** Number of the instrument. */
  readonly slot: number;
  /** Who decided. */
  readonly deployment: JournaledDeployment;
  /** Its document. */
  readonly system: TradingSystem;
  /** Its models, in the order of its parts. */
  readonly models: readonly Pick<TradedModel, "manifest">[];
  /** What was traded. */
  readonly instrument: Instrument;
  /** The account that was traded. */
  readonly account: ExperienceAccount;
}

/** The decisions of one system in a session, as a log holds them. */
export interface SessionExperience {
  /** What they were taken with. */
  readonly header: ExperienceHeader;
  /** One for each decision, oldest first. */
  readonly transitions: readonly Transition[];
  /** Decisions in which other positions had a chance. */
  readonly explored: number;
  /** Decisions that another system, or this one in another size, took. */
  readonly byOthers: number;
  /** Decisions taken on another position than the one that was held, as a fill was heard of late. */
  readonly misled: number;
  /** Decisions taken while a limit, or a part of a fill, left a position that nobody would choose. */
  readonly between: number;
}

/** A decision of the session, wherever it goes. */
interface Decided {
  readonly bar: number;
  readonly positionLots: number;
  readonly action: number;
  readonly propensity: number;
  /** Whether it belongs into the log, and why not. */
  readonly place: "own" | "other" | "misled" | "between";
}

/**
 * Makes a log of decisions of the journal of a session. What was observed is not in the journal: it
 * is computed again from the bars and the state that the system began with, bit for bit what it
 * decided on. Of a system with a policy these are the features of the policy, else those of its
 * first part. A decision that nothing else had a chance against has the propensity 1.
 *
 * @throws {InputError} when the system chooses from positions that no log can hold
 */
export function sessionExperience(request: SessionExperienceRequest): SessionExperience {
  const { account, deployment, instrument, models, slot, story, system } = request;
  const sizing = scaleSizing(systemSettings(system).sizing, deployment.sizeFactor);
  const choice = exploredPositions(system, models, sizing);
  const bars = sessionBars(story, slot, instrument);
  const observed = observedPart(models);
  const stretches = stretchesOf(story, slot);
  const observations = observe(request, { bars, part: observed, stretches });
  const header: ExperienceHeader = {
    ...{ instrument: instrument.symbol, intervalMs: bars.intervalMs },
    featureSpec: system.parts[observed]!.featureSpec,
    columns: system.parts[observed]!.featureColumns,
    ...{ actions: choice.positions, lots: choice.lots },
    unitTicks: unitTicks(models[observed]!, bars),
    account,
    behaviour: behaviourOf(request),
  };
  const fills = sessionFills(story, slot, bars);
  const decisions = decisionsOf(request, { bars, choice, fills, stretches });
  const recorded = recordExperience({
    ...{ bars, decisions, header },
    fills: fills.map(({ fill }) => fill),
    frame: {
      ...{ columns: header.columns, rows: bars.length, values: observations, firstValidRow: 0 },
    },
  });
  const count = (wanted: Decided["place"]): number =>
    decisions.filter(({ place }) => place === wanted).length;
  const transitions = ownRuns(recorded, decisions);
  // What could not be read again is not written.
  createExperience(header, transitions);
  return {
    ...{ header, transitions, byOthers: count("other") },
    ...{ misled: count("misled"), between: count("between") },
    explored: transitions.filter(({ propensity }) => propensity < 1).length,
  };
}

/** What was decided in the slot, by whomever, with the position that was held in truth. */
function decisionsOf(
  { deployment, slot, story }: SessionExperienceRequest,
  { bars, choice, fills, stretches }: {
    readonly bars: Bars;
    readonly choice: ExploredPositions;
    readonly fills: readonly HeardFill[];
    readonly stretches: readonly SessionStretch[];
  },
): readonly Decided[] {
  const happened = runningLots(fills, ({ fill }) => bars.time[fill.bar]! + bars.intervalMs);
  const heard = runningLots(fills, ({ knownFrom }) => knownFrom);
  const rowOf = new Map(Array.from(bars.time, (time, row) => [time + bars.intervalMs, row]));
  const decisions: Decided[] = [];
  for (const [close, { chosen, forecast }] of story.decisions[slot]!) {
    if (forecast === null) continue;
    const bar = rowOf.get(close)!, positionLots = happened(close);
    const by = stretches.findLast(({ after }) => after < close)!.deployment;
    if (!isSameDeployment(by, deployment)) {
      decisions.push({ bar, positionLots, action: 0, propensity: 1, place: "other" });
      continue;
    }
    decisions.push({
      ...{ bar, positionLots },
      action: chosen === null
        ? positionOf(forecast, positionLots / choice.lots, choice)
        : nearestAction(choice.positions, chosen.position),
      propensity: chosen?.propensity ?? 1,
      place: placeOf(positionLots, heard(close), choice),
    });
  }
  return decisions;
}

/** A log knows the positions that can be chosen, and no other. */
function placeOf(
  heldLots: number,
  believedLots: number,
  { lots, positions }: ExploredPositions,
): Decided["place"] {
  if (heldLots !== believedLots) return "misled";
  const held = heldLots / lots, nearest = positions[nearestAction(positions, held)]!;
  return Math.abs(held - nearest) < 1e-9 ? "own" : "between";
}

/** Signed lots at a moment, asked for in order of time. */
function runningLots(
  fills: readonly HeardFill[],
  momentOf: (fill: HeardFill) => number,
): (moment: number) => number {
  const sorted = fills.toSorted((a, b) => momentOf(a) - momentOf(b));
  let lots = 0, next = 0;
  return (moment) => {
    for (; next < sorted.length && momentOf(sorted[next]!) <= moment; next++) {
      lots += sorted[next]!.fill.lots;
    }
    return lots;
  };
}

/** Only what the system decided, in runs without a gap between decisions. */
function ownRuns(
  recorded: readonly Transition[],
  decisions: readonly Decided[],
): readonly Transition[] {
  const own: Transition[] = [];
  let episode = -1, isGoingOn = false;
  recorded.forEach((transition, index) => {
    const isOwn = decisions[index]!.place === "own" &&
      transition.observation.every((value) => Number.isFinite(value));
    if (isOwn && !isGoingOn) episode++;
    isGoingOn = isOwn;
    if (isOwn) own.push({ ...transition, episode });
  });
  return own;
}

/** The part whose features are logged: a policy, which a system has last, or else the first. */
function observedPart(models: SessionExperienceRequest["models"]): number {
  const policy = models.findIndex(({ manifest }) => isPolicy(manifest));
  return policy < 0 ? 0 : policy;
}

/** What the observed part saw at each bar of the system's own; NaN elsewhere. Row-major. */
function observe(
  { deployment, instrument, models }: SessionExperienceRequest,
  { bars, part, stretches }: {
    readonly bars: Bars;
    readonly part: number;
    readonly stretches: readonly SessionStretch[];
  },
): Float32Array {
  const calendar = createCalendar(instrument);
  const sessionAt = (time: number) => calendar.sessionAt(time);
  const { featureColumns: { length: width } } = models[part]!.manifest;
  const values = new Float32Array(bars.length * width).fill(NaN);
  stretches.forEach(({ after, deployment: by, saved }, index) => {
    if (!isSameDeployment(by, deployment)) return;
    const { live: state } = saved as unknown as SavedDecider;
    const rows = resumeFeatureRows(models, part, bars, { sessionAt, state });
    const until = stretches[index + 1]?.after ?? Infinity;
    for (let row = 0; row < bars.length; row++) {
      const close = bars.time[row]! + bars.intervalMs;
      if (close <= after || close > until) continue;
      rows.take(bars, row);
      if (rows.isComplete(1)) values.set(rows.newest(1), row * width);
    }
  });
  return values;
}

/** Ticks that a reward of 1 stands for: those of the policy, or else the deviation of a lot's move. */
function unitTicks(
  { manifest }: SessionExperienceRequest["models"][number],
  { instrument: { tickSize }, length, open }: Bars,
): number {
  if (isPolicy(manifest)) return manifest.training.referenceTicks;
  let sum = 0, squares = 0;
  for (let row = 1; row < length; row++) {
    const move = toTicks(open[row]!, tickSize) - toTicks(open[row - 1]!, tickSize);
    sum += move;
    squares += move ** 2;
  }
  const moves = length - 1, deviation = Math.sqrt(squares / moves - (sum / moves) ** 2);
  if (deviation > 0) return deviation;
  throw new InputError("Cannot log decisions as the price never moved between two bars", {
    remedy: "log a session that has traded longer",
  });
}

function behaviourOf({ deployment: { exploration, system } }: SessionExperienceRequest): string {
  return exploration === undefined ? system : `${system}, exploring ${exploration.share}`;
}

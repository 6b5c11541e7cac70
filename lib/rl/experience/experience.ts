import { InputError, type JsonValue } from "../../core/mod.ts";
import type { FeatureFrame } from "../../features/mod.ts";
import { gatherRows } from "../../models/mod.ts";
import type { CostModel } from "../../trading/mod.ts";
import { flatAction } from "../learners/learning_market.ts";

/** The account that was traded, as far as a policy learnt from it has to name it. */
export interface ExperienceAccount {
  /** Cash it began with, dollars. */
  readonly equityUsd: number;
  /** Costs that were expected; what was paid is in the fills. */
  readonly costs: CostModel;
  /** Whether positions were closed at each session's end. */
  readonly flattenAtSessionEnd: boolean;
}

/** What all decisions of one log have in common. */
export interface ExperienceHeader {
  /** Symbol of what was traded. */
  readonly instrument: string;
  /** Length of the bars that were decided on. */
  readonly intervalMs: number;
  /** What an observation holds, to compute it again; null where it is not known. */
  readonly featureSpec: JsonValue;
  /** Names of the numbers of an observation, in order. */
  readonly columns: readonly string[];
  /** Positions to choose from, in full positions, ascending, with 0 among them. */
  readonly actions: readonly number[];
  /** Lots of a full position. */
  readonly lots: number;
  /** Ticks of one lot that make a reward of 1: the reference deviation of the learner. */
  readonly unitTicks: number;
  /** What was traded with; null where it is not known. */
  readonly account: ExperienceAccount | null;
  /** Who decided, in words. */
  readonly behaviour: string;
}

/** What an order's fills were like, against the price it was decided for. */
export interface ExperienceFill {
  /** Signed lots. */
  readonly lots: number;
  /** Mean price of the lots, ticks, slippage included. */
  readonly priceTicks: number;
  /** Opening price of the bar in which a market order fills, ticks. */
  readonly referenceTicks: number;
}

/** One decision with what came of it. */
export interface Transition {
  /** Number of the run it belongs to; rises by 1 from run to run. */
  readonly episode: number;
  /** Epoch milliseconds, UTC, of the close at which it was taken. */
  readonly time: number;
  /** The features known then, unscaled. */
  readonly observation: readonly number[];
  /** Position held then, one of the actions. */
  readonly held: number;
  /** Position chosen, one of the actions. */
  readonly action: number;
  /** Probability with which that action was chosen, above 0 and at most 1. */
  readonly propensity: number;
  /** What was traded for it; null where nothing was. */
  readonly fill: ExperienceFill | null;
  /**
   * Change of the account from this decision's fill to the next one's, every cost inside, per full
   * position and in units of `unitTicks`.
   */
  readonly reward: number;
  /** Whether the run ended with it, flat; what comes after it is worth 0. */
  readonly end: boolean;
}

/** Logged decisions in columns, oldest first within each episode; all arrays `rows` long. */
export interface Experience {
  /** What they have in common. */
  readonly header: ExperienceHeader;
  /** Number of decisions. */
  readonly rows: number;
  /** Row-major `[rows, columns]`, unscaled. */
  readonly observations: Float32Array;
  /** Number of the run. */
  readonly episode: Int32Array;
  /** Epoch milliseconds, UTC. */
  readonly time: Float64Array;
  /** Index of the position held. */
  readonly held: Uint8Array;
  /** Index of the action chosen. */
  readonly action: Uint8Array;
  /** Probability with which it was chosen. */
  readonly propensity: Float64Array;
  /** Signed lots filled; 0 where nothing was. */
  readonly filledLots: Float64Array;
  /** Mean fill price in ticks; NaN where nothing was filled. */
  readonly fillTicks: Float64Array;
  /** Price that the fill is measured against, ticks; NaN where nothing was filled. */
  readonly referenceTicks: Float64Array;
  /** Rewards. */
  readonly reward: Float64Array;
  /** 1 where a run ended. */
  readonly end: Uint8Array;
}

/**
 * Puts decisions into columns.
 *
 * @throws {InputError} when a transition does not fit the header or the one before it
 * @example
 * ```ts
 * import { createExperience } from "./experience.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const { action, held } = createExperience({
 *   instrument: "MES", intervalMs: 60_000, featureSpec: null, columns: ["signal"],
 *   actions: [-1, 0, 1], lots: 1, unitTicks: 4, account: null, behaviour: "coin",
 * }, [{
 *   episode: 0, time: 60_000, observation: [0.5], held: 0, action: 1, propensity: 0.5,
 *   fill: { lots: 1, priceTicks: 20_001, referenceTicks: 20_000 }, reward: -0.25, end: true,
 * }]);
 * assertEquals([held[0], action[0]], [1, 2]);
 * ```
 */
export function createExperience(
  header: ExperienceHeader,
  transitions: readonly Transition[],
): Experience {
  const rows = transitions.length, width = header.columns.length;
  const column = (): Float64Array => new Float64Array(rows);
  const experience = {
    ...{ header, rows },
    observations: new Float32Array(rows * width),
    episode: new Int32Array(rows),
    ...{ time: column(), propensity: column(), reward: column() },
    ...{ filledLots: column(), fillTicks: column(), referenceTicks: column() },
    ...{ held: new Uint8Array(rows), action: new Uint8Array(rows), end: new Uint8Array(rows) },
  };
  transitions.forEach((transition, row) => {
    checkTransition(header, transition, transitions[row - 1] ?? null);
    const { action, end, episode, fill, held, observation, propensity, reward, time } = transition;
    experience.observations.set(observation, row * width);
    experience.episode[row] = episode;
    experience.time[row] = time;
    experience.held[row] = header.actions.indexOf(held);
    experience.action[row] = header.actions.indexOf(action);
    experience.propensity[row] = propensity;
    experience.filledLots[row] = fill?.lots ?? 0;
    experience.fillTicks[row] = fill?.priceTicks ?? NaN;
    experience.referenceTicks[row] = fill?.referenceTicks ?? NaN;
    experience.reward[row] = reward;
    experience.end[row] = end ? 1 : 0;
  });
  return experience;
}

/**
 * Checks one transition against the header and the transition before it.
 *
 * @throws {InputError} naming the field
 */
export function checkTransition(
  { actions, columns }: ExperienceHeader,
  transition: Transition,
  before: Transition | null,
): void {
  const fault = faultOf(actions, columns.length, transition) ?? orderFault(transition, before);
  if (fault === null) return;
  const [rule, value] = fault;
  throw new InputError(`Cannot use a decision as ${rule}: current value is ${value}`, {
    remedy: "write the log anew, or take the line out",
  });
}

/** A rule that is broken, and the value that breaks it. */
type Fault = readonly [rule: string, value: unknown];

function faultOf(
  actions: readonly number[],
  width: number,
  { action, episode, fill, held, observation, propensity, reward, time }: Transition,
): Fault | null {
  const list = (): string => actions.join(", ");
  if (!Number.isSafeInteger(episode)) return ["episode must be a whole number", episode];
  if (!Number.isFinite(time)) return ["time must be a number", time];
  if (observation.length !== width || !observation.every(isFloat32)) {
    return [`observation must be ${width} numbers of float32`, observation.join(", ")];
  }
  if (!actions.includes(held)) return [`held must be one of ${list()}`, held];
  if (!actions.includes(action)) return [`action must be one of ${list()}`, action];
  if (!(propensity > 0 && propensity <= 1)) {
    return ["propensity must be above 0, at most 1", propensity];
  }
  if (!isFloat32(reward)) return ["reward must be a number of float32", reward];
  const unfit = Object.entries(fill ?? {}).find(([, value]) => !Number.isFinite(value));
  return unfit === undefined ? null : [`${unfit[0]} of a fill must be a number`, unfit[1]];
}

/** Whether a number is one, and not so large that learning would see infinity. */
function isFloat32(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

function orderFault({ episode, time }: Transition, before: Transition | null): Fault | null {
  if (before === null || before.episode !== episode) {
    return episode > (before?.episode ?? -1) ? null : ["episodes must rise from 0", episode];
  }
  if (before.end) return ["an episode that has ended cannot go on", episode];
  return time > before.time ? null : ["time must rise within an episode", time];
}

/** Row of the next decision of the same run; -1 where there is none. */
export function nextRow({ episode, rows }: Experience, row: number): number {
  return row + 1 < rows && episode[row + 1] === episode[row] ? row + 1 : -1;
}

/** The observations as features without warm-up. */
export function observationFrame({ header, observations, rows }: Experience): FeatureFrame {
  return { columns: header.columns, rows, values: observations, firstValidRow: 0 };
}

/** The rows `from … to - 1`. */
export function sliceExperience(experience: Experience, from: number, to: number): Experience {
  return pickRows(experience, Int32Array.from({ length: to - from }, (_, row) => from + row));
}

/** The decisions taken from one moment on until before another, run by run. */
export function experienceBetween(experience: Experience, from: number, to: number): Experience {
  const rows = Int32Array.from({ length: experience.rows }, (_, row) => row);
  return pickRows(
    experience,
    rows.filter((row) => experience.time[row]! >= from && experience.time[row]! < to),
  );
}

function pickRows(experience: Experience, rows: Int32Array): Experience {
  const { header, observations } = experience;
  const numbers = (column: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => column[row]!);
  const indices = (column: Uint8Array): Uint8Array => Uint8Array.from(rows, (row) => column[row]!);
  return {
    header,
    rows: rows.length,
    observations: gatherRows({ columns: header.columns, values: observations }, rows),
    episode: Int32Array.from(rows, (row) => experience.episode[row]!),
    time: numbers(experience.time),
    held: indices(experience.held),
    action: indices(experience.action),
    propensity: numbers(experience.propensity),
    filledLots: numbers(experience.filledLots),
    fillTicks: numbers(experience.fillTicks),
    referenceTicks: numbers(experience.referenceTicks),
    reward: numbers(experience.reward),
    end: indices(experience.end),
  };
}

/** One row as it is written. */
export function transitionAt(experience: Experience, row: number): Transition {
  const { actions, columns } = experience.header;
  const width = columns.length;
  const lots = experience.filledLots[row]!;
  return {
    episode: experience.episode[row]!,
    time: experience.time[row]!,
    observation: [...experience.observations.subarray(row * width, (row + 1) * width)],
    held: actions[experience.held[row]!]!,
    action: actions[experience.action[row]!]!,
    propensity: experience.propensity[row]!,
    fill: lots === 0 ? null : {
      lots,
      priceTicks: experience.fillTicks[row]!,
      referenceTicks: experience.referenceTicks[row]!,
    },
    reward: experience.reward[row]!,
    end: experience.end[row] === 1,
  };
}

/** Mean ticks a lot that fills were worse than the price they were decided for; null without fills. */
export function meanSlippageTicks(experience: Experience): number | null {
  let lots = 0, ticks = 0;
  experience.filledLots.forEach((filled, row) => {
    if (filled === 0) return;
    lots += Math.abs(filled);
    ticks += filled * (experience.fillTicks[row]! - experience.referenceTicks[row]!);
  });
  return lots === 0 ? null : ticks / lots;
}

/** Index of staying flat. */
export function flatOf({ header }: Experience): number {
  return flatAction(header.actions);
}

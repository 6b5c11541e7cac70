import { type Bars, barsSha256, sessionMarks, sliceBars } from "../../market/mod.ts";
import { InputError } from "../../core/mod.ts";
import { DAYS_PER_YEAR } from "../../statistics/mod.ts";
import type { OpenedData } from "../../data/mod.ts";

/** Rows [from, to) that are traded by a model fitted on what lies before them. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/** Lengths of the periods whose returns are counted, longest first. */
export const PERIODS = ["day", "hour", "bar"] as const;

/** One of `PERIODS`. */
export type Period = typeof PERIODS[number];

/** The bars on which settings are compared; the held-out ones are not among them. */
export interface DevelopmentData {
  readonly opened: OpenedData;
  /** The folds' test blocks, the same for every trial whatever its labels and features. */
  readonly blocks: readonly Block[];
  readonly period: Period;
  readonly periodsPerYear: number;
  /** Of the development bars alone. */
  readonly sha256: string;
}

/** Fewer returns than this in a block say nothing: then shorter periods are counted. */
const LEAST_PERIODS = 20;

const HOUR_MS = 3_600_000;

/**
 * Cuts the newest bars off and the rest into blocks of equal length, of which all but the oldest
 * are test blocks.
 *
 * @throws {InputError} when a block would be too short to trade
 */
export async function developmentData(
  opened: OpenedData,
  { holdout, folds }: { readonly holdout: number; readonly folds: number },
): Promise<DevelopmentData> {
  const rows = developmentRows(opened.bars, holdout);
  const bars = sliceBars(opened.bars, 0, rows);
  const session = sessionMarks(bars, opened.calendar);
  const edge = (block: number): number => Math.floor(block * rows / (folds + 1));
  const blocks = Array.from({ length: folds }, (_, k) => ({ from: edge(k + 1), to: edge(k + 2) }));
  if (rows < LEAST_PERIODS * (folds + 1)) {
    throw new InputError(`Cannot cut ${rows} bars into ${folds + 1} blocks`, {
      remedy: "give more bars, fewer --folds or a smaller --holdout",
    });
  }
  const development = { ...opened, bars, session };
  const period = choosePeriod(development, blocks);
  const all = { from: 0, to: rows };
  return {
    opened: development,
    blocks,
    period,
    periodsPerYear: DAYS_PER_YEAR * countPeriods(development, all, period) /
      countPeriods(development, all, "day"),
    sha256: await barsSha256(bars),
  };
}

/** Rows that tuning and training may use; the others are held out. */
export function developmentRows(bars: Bars, holdout: number): number {
  return Math.floor(bars.length * (1 - holdout));
}

/** A number for each bar that says which period it is in; ascending. */
export function periodOfBars({ bars, session }: OpenedData, period: Period): Int32Array {
  switch (period) {
    case "day":
      return session.tradeDay;
    case "hour":
      return Int32Array.from(bars.time, (time) => Math.floor(time / HOUR_MS));
    case "bar":
      return Int32Array.from(bars.time, (_, row) => row);
  }
}

/** The longest of which every block has enough. */
function choosePeriod(opened: OpenedData, blocks: readonly Block[]): Period {
  const isEnough = (period: Period): boolean =>
    blocks.every((block) => countPeriods(opened, block, period) >= LEAST_PERIODS);
  return PERIODS.find(isEnough) ?? "bar";
}

function countPeriods(opened: OpenedData, { from, to }: Block, period: Period): number {
  return new Set(periodOfBars(opened, period).subarray(from, to)).size;
}

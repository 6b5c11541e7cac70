import type { Bars } from "../lib/market/bars.ts";
import { toTicks } from "../lib/trading/money.ts";
import type { OrderRequest } from "../lib/trading/strategy.ts";

/** What is compared: one way to enter and leave each. */
export const CASES = ["cross", "bracket", "limit", "stop", "trailing"] as const;
/** Name of a comparison. */
export type Case = typeof CASES[number];

/**
 * One decision and what ends it. Nothing in it depends on fills, so a disagreement cannot spread
 * into the next episode.
 */
export interface Episode {
  /** Row at whose close the entry is sent. */
  readonly bar: number;
  /** Row at whose close all that works is cancelled and what is held is closed at the market. */
  readonly closeBar: number;
  /** The entry of one lot and its exits, which count from the fill: the next open. */
  readonly request: OrderRequest;
}

/** The bars' prices in whole ticks. */
export interface TickColumns {
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  /** The number that so many ticks, as a decimal price, are read as. */
  readonly priceOf: (ticks: number) => number;
}

const FAST = 10;
const SLOW = 30;
/** Bars from one episode to the next, and from an entry to its forced close. */
const SPACING = 12;
const HOLDING = 10;

/** Integers, so that no two languages can round a price differently. */
export function tickColumns({ close, high, instrument, low, open }: Bars): TickColumns {
  const { tickSize } = instrument;
  const ticks = (column: Float64Array) =>
    Int32Array.from(column, (price) => toTicks(price, tickSize));
  const decimals = decimalsOf(tickSize);
  return {
    open: ticks(open),
    high: ticks(high),
    low: ticks(low),
    close: ticks(close),
    priceOf: (count) => Number((count * tickSize).toFixed(decimals)),
  };
}

/** Decimals that a tick size is written with. */
export function decimalsOf(tickSize: number): number {
  return String(tickSize).split(".")[1]?.length ?? 0;
}

/** The decisions of a case, made once for all engines. */
export function episodesOf(name: Case, ticks: TickColumns): readonly Episode[] {
  return name === "cross" ? crossings(ticks) : spacedEpisodes(name, ticks);
}

/** 1 where the fast average is above the slow one, -1 below, 0 before both are known. */
function trendSides({ close }: TickColumns): Int8Array {
  const sides = new Int8Array(close.length);
  let fast = 0, slow = 0;
  for (let bar = 0; bar < close.length; bar++) {
    fast += close[bar]! - (close[bar - FAST] ?? 0);
    slow += close[bar]! - (close[bar - SLOW] ?? 0);
    if (bar >= SLOW - 1) sides[bar] = Math.sign(fast * SLOW - slow * FAST) || sides[bar - 1]!;
  }
  return sides;
}

/** Always in the market, turned at each crossing; the last position is left to the end of data. */
function crossings(ticks: TickColumns): readonly Episode[] {
  const sides = trendSides(ticks);
  // A decision on the last row could never fill.
  const turns = [...sides.subarray(0, -1).keys()]
    .filter((bar) => bar > 0 && sides[bar] !== sides[bar - 1]);
  return turns.map((bar, i) => ({
    bar,
    closeBar: turns[i + 1] ?? sides.length,
    request: { lots: sides[bar]! },
  }));
}

function spacedEpisodes(name: Exclude<Case, "cross">, ticks: TickColumns): readonly Episode[] {
  const sides = trendSides(ticks);
  const episodes: Episode[] = [];
  for (let bar = SLOW; bar + SPACING < sides.length; bar += SPACING) {
    const lots = sides[bar]!;
    if (lots === 0) continue;
    const range = meanRange(ticks, bar);
    const request = requestOf(name, lots, ticks.close[bar]!, range);
    episodes.push({ bar, closeBar: bar + HOLDING, request });
  }
  return episodes;
}

function requestOf(
  name: Exclude<Case, "cross">,
  lots: number,
  close: number,
  range: number,
): OrderRequest {
  const half = Math.ceil(range / 2);
  switch (name) {
    case "bracket":
      return {
        lots,
        exits: [
          { kind: "stop-loss", distanceTicks: range },
          { kind: "take-profit", distanceTicks: range + half },
        ],
      };
    case "limit":
      return { lots, terms: { kind: "limit", limitTicks: close - lots * half } };
    case "stop":
      return { lots, terms: { kind: "stop", stopTicks: close + lots * half } };
    case "trailing":
      return { lots, exits: [{ kind: "trailing-stop", distanceTicks: range }] };
  }
}

/** Mean of high less low over the last bars, whole ticks, at least 2. */
function meanRange({ high, low }: TickColumns, bar: number): number {
  let sum = 0;
  for (let row = bar - FAST + 1; row <= bar; row++) sum += high[row]! - low[row]!;
  return Math.max(2, Math.round(sum / FAST));
}

import { sleep, type TimerClock } from "../../core/mod.ts";
import {
  type BarFeed,
  type ChecklistLine,
  CLOCK_TOLERANCE_MS,
  type TradingMode,
} from "../../trading/mod.ts";
import { CLOCK_LINE, FRESH_LINE, leftOut, passed, red } from "./checklist_line.ts";

/** A feed as it is looked at before a session begins. */
export interface CheckedFeed {
  /** How it does. */
  readonly source: Pick<BarFeed, "clockOffset" | "status">;
  /** Whether its bars come at the market's own pace. */
  readonly isLive: boolean;
  /** Whether a venue stamps its bars, so that the machine's clock can be held against it. */
  readonly hasVenue: boolean;
}

const LOOK_EVERY_MS = 100;

/**
 * Waits until a feed has said how it does and a line that broke off is there again, but not longer
 * than so many milliseconds.
 */
export async function awaitFeed(
  { hasVenue, isLive, source }: CheckedFeed,
  clock: TimerClock,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const until = clock.now() + patienceMs;
  const isKnown = (): boolean => {
    const { state } = source.status;
    return state !== "connecting" && state !== "reconnecting" &&
      (!hasVenue || source.clockOffset !== null);
  };
  while (isLive && !isKnown() && clock.now() < until && signal?.aborted !== true) {
    await sleep(clock, LOOK_EVERY_MS);
  }
}

/** Whether the machine's clock is right, by the stamps of the feed's own venue. */
export function clockLine(
  mode: TradingMode,
  { hasVenue, isLive, source: { clockOffset } }: CheckedFeed,
): ChecklistLine {
  const name = CLOCK_LINE;
  if (!isLive) return leftOut(name, "stored bars have no clock");
  if (!hasVenue) return leftOut(name, "a file says no time of its own");
  if (clockOffset === null) {
    return red(mode, name, "the venue has not said its time", "see whether it can be reached");
  }
  const middleMs = (clockOffset.lowMs + clockOffset.highMs) / 2;
  const found = `${(Math.abs(middleMs) / 1_000).toFixed(1)} s ${
    middleMs < 0 ? "behind" : "ahead of"
  } the venue`;
  if (Math.abs(middleMs) <= CLOCK_TOLERANCE_MS) return passed(name, found);
  return red(mode, name, found, "set this machine's clock by the network's time (NTP)");
}

/** Whether the newest bar that should be there is. */
export function freshLine(
  mode: TradingMode,
  { isLive, source: { status: { detail, state } } }: CheckedFeed,
): ChecklistLine {
  const name = FRESH_LINE;
  if (!isLive) return leftOut(name, "stored bars are as old as they are");
  if (state === "live") return passed(name, "the newest bar that should be there is");
  const found = `the feed is ${state}${detail === "" ? "" : `: ${detail}`}`;
  return red(mode, name, found, "see whether its source is running and can be reached");
}

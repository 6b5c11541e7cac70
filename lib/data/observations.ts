import type { Bars } from "../market/mod.ts";
import type { Source } from "./checks.ts";
import { createWallClock } from "./time_zone.ts";

const DAY_MS = 86_400_000;

/**
 * What a reader of the data should know although no rule is broken, as plain sentences: volume
 * that is unknown, bars without a range, prices that stand still.
 */
export function describeBars(bars: Bars, source: Source): string[] {
  const { open, high, low, close, volume, length } = bars;
  const notes: string[] = [];
  if (length > 0 && !source.names.has("volume")) {
    notes.push("There is no volume column; volume is 0, which means unknown.");
  } else if (length > 0 && volume.every((lots) => lots === 0)) {
    notes.push("Volume is 0 in every bar, which means unknown.");
  }
  let flat = 0;
  let repeated = 0;
  let run = 0;
  let longest = { run: 0, row: 0 };
  for (let i = 0; i < length; i++) {
    if (high[i] === low[i]) flat++;
    const same = i > 0 && open[i] === open[i - 1] && high[i] === high[i - 1] &&
      low[i] === low[i - 1] && close[i] === close[i - 1] && volume[i] === volume[i - 1];
    run = same ? run + 1 : 0;
    if (same) repeated++;
    if (run > longest.run) longest = { run, row: i };
  }
  if (flat > 0) notes.push(`${share(flat, length)} have no range: high equals low.`);
  if (repeated > 0) {
    const line = source.lines[longest.row - longest.run];
    notes.push(
      `${share(repeated, length)} repeat the bar before in every value; ` +
        `the longest run is ${longest.run + 1} bars from row ${line}.`,
    );
  }
  return notes;
}

/** Wall-clock readings of a file and the zone they were read in. */
export interface WallReadings {
  /** Epoch milliseconds as if the readings were UTC, one a bar. */
  readonly stamps: Float64Array;
  readonly timeZone: string;
}

/** Zones in which vendors write US and European markets. */
const LIKELY_ZONES = ["UTC", "America/New_York", "America/Chicago", "Europe/London"];
/** A wrong zone puts at least so many bars outside the session. */
const WRONG_ZONE_SHARE = 0.01;
/** Another reading explains the bars outside when it leaves no more of them than this. */
const EXPLAINED_SHARE = 0.1;
const SAMPLE_ROWS = 20_000;

/**
 * Tells whether intraday stamps were read as they are meant, by counting the bars outside the
 * session: bars stamped by their close have one at the very end of each session and none at its
 * start, and those of another zone lie outside for hours. A reading is suggested only when it
 * explains at least nine of ten bars outside, and the one that explains most.
 *
 * @param isOpen whether a bar that opens at this moment belongs to the session
 * @param stamp the reading used
 * @param wall the readings, where the stamps do not fix their moment themselves
 * @returns a sentence with a suggestion when another reading explains the bars outside, else null
 */
export function suggestReading(
  bars: Bars,
  isOpen: (time: number) => boolean,
  stamp: "open" | "close",
  wall?: WallReadings,
): string | null {
  const { time, length, intervalMs } = bars;
  if (intervalMs >= DAY_MS) return null;
  const shift = stamp === "open" ? -intervalMs : intervalMs;
  let outside = 0;
  let outsideShifted = 0;
  for (let i = 0; i < length; i++) {
    if (!isOpen(time[i]!)) outside++;
    if (!isOpen(time[i]! + shift)) outsideShifted++;
  }
  if (outside === 0) return null;
  const zone = wall === undefined || outside < length * WRONG_ZONE_SHARE
    ? null
    : bestZone(wall, isOpen, time.length === 0 ? 0 : time[0]! - firstMoment(wall));
  if (
    zone !== null && zone.share <= EXPLAINED_SHARE * (outside / length) &&
    zone.share * length <= outsideShifted
  ) {
    return `Read in ${wall!.timeZone}, ${share(outside, length)} lie outside the session; read ` +
      `in ${zone.name}, ${zone.share === 0 ? "none" : "few"} do: try --time-zone ${zone.name}.`;
  }
  if (outsideShifted > EXPLAINED_SHARE * outside) return null;
  const other = stamp === "open" ? "close" : "open";
  return `Read as bar ${stamp}s, ${share(outside, length)} lie outside the session; read as bar ` +
    `${other}s, ${outsideShifted} do. The stamps look like bar ${other}s: try --stamp ${other}.`;
}

/** Moment of the first reading in the zone it was read in, before any shift to the bar's open. */
function firstMoment({ stamps, timeZone }: WallReadings): number {
  return createWallClock(timeZone).resolve(stamps[0]!).earlier;
}

/** The other zone that leaves the smallest share of bars outside the session. */
function bestZone(
  { stamps, timeZone }: WallReadings,
  isOpen: (time: number) => boolean,
  shift: number,
): ZoneShare | null {
  let best: ZoneShare | null = null;
  for (const name of LIKELY_ZONES) {
    if (name === timeZone) continue;
    const share = shareOutside(stamps, name, isOpen, shift);
    if (best === null || share < best.share) best = { name, share };
  }
  return best;
}

interface ZoneShare {
  readonly name: string;
  /** Share of bars outside the session when read in the zone. */
  readonly share: number;
}

function shareOutside(
  stamps: Float64Array,
  timeZone: string,
  isOpen: (time: number) => boolean,
  shift: number,
): number {
  const clock = createWallClock(timeZone);
  const stride = Math.max(1, Math.floor(stamps.length / SAMPLE_ROWS));
  let outside = 0, count = 0;
  for (let i = 0; i < stamps.length; i += stride) {
    if (Number.isNaN(stamps[i]!)) continue;
    const { earlier } = clock.resolve(stamps[i]!);
    count++;
    if (Number.isNaN(earlier) || !isOpen(earlier + shift)) outside++;
  }
  return count === 0 ? 1 : outside / count;
}

/**
 * The zone of readings that name none, where the session tells it: the only likely zone in which
 * nearly all bars lie inside it.
 *
 * @param stamps wall-clock readings as if they were UTC; NaN for one that could not be read
 * @param isOpen whether a bar that opens at this moment belongs to the session
 * @returns a sentence with the flag, or null when no zone or several fit
 */
export function suggestZone(
  stamps: Float64Array,
  isOpen: (time: number) => boolean,
): string | null {
  const shares = LIKELY_ZONES.map((name): ZoneShare => ({
    name,
    share: shareOutside(stamps, name, isOpen, 0),
  }));
  const fitting = shares.filter(({ share }) => share < WRONG_ZONE_SHARE);
  if (fitting.length !== 1) return null;
  const { name } = fitting[0]!;
  return `Only in ${name} do the bars lie in the session: try --time-zone ${name}.`;
}

function share(count: number, total: number): string {
  return `${count} of ${total} bars`;
}

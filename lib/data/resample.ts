import {
  type Bars,
  DAILY_INTERVAL_MS,
  DAY_MS,
  type Session,
  type SessionCalendar,
  sessionOfBar,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";

/**
 * Makes longer bars out of shorter ones.
 *
 * Intraday bars are counted from the open of each session (or, where the source bars straddle the
 * open, from the stamp of the bar that holds it) and never cross a session. Daily bars are one
 * per trade day, stamped with its date at midnight UTC. A bar is made only once it is complete:
 * once a source bar of a later bucket, or the end of its bucket or session, is known. Source bars
 * outside all sessions are left out.
 *
 * @param intervalMs a whole multiple of the source's interval below 20 hours, or one day
 * @throws {InputError} when the interval does not fit, or a contract roll falls inside one bar
 * @example
 * ```ts
 * import { resampleBars } from "./resample.ts";
 * import { createCalendar } from "../market/calendar.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const instrument = findInstrument("ES");
 * const column = Float64Array.of(1, 2, 3);
 * const bars = {
 *   instrument, intervalMs: 60_000, length: 3,
 *   time: Float64Array.of(0, 1, 2).map((i) => Date.parse("2024-06-10T14:00Z") + i * 60_000),
 *   open: column, high: column, low: column, close: column, volume: column,
 * };
 * const longer = resampleBars(bars, 120_000, createCalendar(instrument));
 * assertEquals(longer.length, 1); // the second bucket still lacks its last minute
 * assertEquals(longer.volume[0], 3);
 * ```
 */
export function resampleBars(bars: Bars, intervalMs: number, calendar: SessionCalendar): Bars {
  return resampleCounted(bars, intervalMs, calendar).bars;
}

/** Longer bars, and how many source bars are in none of them. */
export interface ResampledBars {
  /** As `resampleBars` gives them. */
  readonly bars: Bars;
  /** Source bars outside all sessions. */
  readonly outsideSession: number;
  /** Source bars at the end whose longer bar is not complete. */
  readonly unfinished: number;
}

/** As `resampleBars`, and counts what is left out. */
export function resampleCounted(
  bars: Bars,
  intervalMs: number,
  calendar: SessionCalendar,
): ResampledBars {
  checkInterval(bars.intervalMs, intervalMs);
  const { starts, ends, stamps, outsideSession, unfinished } = findBuckets(
    bars,
    intervalMs,
    calendar,
  );
  return {
    bars: bucketBars(bars, intervalMs, { starts, ends, stamps }),
    outsideSession,
    unfinished,
  };
}

function bucketBars(
  bars: Bars,
  intervalMs: number,
  { starts, ends, stamps }: Pick<Buckets, "starts" | "ends" | "stamps">,
): Bars {
  const length = stamps.length;
  const column = (pick: (start: number, end: number) => number): Float64Array =>
    Float64Array.from({ length }, (_, i) => pick(starts[i]!, ends[i]!));
  const openInterest = bars.openInterest;
  const continuous = bars.continuous;
  return {
    instrument: bars.instrument,
    intervalMs,
    length,
    time: Float64Array.from(stamps),
    open: column((start) => bars.open[start]!),
    high: column((start, end) => extreme(bars.high, start, end, Math.max)),
    low: column((start, end) => extreme(bars.low, start, end, Math.min)),
    close: column((_, end) => bars.close[end - 1]!),
    volume: column((start, end) => sum(bars.volume, start, end)),
    ...(openInterest === undefined
      ? {}
      : { openInterest: column((_, end) => openInterest[end - 1]!) }),
    ...(bars.actions === undefined ? {} : { actions: bars.actions }),
    ...(bars.funding === undefined ? {} : { funding: bars.funding }),
    ...(continuous === undefined ? {} : {
      continuous: {
        ...continuous,
        adjustment: column((start) => continuous.adjustment[start]!),
        contract: Int32Array.from(starts, (start, i) => {
          return sameContract(continuous.contract, start, ends[i]!, stamps[i]!);
        }),
      },
    }),
  };
}

function checkInterval(source: number, target: number): void {
  const daily = target === DAY_MS && source < DAILY_INTERVAL_MS;
  const intraday = target < DAILY_INTERVAL_MS && target >= source && target % source === 0;
  if (daily || intraday) return;
  throw new InputError(`Cannot make bars of ${target} ms out of bars of ${source} ms`, {
    remedy: "ask for a whole multiple below 20 hours, or for one day out of intraday bars",
  });
}

interface Buckets {
  /** First source row of each bucket. */
  readonly starts: number[];
  /** Row after the last source row of each bucket. */
  readonly ends: number[];
  /** Epoch ms of the made bars. */
  readonly stamps: number[];
  /** Source rows outside all sessions. */
  readonly outsideSession: number;
  /** Source rows of the last bucket, which is not complete. */
  readonly unfinished: number;
}

function findBuckets(bars: Bars, intervalMs: number, calendar: SessionCalendar): Buckets {
  const buckets = { starts: [] as number[], ends: [] as number[], stamps: [] as number[] };
  let outsideSession = 0;
  let session: Session | null = null;
  let origin = 0;
  let [start, stamp, due] = [-1, 0, 0];
  const finish = (end: number): void => {
    if (start < 0) return;
    buckets.starts.push(start);
    buckets.ends.push(end);
    buckets.stamps.push(stamp);
    start = -1;
  };
  for (let row = 0; row < bars.length; row++) {
    const time = bars.time[row]!;
    const own = sessionOfBar(time, bars.intervalMs, calendar);
    if (own !== session || (own !== null && start >= 0 && time >= due)) finish(row);
    if (own === null) {
      outsideSession++;
      continue;
    }
    if (own !== session) {
      session = own;
      origin = bucketOrigin(own.open, time, bars.intervalMs);
    }
    if (start >= 0) continue;
    start = row;
    if (intervalMs === DAY_MS) {
      [stamp, due] = [own.tradeDay * DAY_MS, own.close];
    } else {
      stamp = origin + Math.floor((time - origin) / intervalMs) * intervalMs;
      due = Math.min(stamp + intervalMs, own.close);
    }
  }
  const known = bars.length === 0 ? 0 : bars.time[bars.length - 1]! + bars.intervalMs;
  if (known >= due) finish(bars.length);
  // Rows outside sessions end a bucket, so an open one reaches to the end of the bars.
  return { ...buckets, outsideSession, unfinished: start < 0 ? 0 : bars.length - start };
}

/** The latest stamp on the source's own grid that is not after the open. */
function bucketOrigin(open: number, sourceTime: number, sourceInterval: number): number {
  return sourceTime - Math.ceil((sourceTime - open) / sourceInterval) * sourceInterval;
}

function extreme(
  column: Float64Array,
  start: number,
  end: number,
  better: (a: number, b: number) => number,
): number {
  let value = column[start]!;
  for (let i = start + 1; i < end; i++) value = better(value, column[i]!);
  return value;
}

function sum(column: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += column[i]!;
  return total;
}

function sameContract(contract: Int32Array, start: number, end: number, stamp: number): number {
  const first = contract[start]!;
  if (contract[end - 1] === first) return first;
  throw new InputError("Cannot make one bar out of two contracts as a roll falls inside it", {
    where: `bar ${new Date(stamp).toISOString()}`,
    remedy: "resample each contract before joining them",
  });
}

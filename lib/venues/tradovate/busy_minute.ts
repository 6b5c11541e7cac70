import type { TokenState } from "./credentials.ts";

/** Shares of a minute's calls: what quiet times use, and from where on it is written down. */
const QUIET = 0.4, NOTED = [0.6, 0.8];
/** What the venue is known to bear beyond a minute's calls, as a share of these. */
const SPARE = 1 / 3;
/** A note is made anew no sooner, and says nothing of what is older than a minute behind that. */
const AGAIN_MS = 30_000, NEWS_MS = 90_000;

/** A minute in which a process made so many calls that the one after it has to know. */
export type BusyMinute = NonNullable<TokenState["busy"]>;

/**
 * What is to be kept of the calls that went in a minute; null for nothing new.
 *
 * @param known what was kept last
 * @param share of the calls that a minute allows
 */
export function busyMinute(
  known: BusyMinute | undefined,
  share: number,
  now: number,
): BusyMinute | null {
  const level = NOTED.findLastIndex((least) => share >= least);
  if (level < 0) return null;
  const most = NOTED[level + 1] ?? 1;
  const isFresh = known !== undefined && known.mostShare >= most && now - known.at < AGAIN_MS;
  return isFresh ? null : { at: now, mostShare: most };
}

/**
 * Which share of a minute's calls a process before this one is taken to have used: as much as in
 * quiet times, so that a start and what guards a position find room, and more where it was busy.
 */
export function shareBefore(known: BusyMinute | undefined, now: number): number {
  const isNews = known !== undefined && now - known.at < NEWS_MS;
  return isNews ? Math.max(QUIET, known.mostShare - SPARE) : QUIET;
}

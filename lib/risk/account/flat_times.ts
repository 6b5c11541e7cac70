import type { AccountTerms } from "./account_terms.ts";
import { rootOf } from "./contract_count.ts";
import type { AccountMonitorState, AccountStop } from "./monitor_state.ts";
import { createDailyClock, type DailyClock, type DailyTime } from "./daily_clock.ts";

/** When positions must be closed for the day. */
export interface FlatTimes {
  /** When an instrument must be flat next, epoch milliseconds; null without such a rule. */
  flatAt(state: AccountMonitorState, instrument: string): number | null;
  /** Why it must be flat now, and until when; null while it need not be. */
  closedAt(
    state: AccountMonitorState,
    instrument: string,
    untilNextMs: number,
  ): { readonly stop: AccountStop; readonly until: number | null } | null;
}

/**
 * Follows the times by which positions must be flat. A position must go from some time before it
 * (`leadMs`) or, where questions are rarer, at the last one before it; entries are refused until
 * the session opens again.
 */
export function createFlatTimes({ session }: AccountTerms): FlatTimes {
  if (session === undefined) return { flatAt: () => null, closedAt: () => null };
  const { beforeCloseMs, earlier = [], leadMs } = session;
  const open = session.open === undefined ? null : createDailyClock(session.open);
  const usual = clockOf(session.flatBy);
  const early = earlier.map(({ flatBy, instruments }) => ({
    instruments,
    clock: createDailyClock(flatBy),
  }));
  const clockFor = (instrument: string): DailyClock | null =>
    early.find(({ instruments }) => instruments.includes(rootOf(instrument)))?.clock ?? usual;

  const flatAt = ({ closesAt, time }: AccountMonitorState, instrument: string): number | null => {
    const clock = clockFor(instrument);
    const byWall = clock === null ? Infinity : clock.nextAt(time!);
    const byClose = closesAt === null || beforeCloseMs === undefined
      ? Infinity
      : closesAt - beforeCloseMs;
    const at = Math.min(byWall, byClose);
    return at === Infinity ? null : at;
  };

  return {
    flatAt,
    closedAt(state, instrument, untilNextMs) {
      const { dayBegunAt, time } = state;
      if (time === null) return null;
      const stop = (at: number): AccountStop => ({
        rule: "flat-by",
        reason: `flat by ${new Date(at).toISOString()}`,
        time,
      });
      const next = flatAt(state, instrument);
      if (next !== null && (time >= next - leadMs || time + untilNextMs > next - leadMs)) {
        return { stop: stop(next), until: open?.nextAt(next) ?? null };
      }
      const last = clockFor(instrument)?.lastAt(time);
      if (last === undefined) return null;
      // Without a known hour of opening, the next trade day opens: weekends pass unwatched.
      const openedAt = open === null ? dayBegunAt ?? time : open.lastAt(time);
      if (last <= openedAt) return null;
      return { stop: stop(last), until: open?.nextAt(time) ?? null };
    },
  };
}

function clockOf(time: DailyTime | undefined): DailyClock | null {
  return time === undefined ? null : createDailyClock(time);
}

import { assert, assertEquals } from "../../../tests/assert.ts";
import { createCalendar, DAY_MS, MINUTE_MS, type Session } from "../../market/mod.ts";
import { createAccountMonitor } from "./account_monitor.ts";
import type { AccountTerms } from "./account_terms.ts";
import { createDailyClock } from "./daily_clock.ts";
import { tradesUntil } from "./trades_until.ts";

const CHICAGO = "America/Chicago";
const FLAT_BY = { time: "15:10", timeZone: CHICAGO };

/** Two years: early closes, both changes of the clock, days on which a session has a pause. */
const SESSIONS = createCalendar({ session: "cme-equity" })
  .sessions(Date.parse("2024-01-02T06:00:00Z"), Date.parse("2025-12-31T00:00:00Z"));

/** Closes of bars at which orders can trade, but for the last of a session. */
function looks({ close, open, pauses }: Session, everyMs: number): number[] {
  const times: number[] = [];
  for (let time = open + everyMs; time < close; time += everyMs) {
    if (!pauses.some(({ from, until }) => from <= time && time < until + everyMs)) times.push(time);
  }
  return times;
}

/** Who always wants a lot, in every session; times at which he held one. */
function heldTimes(terms: AccountTerms, everyMs: number): ReadonlySet<number> {
  const monitor = createAccountMonitor(terms);
  let state = monitor.begin({ initialMicros: 50_000e6 });
  const held = new Set<number>();
  for (const session of SESSIONS) {
    const { close, tradeDay } = session;
    for (const time of looks(session, everyMs)) {
      const closesAt = tradesUntil(session, time);
      state = monitor.step(state, { kind: "clock", time, closesAt });
      state = monitor.step(state, { kind: "mark", time, equityMicros: 50_000e6 });
      const question = { instrument: "MES", untilNextMs: everyMs };
      const { mustFlatten, refusesEntries } = monitor.judge(state, question);
      const before = state.held["MES"] ?? 0;
      const wanted = mustFlatten !== null ? 0 : refusesEntries !== null ? before : 1;
      const lots = wanted - before;
      if (lots !== 0) state = monitor.step(state, { kind: "fill", time, instrument: "MES", lots });
      if (wanted > 0) held.add(time);
    }
    state = monitor.step(state, { kind: "day-end", time: close });
    assertEquals(state.held, {}, `held over the close of ${new Date(tradeDay * DAY_MS)}`);
  }
  return held;
}

for (
  const [name, open] of [["known", { time: "17:00", timeZone: CHICAGO }], [
    "unknown",
    null,
  ]] as const
) {
  Deno.test(`whoever always wants a lot is flat by the rule in 500 sessions, the hour of opening ${name}`, () => {
    assert(SESSIONS.length > 500);
    const isShort = (session: Session) => session.early || tradesUntil(session, 0) < session.close;
    assert(SESSIONS.filter(isShort).length >= 19);
    const clock = createDailyClock(FLAT_BY);
    const beforeCloseMs = 10 * MINUTE_MS;
    for (const minutes of [5, 15]) {
      const everyMs = minutes * MINUTE_MS;
      const held = heldTimes({
        ...{ rules: "mine", automation: "allowed" },
        session: {
          ...{ flatBy: FLAT_BY, leadMs: MINUTE_MS, beforeCloseMs },
          ...(open === null ? {} : { open }),
        },
      }, everyMs);
      for (const session of SESSIONS) {
        const times = looks(session, everyMs);
        for (const time of times) {
          const flatAt = Math.min(
            clock.nextAt(time - 1),
            tradesUntil(session, time) - beforeCloseMs,
          );
          // Held from this look to the next one, which must not lie beyond.
          if (held.has(time)) assert(time + everyMs <= flatAt, new Date(time).toISOString());
        }
        const isHeld = times.filter((time) => held.has(time)).length;
        assert(isHeld > 0.8 * times.length - 60 / minutes, new Date(session.open).toISOString());
      }
    }
  });
}

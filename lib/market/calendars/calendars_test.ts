import fc from "fast-check";
import nodeAssert from "node:assert/strict";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { InputError } from "../../core/errors.ts";
import { calendarByRules, createCalendar, type Session } from "../calendar.ts";
import { DAY_MS, epochDay, isoDate } from "../time_zone.ts";
import type { CalendarRules } from "./calendar_rules.ts";
import { CALENDARS, findCalendar } from "./calendars.ts";
import { CALENDAR_SOURCES } from "./sources.ts";

const FROM = Date.UTC(1998, 0);
const UNTIL = Date.UTC(2031, 0);

const SESSIONS: ReadonlyMap<string, readonly Session[]> = new Map(
  CALENDARS.map(({ name }) => [name, createCalendar({ session: name }).sessions(FROM, UNTIL)]),
);

Deno.test("every entry of a calendar names a source, and no source is there for nothing", () => {
  const named = new Set<string>();
  for (const { name, hours, holidays, days } of CALENDARS) {
    for (const { source } of [...hours, ...holidays, ...days]) {
      assert(CALENDAR_SOURCES[source] !== undefined, `${name}: ${source}`);
      named.add(source);
    }
  }
  assertEquals(Object.keys(CALENDAR_SOURCES).filter((key) => !named.has(key)), []);
  for (const { address } of Object.values(CALENDAR_SOURCES)) {
    assert(address === "docs/calendars.md" || URL.canParse(address), address);
  }
});

Deno.test("the entries of a calendar stand in the order in which they come into force", () => {
  for (const { name, hours, days, holidays } of CALENDARS) {
    const dates = hours.map(({ from }) => from);
    assertEquals(dates, [...dates].sort(), name);
    for (const { date } of days) epochDay(date);
    for (const { from, before } of holidays) {
      if (from !== undefined && before !== undefined) assert(from < before, `${name} ${from}`);
    }
    assertEquals(new Set(days.map(({ date }) => date)).size, days.length, name);
  }
});

Deno.test("the rules of a calendar are plain data", () => {
  for (const calendar of CALENDARS) {
    assertEquals(JSON.parse(JSON.stringify(calendar)) as CalendarRules, calendar);
  }
});

Deno.test("docs/calendars.md lists every calendar with its zone, and no other", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/calendars.md", import.meta.url));
  const table = page.slice(0, page.indexOf("## Trade dates"));
  const rows = [...table.matchAll(/^\| `([\w-]+)` *\|[^|]*\| ([\w/]+) *\|/gm)];
  assertEquals(
    rows.map(([, name, zone]) => `${name} ${zone}`),
    CALENDARS.map(({ name, timeZone }) => `${name} ${timeZone}`),
  );
});

Deno.test("no exception says what the rules say anyway", () => {
  for (const { name, days, ...rest } of CALENDARS) {
    for (const { date } of days) {
      const day = epochDay(date);
      const without = { ...rest, name, days: days.filter((other) => other.date !== date) };
      const shown = (rules: CalendarRules): string => describeAround(rules, day);
      assert(shown({ ...rest, name, days }) !== shown(without), `${name} ${date}`);
    }
  }
});

Deno.test("a thousand random sessions of each calendar round-trip between zone and UTC", () => {
  for (const [name, sessions] of SESSIONS) {
    const { timeZone } = findCalendar(name);
    const picked = fc.sample(fc.integer({ min: 0, max: sessions.length - 1 }), {
      numRuns: 1_000,
      seed: 14,
    });
    for (const index of picked) {
      const session = sessions[index]!;
      const { close, open, pauses, tradeDay } = session;
      for (const time of [open, close, ...pauses.flatMap(({ from, until }) => [from, until])]) {
        const wall = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone)
          .toPlainDateTime();
        // An hour that clocks skip or repeat would come back as another one.
        assertEquals(wall.toZonedDateTime(timeZone).epochMilliseconds, time, `${name} ${wall}`);
      }
      const last = Temporal.Instant.fromEpochMilliseconds(close - 1).toZonedDateTimeISO(timeZone);
      assertEquals(last.toPlainDate().toString(), isoDate(tradeDay), name);
    }
  }
});

Deno.test("sessions of a calendar never overlap and their trade days increase", () => {
  for (const [name, sessions] of SESSIONS) {
    for (let i = 0; i < sessions.length; i++) {
      const { close, open, pauses, tradeDay } = sessions[i]!;
      const before = sessions[i - 1];
      const place = `${name} ${isoDate(tradeDay)}`;
      if (before !== undefined) {
        assert(open >= before.close, place);
        assert(tradeDay > before.tradeDay, place);
      }
      let at = open;
      for (const { from, until } of pauses) {
        assert(at < from && from < until, place);
        at = until;
      }
      assert(at < close, place);
    }
  }
});

/** Hours that a session trades, its pauses apart. */
function openHours({ close, open, pauses }: Session): number {
  const rest = pauses.reduce((total, { from, until }) => total + until - from, 0);
  return (close - open - rest) / 3_600_000;
}

Deno.test("a session that crosses the change of clocks loses or gains its hour, no other does", () => {
  // New York and Chicago change on these Sundays; sessions of Monday begin after it.
  for (const [sunday, change] of [["2024-03-10", -1], ["2024-11-03", 1]] as const) {
    const day = epochDay(sunday);
    const hours = (name: string, tradeDay: number): number => {
      const session = SESSIONS.get(name)!.find((session) => session.tradeDay === tradeDay);
      return openHours(session!);
    };
    for (const name of ["cme-equity", "cme-fx", "cme-rates", "cme-energy-metals", "fx-week"]) {
      assertEquals(hours(name, day + 1), hours(name, day + 2), `${name} ${sunday}`);
    }
    assertEquals(hours("always", day), 24);
    // London opens and New York closes: the week between the two changes is an hour shorter.
    const away = change === -1 ? day + 1 : day - 6;
    assertEquals(hours("ice-us-sugar", away), 8.5);
    assertEquals(hours("ice-us-sugar", day + 29), 9.5);
  }
  // Crypto futures trade through the night of the change.
  const monday = (date: string): Session =>
    SESSIONS.get("cme-crypto")!.find(({ tradeDay }) => tradeDay === epochDay(date))!;
  const usual = openHours(monday("2027-03-08"));
  assertEquals(openHours(monday("2027-03-15")), usual - 1);
  assertEquals(openHours(monday("2027-11-08")), usual + 1);
});

Deno.test("findCalendar() names the nearest calendar, or all of them, in one line", () => {
  const message = (name: string): string => {
    try {
      findCalendar(name);
    } catch (error) {
      assert(error instanceof InputError);
      return error.message;
    }
    throw new Error(`${name} was found`);
  };
  assertEquals(
    message("cme-equty"),
    "Cannot find the calendar 'cme-equty' (did you mean cme-equity?)",
  );
  assertEquals(
    message("CBOT-GRAINS"),
    "Cannot find the calendar 'CBOT-GRAINS' (did you mean cbot-grains?)",
  );
  assert(message("nowhere-at-all").includes("use one of cme-equity, cme-fx"));
  for (const name of ["", "constructor", "a\nb"]) assert(!message(name).includes("\n"));
  nodeAssert.throws(() => createCalendar({ session: "nowhere" }), InputError);
});

/** Session of a day and of the one after it, as text. */
function describeAround(rules: CalendarRules, day: number): string {
  const { sessions } = calendarByRules(rules);
  return JSON.stringify(sessions((day - 1) * DAY_MS, (day + 4) * DAY_MS));
}

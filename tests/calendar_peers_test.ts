import stored from "../bench/results/2026-11-30-calendars.json" with { type: "json" };
import { findCalendar } from "../lib/market/calendars/calendars.ts";
import type { CalendarRules } from "../lib/market/calendars/calendar_rules.ts";
import { assert, assertEquals } from "./assert.ts";
import decisions from "./fixtures/calendar_decisions.json" with { type: "json" };
import {
  type Decisions,
  differences,
  judge,
  ownDays,
  type PeerAnswer,
  peerDays,
} from "./fixtures/calendar_peers.ts";

/*
 * The days of the Python packages are stored with the benchmark's result, so that a change of our
 * hours is noticed without them; `deno task bench calendars` asks the packages themselves.
 */
const PEERS = { calendars: stored.calendars } as unknown as Pick<PeerAnswer, "calendars">;
const DECISIONS = decisions as unknown as Decisions;
const PAGE = new URL("../docs/decisions/0084-calendars-beside-peers.md", import.meta.url);

Deno.test("every day on which a calendar and its peers differ is decided, and no decision is idle", () => {
  const { gone, groups } = judge(PEERS, DECISIONS, findCalendar);
  const undecided = groups.filter(({ decision }) => decision === null)
    .map(({ calendar, peer, group }) => `${calendar}, ${peer}: ${JSON.stringify(group)}`);
  assertEquals(undecided, []);
  assertEquals(gone, []);
  assert(groups.length > 200);
});

Deno.test("every decision about calendars is written down", async () => {
  const page = await Deno.readTextFile(PAGE);
  for (const decision of Object.keys(DECISIONS)) {
    assert(page.includes(`| \`${decision}\``), decision);
  }
});

Deno.test("stocks and round-the-clock markets differ from their peers on no day", () => {
  for (const [name, peers] of Object.entries(PEERS.calendars)) {
    if (name !== "us-stock" && name !== "always") continue;
    const own = ownDays(findCalendar(name));
    for (const [peer, years] of Object.entries(peers)) {
      assertEquals(differences(name, peer, own, peerDays(years)), []);
    }
  }
});

Deno.test("a holiday forgotten, an hour moved and an early close dropped are each noticed", () => {
  for (const name of ["cme-rates"]) {
    const peers = { calendars: { [name]: PEERS.calendars[name]! } };
    const own = Object.entries(DECISIONS).map(([decision, calendars]) =>
      [decision, { [name]: calendars[name] ?? {} }] as const
    );
    const rules = findCalendar(name);
    const before = JSON.stringify([...ownDays(rules)]);
    const noticed = (changed: CalendarRules, what: string): boolean => {
      const { gone, groups } = judge(peers, Object.fromEntries(own), () => changed);
      const isNoticed = gone.length + groups.filter(({ decision }) => decision === null).length > 0;
      assertEquals(isNoticed, JSON.stringify([...ownDays(changed)]) !== before, `${name}: ${what}`);
      return isNoticed;
    };
    assert(!noticed(rules, "nothing"));
    const { days, holidays, hours } = rules;
    const rulesLeft = holidays.map((_, i) => ({ ...rules, holidays: holidays.toSpliced(i, 1) }));
    const daysLeft = days.map((_, i) => ({ ...rules, days: days.toSpliced(i, 1) }));
    const hoursLeft = hours.slice(1).map((_, i) => ({
      ...rules,
      hours: hours.toSpliced(i + 1, 1),
    }));
    const seen = [...rulesLeft, ...daysLeft, ...hoursLeft]
      .filter((changed, i) => noticed(changed, `entry ${i}`));
    // Days before 2008 are not compared.
    assert(seen.length >= holidays.length + days.length + hours.length - 6, name);
  }
});

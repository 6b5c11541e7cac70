import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { RefusedError, UnavailableError } from "../../core/errors.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import { findInstrument } from "../../market/instruments.ts";
import type { LeakVerdict } from "../../registry/leak_verdict.ts";
import type { ChecklistLine, TradingMode } from "../../trading/journal_facts.ts";
import { requireGreen } from "./checklist_line.ts";
import { awaitFeed, type CheckedFeed } from "./feed_lines.ts";
import { type CheckedStart, startupChecklist } from "./startup_checklist.ts";

const CODE = "a".repeat(64), OLD_CODE = "b".repeat(64);
const LEAK_CHECK: LeakVerdict = {
  ...{ passed: true, at: "2026-11-29T00:00:00.000Z", dataSha256: "", codeSha256: CODE },
  ...{ trials: 64, compared: 9_000, leak: null },
};
const SYSTEM = {
  ...{ reference: "MES-pair@1", sha256: "c".repeat(64), fittedBy: CODE, symbol: "MES" },
  leakCheck: LEAK_CHECK,
};
const FEED: CheckedFeed = {
  source: {
    status: { state: "live", since: 0, detail: "" },
    clockOffset: { lowMs: -20, highMs: 30 },
  },
  ...{ isLive: true, hasVenue: true },
};
const SLOT = {
  instrument: findInstrument("MES"),
  ...{ marginPerLotUsd: 2_400, maxLots: 3, sizing: { kind: "fixed", lots: 3 } },
} as CheckedStart["slots"][number];
const GREEN: CheckedStart = {
  ...{ mode: "live", feed: FEED, isRestart: false, codeSha256: CODE },
  journal: { entries: 12, hash: "", fault: null },
  ...{ systems: [SYSTEM], slots: [SLOT], begins: Date.parse("2026-11-30T15:00Z") },
  books: { time: 0, orders: [], fills: [], positions: [], cashMicros: 50_000e6 },
};

function lineOf(name: string, changes: Partial<CheckedStart>): ChecklistLine {
  const lines = startupChecklist({ ...GREEN, ...changes }).filter((line) => line.name === name);
  assertEquals(lines.length, 1, name);
  return lines[0]!;
}

Deno.test("startupChecklist() is green where everything is as it should be, and names each thing", () => {
  const lines = startupChecklist(GREEN);
  requireGreen(lines);
  assertEquals(lines.map(({ name }) => name), [
    ...["clock offset", "journal", "hashes", "code", "leak stamp", "calendar", "data fresh"],
    ...["margin", "reconcile"],
  ]);
  assert(lines.every(({ remedy, verdict }) => verdict === "passed" && remedy === null));
});

Deno.test("a system of other code is a warning until it was checked with this one", () => {
  const of = (leakCheck: LeakVerdict | null) =>
    lineOf("code", { systems: [{ ...SYSTEM, fittedBy: OLD_CODE, leakCheck }] });
  const unchecked = [null, { ...LEAK_CHECK, codeSha256: OLD_CODE }, {
    ...LEAK_CHECK,
    passed: false,
  }];
  for (const verdict of unchecked) assertEquals(of(verdict).verdict, "warned");
  const checked = of(LEAK_CHECK);
  assertEquals([checked.verdict, checked.remedy], ["passed", null]);
  assert(checked.found.endsWith("and checked with this one"), checked.found);
});

/** What is wrong, on which line, and what has to be said. */
const RED: readonly (readonly [string, string, Partial<CheckedStart>, string])[] = [
  [
    ...["a clock that is 5 minutes off", "clock offset"] as const,
    {
      feed: { ...FEED, source: { ...FEED.source, clockOffset: { lowMs: 3e5, highMs: 3e5 + 40 } } },
    },
    "300.0 s ahead of the venue",
  ],
  [
    ...["a venue that says no time", "clock offset"] as const,
    { feed: { ...FEED, source: { ...FEED.source, clockOffset: null } } },
    "the venue has not said its time",
  ],
  [
    ...["a feed that is silent", "data fresh"] as const,
    {
      feed: {
        ...FEED,
        source: { ...FEED.source, status: { state: "silent", since: 0, detail: "no bar came" } },
      },
    },
    "the feed is silent: no bar came",
  ],
  [
    ...["no leak check", "leak stamp"] as const,
    { systems: [{ ...SYSTEM, leakCheck: null }] },
    "was never checked for leaks",
  ],
  [
    ...["a leak check of other code", "leak stamp"] as const,
    { systems: [{ ...SYSTEM, leakCheck: { ...LEAK_CHECK, codeSha256: OLD_CODE } }] },
    "passed on 2026-11-29 with other code",
  ],
  [
    ...["a leak", "leak stamp"] as const,
    { systems: [{ ...SYSTEM, leakCheck: { ...LEAK_CHECK, passed: false, leak: "row 7" } }] },
    "failed on 2026-11-29: row 7",
  ],
  [
    ...["no cash for one lot", "margin"] as const,
    { books: { ...GREEN.books, cashMicros: 2_000e6 } },
    "$2,000.00 of cash is less than one lot's margin of $2,400.00",
  ],
  [
    ...["a position of somebody else", "reconcile"] as const,
    { books: { ...GREEN.books, positions: [{ symbol: "MES", lots: -2 }] } },
    "-2 lots of MES that this session knows nothing of",
  ],
  [
    ...["a calendar that ends", "calendar"] as const,
    { begins: Date.parse("2031-01-02T15:00Z") },
    "known up to 2027, not for 2031",
  ],
];

for (const [what, name, changes, found] of RED) {
  Deno.test(`${what} refuses in live and demo with its remedy, and warns on paper`, () => {
    for (const mode of ["live", "demo"] as const satisfies readonly TradingMode[]) {
      const line = lineOf(name, { ...changes, mode });
      assertEquals(line.verdict, "refused");
      assert(line.found.includes(found), line.found);
      assert(line.remedy !== null && line.remedy.length > 10);
      assertThrows(() => requireGreen([line]), refusal(name), line.remedy);
    }
    const line = lineOf(name, { ...changes, mode: "paper" });
    assertEquals([line.verdict, line.found.includes(found)], ["warned", true]);
    requireGreen([line]);
  });
}

Deno.test("a journal that is not whole refuses on paper too", () => {
  const fault = { kind: "altered", sequence: 3, text: "entry 3 was altered" } as const;
  const line = lineOf("journal", { mode: "paper", journal: { ...GREEN.journal, fault } });
  assertThrows(() => requireGreen([line]), RefusedError, "entry 3 was altered");
});

Deno.test("what does not apply is left out and says why", () => {
  const stored = { ...FEED, isLive: false };
  assertEquals(lineOf("clock offset", { feed: stored }).verdict, "left-out");
  assertEquals(lineOf("data fresh", { feed: stored }).verdict, "left-out");
  const file = { ...FEED, hasVenue: false };
  assertEquals(lineOf("clock offset", { feed: file }).verdict, "left-out");
  assertEquals(lineOf("reconcile", { isRestart: true }).verdict, "left-out");
  const share = { ...SLOT, marginPerLotUsd: null } as CheckedStart["slots"][number];
  assertEquals(lineOf("margin", { slots: [share] }).verdict, "left-out");
  assertEquals(
    lineOf("margin", { books: { ...GREEN.books, cashMicros: 5_000e6 } }).verdict,
    "warned",
  );
});

Deno.test("awaitFeed() waits for what a feed has to say, and no longer than its patience", async () => {
  for (const state of ["connecting", "reconnecting"] as const) {
    const clock = new VirtualClock(), heard: number[] = [];
    const status = { state, since: 0, detail: "" };
    const away = { ...FEED, source: { ...FEED.source, status } };
    const waiting = awaitFeed(away, clock, 5_000).then(() => heard.push(clock.now()));
    await clock.advance(4_000);
    assertEquals(heard, []);
    await clock.advance(2_000);
    await waiting;
    assertEquals(heard, [5_000]);
    await awaitFeed(FEED, clock, 5_000);
    assert(clock.isIdle);
  }
});

Deno.test("what may pass by itself is to be started again, and nothing beside it is", () => {
  const silent = {
    ...FEED.source,
    status: { state: "reconnecting", since: 0, detail: "" },
  } as const;
  const fresh = lineOf("data fresh", { feed: { ...FEED, source: silent }, mode: "live" });
  const leak = lineOf("leak stamp", { systems: [{ ...SYSTEM, leakCheck: null }], mode: "live" });
  assertThrows(() => requireGreen([fresh]), UnavailableError, "the feed is reconnecting");
  assertThrows(() => requireGreen([fresh, leak]), RefusedError, "the feed is reconnecting");
});

/** How a line ends a start that it refuses: what may pass by itself is tried again. */
function refusal(name: string): typeof RefusedError | typeof UnavailableError {
  return ["clock offset", "data fresh"].includes(name) ? UnavailableError : RefusedError;
}

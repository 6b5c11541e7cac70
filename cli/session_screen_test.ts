import { assert, assertEquals } from "../tests/assert.ts";
import { SAMPLE_FACTS } from "../tests/fixtures/sample_entries.ts";
import type { SessionView } from "../lib/live/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";
import type { JournalFact, KeptEntry } from "../lib/trading/mod.ts";
import { isShown, screenLines, type ScreenState } from "./session_screen.ts";

const NOW = Date.parse("2026-11-30T10:55:31Z");
const NO_RULES = {
  ...{ dailyLossMicros: null, floorMicros: null, lotsLeft: null, minutesToFlatBy: null },
};
const VIEW: SessionView = {
  ...{ time: NOW - 31_000, bars: 210, equityMicros: 97_354_100_000, cashMicros: 98_000_000_000 },
  halted: null,
  slots: [{
    ...{
      symbol: "MES",
      positionLots: -2,
      strangerLots: 0,
      openOrders: 1,
      close: 5_873.25,
      stop: null,
    },
    distance: NO_RULES,
  }],
};
const STATE: ScreenState = {
  ...{ session: "first", mode: "paper", isLive: true, initialCashUsd: 100_000, now: NOW },
  feed: {
    ...{ name: "binance:BTCUSDT", clockOffset: null },
    status: { state: "live", since: NOW - 180_000, detail: "" },
  },
  checklist: [{ name: "leak stamp", verdict: "warned", found: "none", remedy: "check it" }],
  ...{ instruments: [findInstrument("MES")], view: VIEW, happened: [] },
};
const PLAIN = { isTerminal: () => false };

function shown(changes: Partial<ScreenState>): string {
  return screenLines({ ...STATE, ...changes }, PLAIN).join("\n");
}

Deno.test("the screen of a session says what a person looks for", () => {
  assertEquals(screenLines(STATE, PLAIN), [
    "first  paper  binance:BTCUSDT".padEnd(71) + "10:55:31Z",
    "feed  live; bar closed 2026-11-30 10:55Z, 31 s ago",
    "equity  $97,354.10  -$2,645.90 (-2.6 %)  cash $98,000.00  210 bars",
    "",
    "MES       short 2     last 5873.25      1 open order",
    "",
    "checklist: look at leak stamp",
    "Ctrl-C stops; `deno task sessions halt first` halts",
  ]);
});

Deno.test("what is out of order stands where it is seen", () => {
  const silent = { state: "silent", since: NOW - 180_000, detail: "no bar came" } as const;
  const distance = { ...NO_RULES, dailyLossMicros: 12_000_000, minutesToFlatBy: 95 };
  const slots = [{ ...VIEW.slots[0]!, stop: "daily loss", distance }];
  const text = shown({
    feed: { ...STATE.feed, status: silent },
    view: { ...VIEW, slots, halted: "drill (halt by file)" },
  });
  for (
    const part of [
      "HALTED  drill (halt by file)",
      "feed  silent for 3 min; bar closed 2026-11-30 10:55Z, 31 s ago; no bar came",
      "rules   to daily limit $12.00, flat in 95 min",
      "1 open order  daily loss",
    ]
  ) assert(text.includes(part), text);
  assert(shown({ view: null }).includes("warming up"));
});

Deno.test("every kind of happening fits into 80 columns, whatever it says", () => {
  const long = "x".repeat(300);
  const facts: JournalFact[] = [
    ...Object.values(SAMPLE_FACTS),
    { ...SAMPLE_FACTS.rejected, reason: long },
    { ...SAMPLE_FACTS.halt, reason: long },
  ];
  let count = 0;
  for (const fact of facts) {
    const entry = { ...fact, sequence: 1, note: null, at: NOW, sessionTime: NOW } as KeptEntry;
    if (!isShown(entry)) continue;
    count++;
    const state = { happened: [entry], session: long, view: { ...VIEW, halted: long } };
    for (const line of shown(state).split("\n")) assert(line.length <= 80, line);
  }
  assert(count > 5, `${count} kinds are shown`);
});

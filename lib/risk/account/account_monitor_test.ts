import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { followAccount } from "../account_rules.ts";
import { TRAILING_BASES } from "../drawdown_floor.ts";
import { createAccountMonitor } from "./account_monitor.ts";
import { type AccountTerms, accountTermsSchema } from "./account_terms.ts";
import type { AccountEvent, AccountMonitorState } from "./monitor_state.ts";

const START = 50_000e6;
const CHICAGO = "America/Chicago";

const terms = (rest: Partial<AccountTerms>): AccountTerms => ({
  rules: "mine",
  automation: "allowed",
  ...rest,
});
const mark = (time: number, usd: number): AccountEvent => ({
  kind: "mark",
  time,
  equityMicros: Math.round(usd * 1e6),
});
const at = (iso: string): number => Date.parse(iso);

Deno.test("a trailing floor is that of a table made by hand, to the cent", () => {
  // Equity, then the floor by hand: intraday 1,333.37 below the high, at most 50,100.01;
  // end of day 1,333.37 below the best close, at most 50,000.00. A dash is the end of a day.
  const table = [
    [50_000.00, 48_666.63, 48_666.63],
    [50_250.25, 48_916.88, 48_666.63],
    [50_250.26, 48_916.89, 48_666.63],
    [49_999.99, 48_916.89, 48_666.63],
    ["-", 48_916.89, 48_666.63],
    [51_433.38, 50_100.01, 48_666.63],
    [51_433.39, 50_100.01, 48_666.63],
    [50_777.77, 50_100.01, 48_666.63],
    ["-", 50_100.01, 49_444.40],
    [50_100.02, 50_100.01, 49_444.40],
    [60_000.00, 50_100.01, 49_444.40],
    ["-", 50_100.01, 50_000.00],
    [70_000.00, 50_100.01, 50_000.00],
    [50_100.01, 50_100.01, 50_000.00],
    [50_000.01, 50_100.01, 50_000.00],
    [50_000.00, 50_100.01, 50_000.00],
  ] as const;
  const under = (basis: typeof TRAILING_BASES[number], stopsAtMicros: number) => {
    const drawdown = { basis, amountMicros: 1_333_370_000, stopsAtMicros };
    const monitor = createAccountMonitor(
      terms({ lossLimit: { drawdown, watched: "live", breach: "touch" } }),
    );
    let state = monitor.begin({ initialMicros: START });
    const floors = table.map(([event], time) => {
      state = monitor.step(state, event === "-" ? { kind: "day-end", time } : mark(time, event));
      return state.floorMicros;
    });
    return { floors, lostAt: state.lost?.time };
  };
  const cents = (column: 1 | 2) => table.map((row) => Math.round(row[column] * 100) * 10_000);
  const intraday = under("intraday", 100_010_000), daily = under("end-of-day", 0);
  assertEquals(intraday.floors, cents(1));
  assertEquals(intraday.lostAt, 13);
  assertEquals(daily.floors, cents(2));
  assertEquals(daily.lostAt, 15);
});

const anyTerms: fc.Arbitrary<AccountTerms> = fc.record({
  rules: fc.constant("any"),
  automation: fc.constant("allowed" as const),
  lossLimit: fc.record({
    drawdown: fc.record({
      basis: fc.constantFrom(...TRAILING_BASES),
      amountMicros: fc.integer({ min: 1, max: 4_000 }).map((usd) => usd * 1e6 + 370_000),
      stopsAtMicros: fc.constantFrom(null, 0, 100e6, -500e6),
    }),
    watched: fc.constantFrom("live" as const, "close" as const),
    breach: fc.constantFrom("touch" as const, "below" as const),
    payoutMovesFloorToStart: fc.boolean(),
  }),
  dailyLoss: fc.record({
    amountMicros: fc.integer({ min: 1, max: 3_000 }).map((usd) => usd * 1e6),
    basis: fc.constantFrom("day-start" as const, "initial" as const, "day-high" as const),
    breach: fc.constantFrom("touch" as const, "below" as const),
    ends: fc.constantFrom("day" as const, "account" as const),
  }),
  contracts: fc.constant({ minis: 3, microsPerMini: 10, counting: "weighted" as const }),
  session: fc.constant({
    flatBy: { time: "15:10", timeZone: CHICAGO },
    open: { time: "17:00", timeZone: CHICAGO },
    leadMs: 60_000,
  }),
});

const anyEvents: fc.Arbitrary<readonly AccountEvent[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("mark"), cents: fc.nat(900_000) }) },
    fc.record({ kind: fc.constant("day-end"), cents: fc.constant(0) }),
    fc.record({ kind: fc.constant("clock"), cents: fc.constant(0) }),
    fc.record({ kind: fc.constant("fill"), cents: fc.integer({ min: -3, max: 3 }) }),
    fc.record({ kind: fc.constant("payout"), cents: fc.integer({ min: 1, max: 90_000 }) }),
  ),
  { maxLength: 40 },
).map((drawn) =>
  drawn.map(({ cents, kind }, i): AccountEvent => {
    const time = at("2026-03-06T12:00:00Z") + i * 1_800_000;
    const amountMicros = cents * 10_000;
    if (kind === "mark") return { kind, time, equityMicros: 45_500e6 + amountMicros };
    if (kind === "payout") return { kind, time, amountMicros };
    if (kind === "fill") return { kind, time, instrument: i % 2 ? "MES" : "NQ", lots: cents };
    return { kind: kind as "clock" | "day-end", time };
  })
);

/** All states that an account passes through. */
function walk(rules: AccountTerms, events: readonly AccountEvent[]): AccountMonitorState[] {
  const monitor = createAccountMonitor(rules);
  const states = [monitor.begin({ initialMicros: START })];
  for (const event of events) states.push(monitor.step(states.at(-1)!, event));
  return states;
}

Deno.test("a floor never falls, and never rises by itself above where it stops", () => {
  fc.assert(fc.property(anyTerms, anyEvents, (rules, events) => {
    const { drawdown: { stopsAtMicros }, payoutMovesFloorToStart } = rules.lossLimit!;
    const states = walk(rules, events);
    states.slice(1).forEach((state, i) => assert(state.floorMicros! >= states[i]!.floorMicros!));
    if (stopsAtMicros === null) return;
    // The first payout may lift it to the start.
    const most = Math.max(stopsAtMicros, payoutMovesFloorToStart === true ? 0 : -Infinity);
    for (const { floorMicros } of states) assert(floorMicros! <= START + most);
  }));
});

Deno.test("saved and read again at any point, an account goes on as if nothing had been", () => {
  fc.assert(fc.property(anyTerms, anyEvents, fc.nat(40), (rules, events, cut) => {
    const states = walk(rules, events);
    const kept = Math.min(cut, events.length);
    const monitor = createAccountMonitor(
      accountTermsSchema.parse(JSON.parse(JSON.stringify(rules))),
    );
    let state = JSON.parse(JSON.stringify(states[kept])) as AccountMonitorState;
    for (const event of events.slice(kept)) state = monitor.step(state, event);
    assertEquals(state, states.at(-1)!);
    const last = createAccountMonitor(rules);
    for (const instrument of ["MES", "ES"]) {
      assertEquals(monitor.judge(state, { instrument }), last.judge(state, { instrument }));
    }
  }));
});

Deno.test("the order of marks inside a day matters to an intraday floor and not to a daily one", () => {
  const day = fc.array(fc.integer({ min: 49_000, max: 52_000 }), { minLength: 2, maxLength: 8 });
  const amounts = fc.integer({ min: 3_100, max: 5_000 });
  let differs = 0;
  fc.assert(fc.property(day, amounts, (points, amountUsd) => {
    const floorAfter = (basis: typeof TRAILING_BASES[number], marks: readonly number[]) => {
      const drawdown = { basis, amountMicros: amountUsd * 1e6, stopsAtMicros: null };
      const rules = terms({ lossLimit: { drawdown, watched: "live", breach: "touch" } });
      const events = [...marks, points.at(-1)!].map((usd, time) => mark(time, usd));
      const states = walk(rules, [...events, { kind: "day-end", time: events.length }]);
      return states.map(({ floorMicros }) => floorMicros);
    };
    const backwards = points.toReversed();
    assertEquals(floorAfter("end-of-day", points), floorAfter("end-of-day", backwards));
    const [forth, back] = [floorAfter("intraday", points), floorAfter("intraday", backwards)];
    assertEquals(forth.at(-1), back.at(-1));
    if (JSON.stringify(forth) !== JSON.stringify(back)) differs++;
  }));
  assert(differs > 0);
  // A high before a low is a breach of 2,000, after it none.
  const lost = (basis: typeof TRAILING_BASES[number], marks: readonly number[]) => {
    const drawdown = { basis, amountMicros: 2_000e6, stopsAtMicros: null };
    const rules = terms({ lossLimit: { drawdown, watched: "live", breach: "touch" } });
    return walk(rules, marks.map((usd, time) => mark(time, usd))).at(-1)!.lost !== null;
  };
  assertEquals(lost("intraday", [51_500, 49_400, 50_000]), true);
  assertEquals(lost("intraday", [49_400, 51_500, 50_000]), false);
  assertEquals(lost("end-of-day", [51_500, 49_400, 50_000]), false);
});

Deno.test("whoever is lost or halted holds nothing, and the distance says it before", () => {
  fc.assert(fc.property(anyTerms, anyEvents, (rules, events) => {
    const monitor = createAccountMonitor(rules);
    let state = monitor.begin({ initialMicros: START });
    for (const event of events) {
      const before = state;
      state = monitor.step(state, event);
      const verdict = monitor.judge(state, { instrument: "MES" });
      const distance = monitor.distance(state, "MES");
      if (before.lost !== null) assertEquals(state.lost, before.lost);
      assertEquals(verdict.isLost, state.lost !== null);
      if (state.lost !== null || state.halted !== null) {
        assertEquals(verdict.mostLots, 0);
        assert(verdict.mustFlatten !== null && verdict.refusesEntries !== null);
      }
      const { breach } = rules.dailyLoss!;
      const isOver = breach === "touch"
        ? distance.dailyLossMicros! <= 0
        : distance.dailyLossMicros! < 0;
      if (event.kind === "mark" && isOver) assert((state.halted ?? state.lost) !== null);
      if (verdict.mustFlatten !== null) assertEquals(verdict.mostLots, 0);
      assert(distance.lotsLeft! >= 0 && distance.minutesToFlatBy! >= 0);
    }
  }));
});

Deno.test("the monitor loses an account on the same day as the fast copy of the simulation", () => {
  const days = fc.array(
    fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 5 }),
    { minLength: 1, maxLength: 12 },
  );
  const rule = anyTerms.filter(({ dailyLoss, lossLimit }) =>
    lossLimit!.breach === "touch" && lossLimit!.watched === "live" &&
    dailyLoss!.breach === "touch" && dailyLoss!.basis === "day-start"
  );
  fc.assert(fc.property(days, rule, (profits, rules) => {
    const { dailyLoss, lossLimit } = rules;
    const fast = followAccount(profits.map((day) => Float64Array.from(day, (usd) => usd * 1e6)), {
      initialMicros: START,
      trailingDrawdown: lossLimit!.drawdown,
      dailyLoss: dailyLoss!,
    });
    const monitor = createAccountMonitor(rules);
    let state = monitor.begin({ initialMicros: START }), time = 0, lostOn: number | null = null;
    for (const [index, day] of profits.entries()) {
      const start = state.equityMicros;
      for (const usd of day) {
        if (state.halted === null && state.lost === null) {
          const equityMicros = start + usd * 1e6;
          state = monitor.step(state, { kind: "mark", time: time++, equityMicros });
        }
      }
      if (state.lost !== null) lostOn ??= index + 1;
      state = monitor.step(state, { kind: "day-end", time: time++ });
    }
    assertEquals(fast.kind === "open" ? null : fast.days, lostOn);
    if (lostOn !== null) assertEquals(state.lost!.rule, fast.kind as "daily-loss");
  }));
});

Deno.test("positions go by the wall clock, on both sides of the changes of the clock", () => {
  const session = {
    flatBy: { time: "15:10", timeZone: CHICAGO },
    open: { time: "17:00", timeZone: CHICAGO },
    leadMs: 120_000,
    earlier: [{ instruments: ["ZC"], flatBy: { time: "13:20", timeZone: CHICAGO } }],
  };
  const monitor = createAccountMonitor(terms({ session }));
  const judged = (iso: string, instrument = "MES", untilNextMs = 0) => {
    const state = monitor.step(monitor.begin({ initialMicros: START }), mark(at(iso), 50_000));
    const { haltedUntil, mustFlatten } = monitor.judge(state, { instrument, untilNextMs });
    const until = haltedUntil === null ? null : new Date(haltedUntil).toISOString();
    return { must: mustFlatten !== null, until, ...monitor.distance(state, instrument) };
  };
  // Friday before the clock moves on in spring: 15:10 is 21:10 UTC; on Monday it is 20:10.
  assertEquals(judged("2026-03-06T21:07:59Z").must, false);
  assertEquals(judged("2026-03-06T21:08:00Z").must, true);
  assertEquals(judged("2026-03-06T21:08:00Z").until, "2026-03-06T23:00:00.000Z");
  assertEquals(judged("2026-03-06T22:59:59Z").must, true);
  assertEquals(judged("2026-03-06T23:00:00Z").must, false);
  assertEquals(judged("2026-03-09T20:07:00Z").minutesToFlatBy, 3);
  assertEquals(judged("2026-03-09T20:08:00Z").must, true);
  assertEquals(judged("2026-11-02T20:30:00Z").minutesToFlatBy, 40);
  // A bar of 15 minutes that ends at 15:00 is the last look before 15:10.
  assertEquals(judged("2026-03-09T20:00:00Z", "MES", 900_000).must, true);
  assertEquals(judged("2026-03-09T19:45:00Z", "MES", 900_000).must, false);
  assertEquals(judged("2026-03-09T18:20:00Z", "ZCZ6").must, true);
  assertEquals(judged("2026-03-09T18:20:00Z", "MES").must, false);
});

Deno.test("an early close moves the time to be flat, and is forgotten when it is over", () => {
  const session = {
    flatBy: { time: "15:10", timeZone: CHICAGO },
    open: { time: "17:00", timeZone: CHICAGO },
    ...{ leadMs: 60_000, beforeCloseMs: 600_000 },
  };
  const monitor = createAccountMonitor(terms({ session }));
  const closesAt = at("2026-11-27T18:15:00Z");
  let state = monitor.begin({ initialMicros: START });
  state = monitor.step(state, { kind: "clock", time: at("2026-11-27T17:00:00Z"), closesAt });
  assertEquals(monitor.distance(state, "ES").minutesToFlatBy, 65);
  state = monitor.step(state, mark(at("2026-11-27T18:04:00Z"), 50_000));
  assertEquals(monitor.judge(state, { instrument: "ES" }).mustFlatten?.rule, "flat-by");
  state = monitor.step(state, mark(at("2026-11-29T23:30:00Z"), 50_000));
  assertEquals(monitor.judge(state, { instrument: "ES" }).mustFlatten, null);
});

Deno.test("without a known hour of opening, the end of the trade day opens the next one", () => {
  const session = { flatBy: { time: "16:59", timeZone: "America/New_York" }, leadMs: 60_000 };
  const monitor = createAccountMonitor(terms({ session }));
  const must = (state: AccountMonitorState) =>
    monitor.judge(state, { instrument: "ES" }).mustFlatten !== null;
  let state = monitor.begin({ initialMicros: START });
  // Taken up in the evening: the hour of being flat has not passed since.
  state = monitor.step(state, mark(at("2026-06-01T23:00:00Z"), 50_000));
  assertEquals(must(state), false);
  state = monitor.step(state, mark(at("2026-06-02T21:00:00Z"), 50_000));
  assertEquals(must(state), true);
  state = monitor.step(state, { kind: "day-end", time: at("2026-06-02T22:00:00Z") });
  assertEquals(must(state), false);
});

Deno.test("news asks for no position or for no entry, for whom it concerns", () => {
  const windows = [{
    event: "inventories",
    from: 1_000_000,
    until: 1_240_000,
    instruments: ["CL"],
  }];
  const judged = (mustBeFlat: boolean, time: number, instrument: string) => {
    const monitor = createAccountMonitor(terms({ news: { mustBeFlat, windows } }));
    const state = monitor.step(monitor.begin({ initialMicros: START }), mark(time, 50_000));
    const { haltedUntil, mustFlatten, refusesEntries } = monitor.judge(state, { instrument });
    return [mustFlatten?.rule, refusesEntries?.reason, haltedUntil];
  };
  const free = [undefined, undefined, null];
  assertEquals(judged(true, 999_999, "CL"), free);
  assertEquals(judged(true, 1_000_000, "CLZ6"), [
    "news-window",
    "no position around inventories",
    1_240_000,
  ]);
  assertEquals(judged(false, 1_000_000, "CL"), [
    undefined,
    "no entry around inventories",
    1_240_000,
  ]);
  assertEquals(judged(true, 1_000_000, "ES"), free);
  assertEquals(judged(true, 1_240_000, "CL"), free);
});

Deno.test("contracts grow with the profit at the close, and halve while the floor follows", () => {
  const contracts = {
    ...{ minis: 5, microsPerMini: 10, counting: "weighted" as const, stepsAt: "close" as const },
    steps: [2, 3, 5].map((minis, i) => ({ minis, profitFromMicros: [0, 1_500, 2_000][i]! * 1e6 })),
  };
  const monitor = createAccountMonitor(terms({ contracts }));
  let state = monitor.begin({ initialMicros: START }), time = 0;
  const most = (instrument: string) => monitor.judge(state, { instrument }).mostLots;
  state = monitor.step(state, mark(time++, 53_000));
  assertEquals([most("ES"), most("MES")], [2, 20]);
  state = monitor.step(state, { kind: "day-end", time: time++ });
  assertEquals(most("ES"), 5);
  state = monitor.step(state, { kind: "fill", time: time++, instrument: "MES", lots: -15 });
  assertEquals([most("ES"), monitor.distance(state, "MES").lotsLeft], [3, 35]);

  const halved = createAccountMonitor(terms({
    contracts: { minis: 5, microsPerMini: 10, counting: "weighted", halfUntilFloorStops: true },
    lossLimit: {
      drawdown: { basis: "intraday", amountMicros: 2_500e6, stopsAtMicros: 100e6 },
      ...{ watched: "live", breach: "touch" },
    },
  }));
  state = halved.step(halved.begin({ initialMicros: START }), mark(0, 52_599));
  assertEquals(halved.judge(state, { instrument: "ES" }).mostLots, 2);
  state = halved.step(state, mark(1, 52_600));
  assertEquals(halved.judge(state, { instrument: "ES" }).mostLots, 5);
});

Deno.test("a daily limit grows with the close, from the next day on", () => {
  const monitor = createAccountMonitor(terms({
    dailyLoss: {
      ...{ amountMicros: 1_250e6, basis: "day-start", breach: "touch", ends: "day" },
      steps: [{ closingProfitFromMicros: 3_000e6, amountMicros: 2_000e6 }],
    },
  }));
  let state = monitor.step(monitor.begin({ initialMicros: START }), mark(0, 53_000));
  assertEquals(monitor.distance(state, "ES").dailyLossMicros, 4_250e6);
  state = monitor.step(state, { kind: "day-end", time: 1 });
  assertEquals(monitor.distance(state, "ES").dailyLossMicros, 2_000e6);
});

Deno.test("an account is taken up where it stands, and the firm's own floor counts when higher", () => {
  const drawdown = { basis: "end-of-day", amountMicros: 2_000e6, stopsAtMicros: 0 } as const;
  const monitor = createAccountMonitor(
    terms({ lossLimit: { drawdown, watched: "live", breach: "touch" } }),
  );
  const standing = { initialMicros: START, equityMicros: 50_700e6, dayEndHighMicros: 51_200e6 };
  assertEquals(monitor.begin(standing).floorMicros, 49_200e6);
  assertEquals(monitor.begin({ ...standing, floorMicros: 49_300e6 }).floorMicros, 49_300e6);
  assertEquals(monitor.begin({ ...standing, floorMicros: 48_000e6 }).floorMicros, 49_200e6);
});

Deno.test("a payout is no loss of the day; the first one may move the floor to the start", () => {
  const drawdown = { basis: "end-of-day", amountMicros: 2_000e6, stopsAtMicros: null } as const;
  const monitor = createAccountMonitor(terms({
    lossLimit: { drawdown, watched: "live", breach: "touch", payoutMovesFloorToStart: true },
    dailyLoss: { amountMicros: 1_000e6, basis: "day-start", breach: "touch", ends: "day" },
  }));
  let state = monitor.begin({ initialMicros: 0 });
  state = monitor.step(state, mark(0, 1_500));
  state = monitor.step(state, { kind: "day-end", time: 1 });
  assertEquals(state.floorMicros, -500e6);
  state = monitor.step(state, { kind: "payout", time: 2, amountMicros: 1_200e6 });
  state = monitor.step(state, mark(3, 300));
  assertEquals([state.floorMicros, state.halted, state.lost], [0, null, null]);
  assertEquals(monitor.distance(state, "ES").dailyLossMicros, 1_000e6);
});

Deno.test("what cannot be is refused in one line", () => {
  const monitor = createAccountMonitor(terms({}));
  const state = monitor.step(monitor.begin({ initialMicros: START }), mark(10, 50_000));
  const refused = (event: AccountEvent, words: string) =>
    assertThrows(() => monitor.step(state, event), RangeError, words);
  refused(mark(9, 50_000), "time goes back from 10: current value is 9");
  refused(mark(NaN, 50_000), "current value is NaN");
  refused({ kind: "mark", time: 11, equityMicros: NaN }, "current value is NaN");
  refused({ kind: "mark", time: 11, equityMicros: 0.5 }, "current value is 0.5");
  refused({ kind: "fill", time: 11, instrument: "ES", lots: 0.5 }, "lots must be whole");
  refused({ kind: "payout", time: 11, amountMicros: -1 }, "must be above 0: current value is -1");
  assertThrows(() => monitor.begin({ initialMicros: 0.1 }), RangeError, "current value is 0.1");
});

import fc from "fast-check";
import nodeAssert from "node:assert/strict";
import { InputError } from "../core/errors.ts";
import { type Bars, sliceBars } from "../market/bars.ts";
import { createCalendar } from "../market/calendar.ts";
import { contractDates } from "../market/contract_dates.ts";
import { findInstrument } from "../market/instruments.ts";
import { DAY_MS, epochDay, isoDate } from "../market/time_zone.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { joinContracts, joinCounted, type JoinOptions } from "./continuous.ts";
import type { ContractBars } from "./contract_leg.ts";
import { leavingDays, type RollRule } from "./roll_rules.ts";
import { rollsOf } from "./rolls.ts";

const ES = findInstrument("ES");
const INDEX = createCalendar(ES);
const HOUR_MS = 3_600_000;
const CORN = findInstrument("ZC");
const GRAINS = createCalendar(CORN);

/** Corn for a delivery month: its dates by the exchange's rule. */
function corn(letter: "Z" | "H", year: number, bars: Bars): ContractBars {
  const dates = contractDates(CORN, year, letter === "Z" ? 12 : 3)!;
  return {
    name: `corn ${letter}${year}`,
    bars,
    lastTradeTime: dates.lastTradeTime,
    firstNoticeDay: dates.firstNoticeDay!,
  };
}

/** Bars of every session between two dates, of one length, each contract on its own price. */
function bars(
  from: string,
  to: string,
  price: number,
  intervalMs: number,
  volume = 1,
  instrument = CORN,
  calendar = GRAINS,
): Bars {
  const time: number[] = [];
  for (const session of calendar.sessions(Date.parse(from), Date.parse(to))) {
    if (intervalMs === DAY_MS) time.push(session.tradeDay * DAY_MS);
    else for (let at = session.open; at < session.close; at += intervalMs) time.push(at);
  }
  const prices = Float64Array.from(time, (_, i) => price + i % 7);
  return {
    ...{ instrument, intervalMs, length: time.length, time: Float64Array.from(time) },
    ...{ open: prices, high: prices, low: prices, close: prices },
    volume: new Float64Array(time.length).fill(volume),
  };
}

for (const intervalMs of [DAY_MS, HOUR_MS]) {
  const length = intervalMs === DAY_MS ? "daily" : "hourly";
  Deno.test(`a grain held over first notice loses no session and is rolled before it, ${length}`, () => {
    // Bars of December go on until its last trade, and it is the busier one to the end.
    const december = bars("2024-11-01", "2024-12-13", 430, intervalMs, 9);
    const march = bars("2024-11-01", "2025-01-10", 440, intervalMs, 1);
    const contracts = [corn("H", 2025, march), corn("Z", 2024, december)];
    for (const roll of [{ kind: "volume" }, { kind: "calendar", daysBefore: 0 }] as const) {
      const { bars: joined, lostDays } = joinCounted(
        contracts,
        { roll, adjust: "difference" },
        GRAINS,
      );
      const [found, ...more] = rollsOf(joined);
      assertEquals([found?.rule, more], ["first-notice", []]);
      // Notice begins on the day after Thanksgiving: Wednesday is the last session before it.
      const opens = intervalMs === DAY_MS ? "2024-11-27T00:00:00.000Z" : "2024-11-27T01:00:00.000Z";
      assertEquals(new Date(found!.time).toISOString(), opens);
      assertEquals(lostDays, []);
      assertEquals(joined.time, march.time);
    }
  });
}

Deno.test("leavingDays() counts sessions over holidays, and days of the calendar down to a session", () => {
  const end = { lastDay: epochDay("2024-12-13"), noticeDay: epochDay("2024-11-29") };
  const due = (rule: RollRule): string => isoDate(leavingDays(end, rule, GRAINS).dueDay);
  const before = "first-notice";
  assertEquals(due({ kind: "calendar", daysBefore: 0 }), "2024-11-27");
  assertEquals(due({ kind: "calendar", daysBefore: 1, before }), "2024-11-27");
  // Thanksgiving is no session but a day: the day before is one.
  assertEquals(due({ kind: "calendar", daysBefore: 3, before }), "2024-11-25");
  assertEquals(due({ kind: "calendar", daysBefore: 3, before, count: "days" }), "2024-11-26");
  assertEquals(due({ kind: "calendar", daysBefore: 6, before, count: "days" }), "2024-11-22");
  assertEquals(due({ kind: "calendar", daysBefore: 15 }), "2024-11-21");
  const cash = { lastDay: epochDay("2024-12-20"), noticeDay: null };
  const dueCash = (rule: RollRule): string => isoDate(leavingDays(cash, rule, INDEX).dueDay);
  assertEquals(dueCash({ kind: "calendar", daysBefore: 8, count: "days" }), "2024-12-12");
  assertEquals(dueCash({ kind: "calendar", daysBefore: 5, before }), "2024-12-13");
  assertEquals(dueCash({ kind: "volume" }), "2024-12-20");
});

/** Contracts of ES with so much volume in each session of a fortnight, from 2024-03-04 on. */
function withVolumes(volumes: Readonly<Record<string, readonly number[]>>): ContractBars[] {
  return Object.entries(volumes).map(([name, lots], i) => ({
    name,
    bars: {
      ...sliceBars(
        bars("2024-03-04T12:00Z", "2024-03-20", 5_000 + 50 * i, DAY_MS, 0, ES, INDEX),
        0,
        lots.length,
      ),
      volume: Float64Array.from(lots),
      openInterest: Float64Array.from(lots),
    },
  }));
}

Deno.test("a later contract has to lead in as many sessions as the rule says", () => {
  const contracts = withVolumes({ ESH4: [9, 1, 9, 1, 1, 1], ESM4: [5, 5, 5, 5, 5, 5] });
  const rowOfRoll = (roll: RollRule): number =>
    rollsOf(joinContracts(contracts, { roll, adjust: "difference" }, INDEX))[0]!.row;
  for (const kind of ["volume", "open-interest"] as const) {
    assertEquals(rowOfRoll({ kind }), 2);
    assertEquals(rowOfRoll({ kind, sessions: 2 }), 5);
  }
});

Deno.test("a contract that nobody trades is passed over", () => {
  const contracts = withVolumes({
    ESH4: [9, 9, 3, 3, 3],
    ESM4: [1, 1, 1, 1, 1],
    ESU4: [5, 5, 7, 7, 7],
  });
  const joined = joinContracts(contracts, {
    roll: { kind: "volume" },
    adjust: "difference",
  }, INDEX);
  assertEquals(joined.continuous!.contracts, ["ESH4", "ESU4"]);
  assertEquals(
    rollsOf(joined).map(({ fromPrice, gap, row, toPrice }) => [
      ...[row, fromPrice, toPrice, gap],
    ]),
    [[3, 5_002, 5_102, -100]],
  );
  // At the end of a contract the busiest of the others is taken, leader or not.
  const ends = withVolumes({
    ESH4: [9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
    ESM4: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ESU4: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  });
  const [roll] = rollsOf(joinContracts(ends, {
    roll: { kind: "volume" },
    adjust: "difference",
  }, INDEX));
  assertEquals([roll?.to, roll?.rule, isoDate(roll!.time / DAY_MS)], [
    ...["ESU4", "last-trade", "2024-03-15"],
  ]);
});

Deno.test("a session without a bar of the contract held is counted as lost", () => {
  const [near, far] = withVolumes({ ESH4: [9, 9, 9, 9, 9, 9], ESM4: [1, 1, 1, 1, 1, 1] });
  const without = (row: number): Bars => {
    const { bars } = near!;
    const cut = (column: Float64Array) => column.filter((_, i) => i !== row);
    const { close, openInterest, time, volume } = bars;
    const price = cut(close);
    return {
      ...{ ...bars, length: bars.length - 1, time: cut(time), volume: cut(volume) },
      ...{ open: price, high: price, low: price, close: price, openInterest: cut(openInterest!) },
    };
  };
  const join = (row: number, roll: RollRule) =>
    joinCounted([{ name: "ESH4", bars: without(row) }, far!], {
      roll,
      adjust: "difference",
    }, INDEX);
  const byCalendar = { kind: "calendar", daysBefore: 0 } as const;
  assertEquals(join(2, byCalendar).lostDays.map(isoDate), ["2024-03-06"]);
  // The volume of a session without bars is 0: the next one is no longer lost.
  const byVolume = join(2, { kind: "volume" });
  assertEquals(byVolume.lostDays.length, 1);
  assertEquals(rollsOf(byVolume.bars).map(({ row }) => row), [2]);
  nodeAssert.throws(
    () => join(5, byCalendar),
    /end on 2024-03-08, it is left on 2024-03-15: Cannot hold ESH4 until it is left/,
  );
});

Deno.test("joinContracts() refuses what cannot be one future, in one line with a remedy", () => {
  const volume: JoinOptions = { roll: { kind: "volume" }, adjust: "difference" };
  const [near, far] = withVolumes({ ESH4: [9, 9, 9], ESM4: [1, 1, 1] });
  const nasdaq = { name: "NQM4", bars: far!.bars };
  const december = {
    name: "ESZ4",
    bars: bars("2024-09-02", "2024-09-10", 5_000, DAY_MS, 1, ES, INDEX),
  };
  const unknownNotice = [
    corn("Z", 2024, bars("2024-11-01", "2024-11-20", 430, DAY_MS)),
    { ...corn("H", 2025, bars("2024-11-01", "2024-11-20", 440, DAY_MS)) },
  ].map(({ firstNoticeDay: _, ...contract }) => contract);
  const first: JoinOptions = {
    roll: { kind: "calendar", daysBefore: 2, before: "first-notice" },
    adjust: "difference",
  };
  const cases: readonly [ContractBars[], JoinOptions, RegExp][] = [
    [
      [near!, nasdaq],
      volume,
      /contracts of ES and NQ into one future .*roll the contracts of each/,
    ],
    [[near!, december], volume, /ESH4 to ESZ4 .*give the bars of ESM4, ESU4 too/],
    [unknownNotice, first, /corn Z2024 before its first notice .*--first-notice corn Z2024=/],
    [[near!, far!], { ...volume, roll: { kind: "volume", sessions: 0 } }, /whole, 1 to 252/],
    [[near!, far!], { ...volume, roll: { kind: "calendar", daysBefore: 253 } }, /0 to 252/],
    [[near!, { ...far!, name: "ESH4" }], volume, /expire on the same day/],
  ];
  for (const [contracts, options, message] of cases) {
    nodeAssert.throws(() => joinContracts(contracts, options, INDEX), (error) => {
      assert(error instanceof InputError);
      nodeAssert.match(error.message, message);
      return !error.message.includes("\n");
    });
  }
});

const NAMES = ["ESH4", "ESM4", "ESU4", "ESZ4"];
const anyRule: fc.Arbitrary<RollRule> = fc.oneof(
  fc.record({
    kind: fc.constant("calendar" as const),
    daysBefore: fc.nat(12),
    before: fc.constantFrom("last-trade" as const, "first-notice" as const),
    count: fc.constantFrom("sessions" as const, "days" as const),
  }),
  fc.record({
    kind: fc.constantFrom("volume" as const, "open-interest" as const),
    sessions: fc.integer({ min: 1, max: 4 }),
  }),
);

Deno.test("whatever the rule, order of files and figures: the future changes nothing before it", () => {
  const session = fc.record({ price: fc.integer({ min: 4, max: 9_999 }), lots: fc.nat(5) });
  const contract = fc.array(session, { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(contract, { minLength: 4, maxLength: 4 }),
      anyRule,
      fc.constantFrom("difference" as const, "ratio" as const),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      fc.integer({ min: 1, max: 29 }),
      (figures, roll, adjust, order, length) => {
        const base = bars("2024-02-20T12:00Z", "2024-05-01", 0, DAY_MS, 1, ES, INDEX);
        const contracts = figures.map((sessions, i): ContractBars => {
          const price = Float64Array.from(sessions, ({ price }) => price);
          const lots = Float64Array.from(sessions, ({ lots }) => lots);
          return {
            name: NAMES[i]!,
            bars: {
              ...sliceBars(base, 0, 30),
              ...{ open: price, high: price, low: price, close: price },
              ...{ volume: lots, openInterest: lots },
            },
          };
        });
        const options: JoinOptions = { roll, adjust };
        const whole = joinContracts(contracts, options, INDEX);
        assertEquals(joinContracts(order.map((i) => contracts[i]!), options, INDEX), whole);
        const cut = joinContracts(
          contracts.map(({ name, bars }) => ({ name, bars: sliceBars(bars, 0, length) })),
          options,
          INDEX,
        );
        const prefix = sliceBars(whole, 0, cut.length);
        assertEquals(cut.close, prefix.close);
        assertEquals(cut.continuous!.adjustment, prefix.continuous!.adjustment);
        assertEquals(cut.continuous!.contract, prefix.continuous!.contract);
        assertEquals(rollsOf(cut), rollsOf(prefix));
        // Nor does what is traded in a session decide what is held in it.
        const busy = contracts.map(({ name, bars }, i) => {
          const lots = sliceBars(bars, 0, length).volume.slice();
          lots[length - 1] = 100 * (i + 1);
          return {
            name,
            bars: { ...sliceBars(bars, 0, length), volume: lots, openInterest: lots },
          };
        });
        assertEquals(rollsOf(joinContracts(busy, options, INDEX)), rollsOf(cut));
        // Nothing is held in its last session.
        const held = Array.from(
          whole.time,
          (_, row) => whole.continuous!.contracts[whole.continuous!.contract[row]!],
        );
        const last = held.lastIndexOf("ESH4");
        assert(last < 0 || whole.time[last]! < Date.parse("2024-03-15"));
      },
    ),
    { numRuns: 200 },
  );
});

import nodeAssert from "node:assert/strict";
import { backAdjustedClose, type Bars, closeReturns, sliceBars } from "../market/bars.ts";
import { createCalendar } from "../market/calendar.ts";
import { InputError } from "../core/errors.ts";
import { findInstrument } from "../market/instruments.ts";
import { DAY_MS } from "../market/time_zone.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import type { ContractBars } from "./contract_leg.ts";
import { joinContracts, type JoinOptions } from "./continuous.ts";
import { rollsOf } from "./rolls.ts";

const ES = findInstrument("ES");
const CALENDAR = createCalendar(ES);

/** Daily bars of the weekdays from `from` on. */
function daily(
  from: string,
  close: readonly number[],
  volume: readonly number[],
  openInterest?: readonly number[],
): Bars {
  const days = CALENDAR.sessions(Date.parse(from), Date.parse(from) + 60 * DAY_MS);
  const price = Float64Array.from(close);
  return {
    instrument: ES,
    intervalMs: DAY_MS,
    length: close.length,
    time: Float64Array.from(close, (_, i) => days[i]!.tradeDay * DAY_MS),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: Float64Array.from(volume),
    ...(openInterest === undefined ? {} : { openInterest: Float64Array.from(openInterest) }),
  };
}

/** Two contracts of six sessions, 2024-03-04 … 03-11; ESH4 expires on 03-15. */
const NEAR = daily("2024-03-04T12:00Z", [100, 101, 102, 103, 104, 105], [9, 9, 9, 4, 2, 1], [
  50,
  50,
  40,
  30,
  20,
  10,
]);
const FAR = daily("2024-03-04T12:00Z", [110, 111, 113, 113, 114, 115], [1, 2, 3, 5, 9, 9], [
  5,
  10,
  20,
  25,
  35,
  60,
]);
const PAIR: readonly ContractBars[] = [{ name: "ESH4", bars: NEAR }, { name: "ESM4", bars: FAR }];

function join(options: JoinOptions): Bars {
  return joinContracts(PAIR, options, CALENDAR);
}

Deno.test("joinContracts() rolls the session after volume or open interest moved on", () => {
  // Volume moves on row 3, open interest on row 4: known at their close, so rolled a row later.
  const byVolume = join({ roll: { kind: "volume" }, adjust: "difference" });
  assertEquals([...byVolume.continuous!.contract], [0, 0, 0, 0, 1, 1]);
  assertEquals([...byVolume.close], [100, 101, 102, 103, 114, 115]);
  const byInterest = join({ roll: { kind: "open-interest" }, adjust: "difference" });
  assertEquals([...byInterest.continuous!.contract], [0, 0, 0, 0, 0, 1]);
});

Deno.test("joinContracts() counts sessions before the last one for the calendar rule", () => {
  // The last session is Friday 03-15: five sessions before is 03-08, row 4.
  const joined = join({ roll: { kind: "calendar", daysBefore: 5 }, adjust: "difference" });
  assertEquals([...joined.continuous!.contract], [0, 0, 0, 0, 1, 1]);
  const early = join({ roll: { kind: "calendar", daysBefore: 9 }, adjust: "difference" });
  // Due before the first session: the near contract is never held.
  assertEquals(early.continuous!.contracts, ["ESM4"]);
  assertEquals([...early.close], [...FAR.close]);
  assertEquals(rollsOf(early), []);
});

Deno.test("joinContracts() anchors the adjustment at the first bar, for either method", () => {
  const difference = join({ roll: { kind: "volume" }, adjust: "difference" });
  assertEquals([...difference.continuous!.adjustment], [0, 0, 0, 0, -10, -10]);
  assertEquals(rollsOf(difference), [
    {
      ...{ row: 4, time: FAR.time[4]!, from: "ESH4", to: "ESM4" },
      ...{ gap: -10, fromPrice: 103, toPrice: 113, rule: "volume" },
    },
  ]);
  const ratio = join({ roll: { kind: "volume" }, adjust: "ratio" });
  assertClose(ratio.continuous!.adjustment[5]!, 103 / 113, 1e-15);
  // What a holder earned over the roll is the new contract's own move.
  assertClose(closeReturns(difference)[4]!, 1 / 103, 1e-12);
  assertClose(closeReturns(ratio)[4]!, 1 / 113, 1e-12);
});

Deno.test("joinContracts() leaves a contract before its last session whatever the rule", () => {
  const contracts: ContractBars[] = [
    { name: "near", bars: NEAR, lastTradeTime: NEAR.time[2]! + DAY_MS / 2 },
    { name: "far", bars: { ...FAR, volume: new Float64Array(6) } },
  ];
  const far = { ...contracts[1]!, lastTradeTime: FAR.time[5]! + 30 * DAY_MS };
  const joined = joinContracts(
    [contracts[0]!, far],
    { roll: { kind: "volume" }, adjust: "difference" },
    CALENDAR,
  );
  assertEquals([...joined.continuous!.contract], [0, 0, 1, 1, 1, 1]);
});

Deno.test("joinContracts() never lets the future change a bar, a roll or an adjustment", () => {
  for (const kind of ["volume", "open-interest"] as const) {
    const whole = join({ roll: { kind }, adjust: "ratio" });
    for (let length = 1; length <= 6; length++) {
      const part = joinContracts(
        PAIR.map(({ name, bars }) => ({ name, bars: sliceBars(bars, 0, length) })),
        { roll: { kind }, adjust: "ratio" },
        CALENDAR,
      );
      assertEquals(part.close, whole.close.slice(0, length));
      assertEquals(part.continuous!.adjustment, whole.continuous!.adjustment.slice(0, length));
      assertEquals(part.continuous!.contract, whole.continuous!.contract.slice(0, length));
    }
  }
});

Deno.test("joinContracts() says why contracts cannot be joined", () => {
  const options: JoinOptions = { roll: { kind: "volume" }, adjust: "difference" };
  const later = { name: "ESM4", bars: daily("2024-03-20T12:00Z", [1, 2], [9, 9]) };
  const other = { name: "NQM4", bars: { ...FAR, instrument: findInstrument("NQ") } };
  const { openInterest: _, ...without } = FAR;
  const bad: readonly (readonly [readonly ContractBars[], JoinOptions])[] = [
    [[], options],
    [[PAIR[0]!, { name: "ESM4", bars: sliceBars(FAR, 0, 0) }], options],
    [[PAIR[0]!, later], options],
    [[PAIR[0]!, other], options],
    [[PAIR[0]!, { name: "ESM4", bars: without }], { ...options, roll: { kind: "open-interest" } }],
    [PAIR, { ...options, roll: { kind: "calendar", daysBefore: 1.5 } }],
    [[{ name: "contract", bars: NEAR }], options],
  ];
  for (const [contracts, badOptions] of bad) {
    nodeAssert.throws(() => joinContracts(contracts, badOptions, CALENDAR), InputError);
  }
});

const shared = new URL("../../../shared/data/", import.meta.url);
const hasShared = await Deno.stat(shared).then(() => true, () => false);
if (!hasShared) console.log("continuous: real bars are absent, their test is skipped");

async function readMinutes(file: string): Promise<Bars> {
  const text = await Deno.readTextFile(new URL(file, shared));
  const rows = text.trim().split("\n").slice(1).map((line) => line.split(","));
  const column = (index: number): Float64Array =>
    Float64Array.from(rows, (row) => Number(row[index]));
  return {
    instrument: ES,
    intervalMs: 60_000,
    length: rows.length,
    time: Float64Array.from(rows, (row) => Date.parse(row[0]!)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

Deno.test({
  name: "joinContracts() rolls the real December 2013 contract into March 2014",
  ignore: !hasShared,
  async fn() {
    const [near, far] = [
      await readMinutes("esz3_1min_utc.csv"),
      await readMinutes("esh4_1min_utc.csv"),
    ];
    const joined = joinContracts(
      [{ name: "ESZ3", bars: near }, { name: "ESH4", bars: far }],
      { roll: { kind: "volume" }, adjust: "difference" },
      CALENDAR,
    );
    const rolls = rollsOf(joined);
    assertEquals(rolls.length, 1);
    // 12-18 is the first day on which the file has more volume in ESH4.
    assertEquals(new Date(rolls[0]!.time).toISOString(), "2013-12-18T23:00:00.000Z");
    // es_daily_adjusted.csv rolls on 2013-12-13 with Close − Spliced moving from −94.5 to −88.
    assertClose(rolls[0]!.gap, 6.5, 0.5);
    const close = backAdjustedClose(joined);
    assertEquals(close.at(-1), 1817.25);
    assertClose(close[0]!, 1675.25 - 6.25, 1e-9);
    for (let i = 1; i < joined.length; i++) assert(joined.time[i]! > joined.time[i - 1]!);
  },
});

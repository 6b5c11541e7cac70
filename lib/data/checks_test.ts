import type { Bars } from "../market/bars.ts";
import type { InstrumentKind } from "../market/instrument.ts";
import { assertEquals } from "../../tests/assert.ts";
import { checkBars } from "./checks.ts";
import { createTestInstrument } from "../../tests/fixtures/loader_fixture.ts";
import { createProblemLog } from "./problems.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Row = readonly [time: number, open: number, high: number, low: number, close: number];

/** Checks bars whose time is in units of the interval; findings as `rule row`, first bar row 2. */
function check(
  rows: readonly Row[],
  kind: InstrumentKind = "stock",
  intervalMs = MINUTE_MS,
  volume: readonly number[] = rows.map(() => 5),
): string[] {
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i]!);
  const bars: Bars = {
    instrument: createTestInstrument("TEST", 0.25, kind),
    intervalMs,
    length: rows.length,
    time: column(0).map((time) => time * intervalMs),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: Float64Array.from(volume),
  };
  const log = createProblemLog();
  const lines = Uint32Array.from(rows, (_, i) => i + 2);
  checkBars(bars, { lines, names: new Map([["volume", "volume"]]) }, log);
  return log.problems.map(({ rule, row }) => `${rule} ${row}`);
}

const FIRST: Row = [0, 10, 11, 9, 10];

Deno.test("checkBars() finds each breach at its row", () => {
  const cases: [Row, string[]][] = [
    [[1, 10, 11, 9, 10], []],
    [[0, 10, 11, 9, 10], ["duplicate-time 3"]],
    [[-1, 10, 11, 9, 10], ["unsorted-time 3"]],
    [[0.5, 10, 11, 9, 10], ["short-step 3"]],
    [[1, 10, 9, 11, 10], ["high-below-low 3"]],
    [[1, 12, 11, 9, 10], ["open-outside-range 3"]],
    [[1, 10, 11, 9, 8], ["close-outside-range 3"]],
    [[1, 10.1, 11, 9, 10], ["off-tick-price 3"]],
    [[1, 10.25 + 1e-9, 11, 9, 10], []],
    [[1, 0, 11, 0, 10], ["non-positive-price 3", "non-positive-price 3"]],
  ];
  for (const [row, found] of cases) assertEquals(check([FIRST, row]), found, String(row));
});

Deno.test("checkBars() knows bars of another instrument by their ticks", () => {
  const fine = Array.from({ length: 40 }, (_, i): Row => [i, 1.1001, 1.1003, 1.1, 1.1002]);
  assertEquals(check(fine).filter((found) => found.startsWith("wrong")), ["wrong-tick 0"]);
  const adjusted = fine.map(([i]): Row => [i, 20.1, 20.6, 19.9, 20.3]);
  assertEquals(check(adjusted).filter((found) => found.startsWith("wrong")), []);
  assertEquals(check(fine.slice(0, 20)).filter((found) => found.startsWith("wrong")), []);
  const still = fine.map(([i]): Row => [i, 1.1, 1.1, 1.1, 1.1]);
  assertEquals(check(still).filter((found) => found.startsWith("wrong")), []);
  const coarse = fine.map(([i]): Row => [i, 30_000, 30_200, 29_900, 30_000]);
  assertEquals(check(coarse, "future"), ["wrong-tick 0"]);
  assertEquals(check(coarse, "stock"), []);
});

Deno.test("checkBars() lets a future trade below zero, with a warning", () => {
  const found = check([FIRST, [1, -1, 11, -1, 10]], "future");
  assertEquals(found, ["negative-future 3", "negative-future 3"]);
});

Deno.test("checkBars() lets only a future's daily settlement lie off the range", () => {
  const rows: Row[] = [FIRST, [1, 10, 11, 9, 12]];
  assertEquals(check(rows, "future", DAY_MS), ["settlement-outside-range 3"]);
  assertEquals(check(rows, "stock", DAY_MS), ["close-outside-range 3"]);
  assertEquals(check(rows, "future", MINUTE_MS), ["close-outside-range 3"]);
});

Deno.test("checkBars() finds negative volume", () => {
  assertEquals(check([FIRST], "stock", MINUTE_MS, [-1]), ["negative-volume 2"]);
});

Deno.test("checkBars() accepts the 23-hour day where clocks go forward", () => {
  assertEquals(check([FIRST, [23 / 24, 10, 11, 9, 10]], "stock", DAY_MS), []);
  assertEquals(check([FIRST, [22 / 24, 10, 11, 9, 10]], "stock", DAY_MS), ["short-step 3"]);
});

Deno.test("checkBars() finds a jump between neighbours, but not over a session break", () => {
  const rows = Array.from({ length: 40 }, (_, i): Row => {
    const close = 100 + (i % 2) * 0.25;
    return [i, close, close, close, close];
  });
  const jump = (time: number): Row[] => [...rows, [time, 120, 120, 120, 120]];
  assertEquals(check(jump(40)), ["price-jump 42"]);
  assertEquals(check(jump(500)), []);
  assertEquals(check(jump(42), "stock", DAY_MS), ["price-jump 42"]);
});

Deno.test("checkBars() finds a split that prices were not adjusted for, with its date", () => {
  const before = Array.from({ length: 40 }, (_, i): Row => {
    const price = 100 + (i % 3) * 0.25;
    return [i, price, price + 1, price - 1, price];
  });
  const after = (factor: number): Row[] =>
    before.map(([i, ...prices]): Row => {
      const [open, high, low, close] = prices.map((price) => price / factor);
      return [i + 40, open!, high!, low!, close!];
    });
  const errors = (found: string[]) => found.filter((one) => one.startsWith("unadjusted"));
  assertEquals(errors(check([...before, ...after(4)], "stock", DAY_MS)), ["unadjusted-split 42"]);
  assertEquals(errors(check([...after(4), ...before], "stock", DAY_MS)), ["unadjusted-split 42"]);
  assertEquals(errors(check([...before, ...after(4)], "stock", MINUTE_MS)), [
    "unadjusted-split 42",
  ]);
  // A rise that no split makes, a future, and a fall in which the usual value changes hands tenfold.
  assertEquals(errors(check([...before, ...after(1.4)], "stock", DAY_MS)), []);
  assertEquals(errors(check([...before, ...after(4)], "future", DAY_MS)), []);
  const crash = Array.from({ length: 80 }, (_, i) => i === 40 ? 5 * 4 * 10 : i > 40 ? 20 : 5);
  assertEquals(errors(check([...before, ...after(4)], "stock", DAY_MS, crash)), []);
});

Deno.test("checkBars() refuses a future whose bars hardly ever lie on its ticks, with the share", () => {
  const cents = Array.from({ length: 40 }, (_, i): Row => [i, 185.01, 186.02, 184.98, 185.3]);
  assertEquals(check(cents, "future").filter((found) => found.startsWith("wrong")), [
    "wrong-tick 0",
  ]);
  const few = cents.map((row, i): Row => i % 10 === 0 ? row : [i, 185, 186.25, 184.75, 185.25]);
  assertEquals(check(few, "future").filter((found) => found.startsWith("wrong")), []);
});

Deno.test("checkBars() takes no price of 0 far from all others for a trade", () => {
  assertEquals(check([FIRST, [1, 5000, 5001, 0, 5000]], "future"), ["zero-price 3"]);
  assertEquals(check([FIRST, [1, 0, 1, -1, 0.5]], "future"), [
    "negative-future 3",
    "negative-future 3",
  ]);
});

Deno.test("checkBars() refuses prices at which money is not exact, by their column", () => {
  const most = Number.MAX_SAFE_INTEGER / 2 / 1e6;
  for (const price of [1e15, 1e300, most / 50]) {
    const row: Row = [1, 10, price, 9, 10];
    const found = check([FIRST, row]).filter((each) => !each.startsWith("off-tick"));
    assertEquals(found, ["uncountable-price 3"], String(price));
  }
  assertEquals(check([FIRST, [1, 10, 1e6, -1e15, 10]], "future"), [
    ...["negative-future 3", "uncountable-price 3"],
  ]);
  assertEquals(check([FIRST, [1, 10, 1e6, 9, 10]]), []);
});

Deno.test("checkBars() names the stamp that is ahead of all others, not the row behind it", () => {
  const rows = [0, 1, 9, 2, 3].map((time): Row => [time, 10, 11, 9, 10]);
  assertEquals(check(rows), ["unsorted-time 4"]);
});

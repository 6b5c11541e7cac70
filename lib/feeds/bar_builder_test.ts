import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import { barsOfRows, minutesWithout, rowsOfBars } from "../../tests/fixtures/feed_bars.ts";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import { resampleBars } from "../data/resample.ts";
import { sliceBars } from "../market/bars.ts";
import { createCalendar } from "../market/calendar.ts";
import type { JournaledBar } from "../trading/journal_facts.ts";
import { createBarBuilder } from "./bar_builder.ts";
import { createTickBars } from "./tick_bars.ts";

const SESSIONS = ["cme-equity", "us-stock", "fx-week", "always", "cbot-grains"];
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

Deno.test("createBarBuilder() makes the bars of resampleBars(), bit for bit, at every row", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SESSIONS),
      fc.constantFrom<[number, number]>(
        [MINUTE, 5 * MINUTE],
        [5 * MINUTE, 15 * MINUTE],
        [5 * MINUTE, HOUR],
        [30 * MINUTE, 90 * MINUTE],
        [HOUR, 4 * HOUR],
        [30 * MINUTE, DAY],
        [15 * MINUTE, 15 * MINUTE],
      ),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 400 }),
      (session, [sourceMs, intervalMs], seed, day) => {
        const random = createRandom(seed);
        const start = Date.parse("2023-10-01T00:00:00Z") + day * DAY +
          random.integer(4) * 30 * MINUTE;
        const rows: JournaledBar[] = [];
        for (let step = 0; step < 300; step++) {
          // Holes of all sizes, over breaks and sessions.
          if (random.uniform() < 0.1) step += random.integer(40);
          const price = 100 + random.normal();
          rows.push({
            ...{ time: start + step * sourceMs, open: price, close: price + random.normal() },
            ...{ high: price + 3, low: price - 3 - random.uniform() },
            volume: random.uniform() * 1_000,
          });
        }
        const calendar = createCalendar({ session });
        const source = barsOfRows(rows, sourceMs);
        const builder = createBarBuilder(sourceMs, intervalMs, calendar);
        const built: JournaledBar[] = [];
        const checked = random.integer(rows.length);
        rows.forEach((row, i) => {
          built.push(...builder.push(row).map(({ bar }) => bar));
          if (i !== checked && i !== rows.length - 1) return;
          const known = resampleBars(sliceBars(source, 0, i + 1), intervalMs, calendar);
          assertEquals(built, rowsOfBars(known));
        });
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("createBarBuilder() refuses lengths that do not fit", () => {
  const calendar = createCalendar({ session: "always" });
  for (const [source, interval] of [[60_000, 90_000], [300_000, 60_000], [DAY, DAY]] as const) {
    assertThrows(() => createBarBuilder(source, interval, calendar), InputError, "Cannot make");
  }
});

Deno.test("createTickBars() makes bars that longer bars of shorter ones equal", () => {
  const calendar = createCalendar({ session: "us-stock" });
  const random = createRandom(5);
  const minutes = createTickBars(MINUTE, calendar), fives = createTickBars(5 * MINUTE, calendar);
  const builder = createBarBuilder(MINUTE, 5 * MINUTE, calendar);
  const direct: JournaledBar[] = [], inTwoSteps: JournaledBar[] = [];
  const keep = (bar: JournaledBar | null): void => {
    if (bar !== null) inTwoSteps.push(...builder.push(bar).map(({ bar }) => bar));
  };
  let time = Date.parse("2024-06-10T13:00:00Z");
  for (let i = 0; i < 40_000; i++) {
    time += random.integer(12_000);
    // Whole numbers of contracts: their sums do not depend on the order.
    const tick = { time, price: 100 + Math.round(100 * random.normal()) / 100, size: 1 + i % 7 };
    keep(minutes.push(tick));
    const bar = fives.push(tick);
    if (bar !== null) direct.push(bar);
  }
  time += DAY;
  keep(minutes.pass(time));
  const last = fives.pass(time);
  if (last !== null) direct.push(last);
  assert(direct.length > 150, `${direct.length} bars`);
  // The last one is complete by the clock alone, which shorter bars do not know.
  assertEquals(inTwoSteps, direct.slice(0, inTwoSteps.length));
  assert(direct.length - inTwoSteps.length <= 1);
  assert(minutes.leftOut > 0 && minutes.leftOut === fives.leftOut, "what lies outside is counted");
});

Deno.test("createTickBars() leaves out what comes too late, and never opens a bar again", () => {
  const ticks = createTickBars(MINUTE, createCalendar({ session: "always" }));
  const at = (time: number, price = 1) => ticks.push({ time, price, size: 1 });
  at(1_000);
  assertEquals(ticks.pass(59_999), null);
  assertEquals(ticks.pass(60_000)?.time, 0);
  assertEquals([at(59_000), ticks.leftOut], [null, 1]);
  assertEquals(at(61_000), null);
  assertEquals([at(59_000), at(NaN), at(62_000, NaN), ticks.leftOut], [null, null, null, 4]);
  assertEquals(at(125_000), { time: 60_000, open: 1, high: 1, low: 1, close: 1, volume: 1 });
});

Deno.test("minutesWithout() leaves holes out", () => {
  assertEquals(minutesWithout(10, (row) => row === 4).length, 9);
});

import fc from "fast-check";
import { assert, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { openData } from "../lib/data/open_data.ts";
import { writeBars } from "../lib/data/write.ts";
import { barOfRow } from "../lib/trading/bar_of_row.ts";
import { FEED_KINDS } from "../lib/feeds/kinds/feed_kinds.ts";
import { parseFeed } from "../lib/feeds/kinds/parse_feed.ts";
import { createReplayFeed } from "../lib/feeds/replay_feed.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import type { Bars } from "../lib/market/bars.ts";
import type { JournaledBar } from "../lib/trading/journal_facts.ts";
import { barsOfRows, minutesWithout, ROUND_THE_CLOCK, rowsOfBars } from "./fixtures/feed_bars.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const SIMULATION = { bars: 1, seed: 1, start: 0, startPrice: 1, volatilityTicks: 1 };

/** Bars of an instrument that ships, on its ticks. */
function minutesOfFuture(length: number, seed: number): Bars {
  const random = createRandom(seed);
  const start = Date.parse("2024-06-10T00:00:00Z");
  let last = 20_000;
  const rows: JournaledBar[] = Array.from({ length }, (_, row) => {
    const open = last;
    last += Math.round(4 * random.normal());
    return {
      time: start + row * 60_000,
      open: open * 0.25,
      high: (Math.max(open, last) + random.integer(3)) * 0.25,
      low: (Math.min(open, last) - random.integer(3)) * 0.25,
      close: last * 0.25,
      volume: random.integer(500),
    };
  }).filter((_, row) => row < 2 || random.uniform() > 0.02);
  return { ...barsOfRows(rows), instrument: findInstrument("MES") };
}

Deno.test("a replay at top speed hands on exactly the loader's bars, whatever is visible", async () => {
  await inFolder(async (folder) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(undefined, 60_000, 300_000, 3_600_000),
        fc.constantFrom("csv", "parquet"),
        async (length, seed, lookBack, intervalMs, format) => {
          const path = `${folder}/bars.${format}`;
          await writeBars(minutesOfFuture(length, seed), path);
          const data = {
            ...{ symbol: "MES", load: {} },
            ...(intervalMs === undefined ? {} : { intervalMs }),
          };
          const loaded = await openData({ ...data, path });
          const { kind, target } = parseFeed(`replay:${path}`);
          const { feed } = await kind.open(
            target,
            { data, history: 0, lookBack, simulation: SIMULATION, speed: null },
            { clock: new VirtualClock() },
          );
          const replayed: JournaledBar[] = [];
          for (let row = feed.next(); row !== null; row = feed.next()) {
            assert(typeof row === "number", "top speed waits for nothing");
            replayed.push(barOfRow(feed.bars, row));
            assertEquals(feed.bars.length, Math.min(lookBack + 1, replayed.length));
          }
          assertEquals(replayed, rowsOfBars(loaded.bars));
        },
      ),
      { numRuns: 25 },
    );
  });
});

Deno.test("a replay takes the market's time, divided by its speed, and history at once", async () => {
  const bars = minutesWithout(8, (row) => row === 5);
  const clock = new VirtualClock(1_000_000);
  const feed = createReplayFeed(bars, {
    ...{ name: "stored", clock, history: 3, lookBack: 0, speed: 10 },
  });
  const came: [number, string, number][] = [];
  const all = (async () => {
    for (let row = await feed.next(); row !== null; row = await feed.next()) {
      const minute = (feed.bars.time[row]! - bars.time[0]!) / 60_000;
      came.push([minute, feed.marks.origin, clock.now() - 1_000_000]);
    }
  })();
  await clock.advance(3_600_000);
  await all;
  assertEquals(came, [
    [0, "history", 0],
    [1, "history", 0],
    [2, "history", 0],
    [3, "feed", 0],
    [4, "feed", 6_000],
    [6, "feed", 18_000],
    [7, "feed", 24_000],
  ]);
});

Deno.test("a million bars are replayed in memory that does not grow", () => {
  const length = 1_000_000;
  const column = Float64Array.from({ length }, (_, row) => 100 + row % 7);
  const bars: Bars = {
    ...{ instrument: ROUND_THE_CLOCK, intervalMs: 60_000, length },
    time: Float64Array.from({ length }, (_, row) => row * 60_000),
    ...{ open: column, high: column, low: column, close: column, volume: column },
  };
  const feed = createReplayFeed(bars, {
    ...{ name: "stored", clock: new VirtualClock(), lookBack: 100 },
    openSpans: (from, until) => [{ from, until }],
  });
  let sum = 0, heapAtStart = 0;
  for (let row = feed.next(); row !== null; row = feed.next()) {
    sum += feed.bars.close[row as number]!;
    if (feed.bars.time[row as number] === 6e9) heapAtStart = Deno.memoryUsage().heapUsed;
  }
  assertEquals(sum, column.reduce((total, value) => total + value, 0));
  // Garbage that nobody has collected yet is there too.
  assert(Deno.memoryUsage().heapUsed - heapAtStart < 64e6, "the heap grew");
});

Deno.test("every kind of feed has a name, a form and a line of its own", () => {
  assertEquals(new Set(FEED_KINDS.map(({ name }) => name)).size, FEED_KINDS.length);
  for (const { form, name, summary } of FEED_KINDS) {
    assert(form.startsWith(`${name}:`) && summary.length > 10 && !summary.includes("\n"), form);
  }
});

Deno.test("a replay says which rows its file has that were left out, or look wrong", () =>
  inFolder(async (folder) => {
    const path = `${folder}/bars.csv`;
    const row = (minute: number, price: string): string =>
      `2024-06-10T00:${String(minute).padStart(2, "0")}:00Z${`,${price}`.repeat(4)},7`;
    const rows = Array.from({ length: 30 }, (_, minute) => row(minute, `${5_000 + minute % 3}`));
    await Deno.writeTextFile(
      path,
      ["time,open,high,low,close,volume", ...rows.with(11, row(11, "NaN")).with(20, row(20, "-5"))]
        .join("\n"),
    );
    const { kind, target } = parseFeed(`replay:${path}`);
    const { remarks = [] } = await kind.open(target, {
      ...{ data: { symbol: "MES", load: {} }, lookBack: 1, history: 1, speed: null },
      simulation: SIMULATION,
    }, { clock: new VirtualClock() });
    for (
      const remark of [
        "1 row has no price at all and was left out: nothing traded.",
        "1 row with a warning: negative-future",
        "2 rows with a warning: price-jump",
      ]
    ) assert(remarks.includes(remark), `${remark}: ${remarks.join("; ")}`);
  }));

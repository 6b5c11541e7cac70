import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { expectedSpans } from "../lib/data/gaps.ts";
import { resampleBars } from "../lib/data/resample.ts";
import { createLongerFeed } from "../lib/feeds/longer_feed.ts";
import { createReplayFeed } from "../lib/feeds/replay_feed.ts";
import { parseFeed } from "../lib/feeds/kinds/parse_feed.ts";
import { createCalendar } from "../lib/market/calendar.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulate_bars.ts";
import { createWorld } from "../lib/simulator/world.ts";
import type { BarFeed, FeedNews } from "../lib/trading/bar_feed.ts";
import { FEED_START, minutesWithout, ROUND_THE_CLOCK, rowsOfBars } from "./fixtures/feed_bars.ts";
import { at, follow, trouble } from "./fixtures/venue_fixture.ts";
import { CryptoVenue } from "./fixtures/crypto_venue.ts";
import { HEADER, linesOf, minutesFrom, tail } from "./fixtures/tail_fixture.ts";
import { type FeedCase, type FeedUnderTest, testFeedContract } from "./fixtures/feed_contract.ts";

const ALWAYS = createCalendar(ROUND_THE_CLOCK);
const MINUTE = 60_000;
/** The hole is of 3 bars. */
const STORED = minutesWithout(40, (row) => row >= 17 && row < 20);
const HOLE = { from: FEED_START + 17 * MINUTE, to: FEED_START + 20 * MINUTE, missing: 3 };

/** A feed that reads no clock but a virtual one, which `move` moves. */
function onVirtualClock(
  clock: VirtualClock,
  stepMs: number,
  open: (onNews: (news: FeedNews) => void) => BarFeed,
): FeedUnderTest {
  const news: FeedNews[] = [];
  return {
    feed: open((each) => news.push(each)),
    news,
    move: () => clock.advance(stepMs).then(() => true),
    isOver: () => true,
    leaks: () => clock.isIdle ? [] : ["a timer"],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function replayed(speed: number | null): FeedCase {
  return {
    bars: rowsOfBars(STORED),
    gap: HOLE,
    open({ lookBack, signal }) {
      const clock = new VirtualClock(Date.parse("2026-01-01"));
      return Promise.resolve(
        onVirtualClock(clock, 700, (onNews) =>
          createReplayFeed(STORED, {
            ...{ name: "stored", clock, lookBack, onNews, signal, speed },
            openSpans: expectedSpans(ALWAYS, MINUTE),
          })),
      );
    },
  };
}

testFeedContract("replay at once", replayed(null));
testFeedContract("replay at sixty times the market's pace", replayed(60));

const LONGER = resampleBars(STORED, 5 * MINUTE, ALWAYS);
testFeedContract("longer bars of a feed", {
  bars: rowsOfBars(LONGER),
  gap: HOLE,
  open({ lookBack, signal }) {
    const clock = new VirtualClock();
    return Promise.resolve(
      onVirtualClock(clock, 700, (onNews) => {
        const source = createReplayFeed(STORED, {
          ...{ name: "stored", clock, lookBack: 0, onNews, signal, speed: 60 },
          openSpans: expectedSpans(ALWAYS, MINUTE),
        });
        const longer = { calendar: ALWAYS, intervalMs: 5 * MINUTE, lookBack };
        return createLongerFeed(source, MINUTE, longer);
      }),
    );
  },
});

const WORLD = {
  ...{ bars: 400, seed: 3, start: Date.parse("2024-06-13T12:00Z") },
  ...{ startPrice: 5_000, volatilityTicks: 8 },
};
const SIMULATED = simulateBars({
  ...WORLD,
  world: createWorld("regime", { stay: 0.99 }),
  instrument: findInstrument("MES"),
  intervalMs: 300_000,
});

testFeedContract("a simulated feed", {
  bars: rowsOfBars(SIMULATED),
  gap: null,
  async open({ lookBack, signal }) {
    const clock = new VirtualClock();
    const { kind, target } = parseFeed("simulate:regime,stay=0.99");
    const told: FeedNews[] = [];
    const data = { symbol: "MES", intervalMs: 300_000, load: {} };
    const { feed } = await kind.open(
      target,
      { data, history: 10, lookBack, simulation: WORLD, speed: null },
      { clock, signal, onNews: (news) => told.push(news) },
    );
    return { ...onVirtualClock(clock, 700, () => feed), news: told };
  },
});

/** Three bars of history, a line that is cut at 12:02, none of the bars of 12:05 and 12:06. */
const OPENS = Date.parse("2024-06-10T12:00:00Z");
const TROUBLES = [trouble("drop", 2, 2.1), trouble("missing", 5, 7)];
const VENUE = new CryptoVenue(new VirtualClock(), {
  ...{ symbol: "BTCUSDT", interval: "1m", intervalMs: MINUTE, seed: 11, since: at(-600) },
  troubles: TROUBLES,
});
testFeedContract("a venue's stream", {
  bars: VENUE.bars(at(-3), at(12)),
  gap: { from: at(1), to: at(2), missing: 1 },
  open({ lookBack, signal }) {
    const { clock, feed, news, venue } = follow({ lookBack, signal, troubles: TROUBLES });
    return Promise.resolve({
      ...onVirtualClock(clock, 500, () => feed),
      news,
      move: async () => {
        await clock.advance(500);
        return clock.now() < at(12, 40);
      },
      isOver: (time: number) => time + MINUTE <= venue.now(),
      leaks: () => [...clock.isIdle ? [] : ["a timer"], ...venue.lines > 0 ? ["a line"] : []],
    });
  },
});

const GROWING = minutesFrom(OPENS, 14).filter((_, row) => row !== 8 && row !== 9);
testFeedContract("a file that grows", {
  bars: GROWING.slice(1),
  gap: { from: OPENS + 8 * MINUTE, to: OPENS + 10 * MINUTE, missing: 2 },
  async open({ lookBack, signal }) {
    const folder = Deno.makeTempDirSync(), path = `${folder}/bars.csv`;
    let rows = 4;
    Deno.writeTextFileSync(path, HEADER + linesOf(GROWING.slice(0, rows)));
    // In each half minute the row of the last minute is added.
    const { clock, feed, news, read } = await tail(path, OPENS + 4 * MINUTE + 30_000, {
      ...{ history: () => 3, lookBack, signal, name: "tail:bars.csv" },
    });
    return {
      ...onVirtualClock(clock, 0, () => feed),
      news,
      async move() {
        await clock.advance(30_000);
        const next = GROWING[rows];
        if (next !== undefined && clock.now() >= next.time + MINUTE) {
          Deno.writeTextFileSync(path, linesOf([next]), { append: true });
          rows++;
        }
        await clock.advance(1_000);
        await read();
        return rows < GROWING.length || clock.now() < OPENS + 20 * MINUTE;
      },
      isOver: (time: number) => clock.now() >= time + MINUTE,
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
});

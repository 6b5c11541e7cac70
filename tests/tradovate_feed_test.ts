import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { expectedSpans } from "../lib/data/mod.ts";
import { createVenueFeed } from "../lib/feeds/mod.ts";
import { createCalendar, findInstrument } from "../lib/market/mod.ts";
import {
  createTradovateSandbox,
  type FaultPlan,
  SANDBOX_USER,
  type TradovateGuesses,
} from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import {
  barOfRow,
  createMemoryTransport,
  type FeedNews,
  type JournaledBar,
} from "../lib/trading/mod.ts";
import {
  createTradovateBars,
  fetchHistory,
  MarketLine,
  memoryTokenStore,
  TRADOVATE_DEMO,
  TradovateClient,
} from "../lib/venues/mod.ts";
import { assert, assertEquals } from "./assert.ts";

const MES = findInstrument("MES"), MINUTE = 60_000;

function market(seed: number, faults: readonly FaultPlan[], guesses: Partial<TradovateGuesses>) {
  const bars = simulateBars({
    ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: 400, seed },
    ...{ intervalMs: MINUTE, start: Date.parse("2026-11-24T15:00Z"), startPrice: 6_000 },
    volatilityTicks: 6,
  });
  const clock = new VirtualClock(bars.time[300]! + 10_000);
  const sandbox = createTradovateSandbox(
    { clock, bars, seed, faults, guesses } as Parameters<
      typeof createTradovateSandbox
    >[0],
  );
  const client = new TradovateClient({
    transport: createMemoryTransport(clock, sandbox.servers, { delayMs: () => 20 }),
    ...{ clock, random: createRandom(seed), urls: TRADOVATE_DEMO, tokens: memoryTokenStore() },
    credentials: { ...SANDBOX_USER, appVersion: "1", deviceId: "device" },
  });
  return { bars, clock, sandbox, client };
}

/** Bars of a feed over some minutes, with how each came. */
async function follow(
  minutes: number,
  { faults = [], guesses = {}, history = 50, seed = 1 }: {
    faults?: readonly FaultPlan[];
    guesses?: Partial<TradovateGuesses>;
    history?: number;
    seed?: number;
  },
) {
  const { bars, client, clock, sandbox } = market(seed, faults, guesses);
  const cancelling = new AbortController(), news: FeedNews[] = [];
  const { transport, venue } = createTradovateBars({
    ...{ client, contract: "MESZ6", intervalMs: MINUTE },
  });
  const feed = createVenueFeed(venue, {
    ...{ name: "venue", market: { instrument: MES, intervalMs: MINUTE }, lookBack: 10, history },
    openSpans: expectedSpans(createCalendar(MES), MINUTE),
    ...{ clock, transport, onNews: (told: FeedNews) => news.push(told), signal: cancelling.signal },
  });
  const taken: { bar: JournaledBar; origin: string; lateMs: number | null }[] = [];
  void (async () => {
    for (;;) {
      const row = await feed.next();
      if (row === null) return;
      const { lateMs, origin } = feed.marks;
      taken.push({ bar: barOfRow(feed.bars, row), origin, lateMs });
    }
  })();
  await clock.advance(minutes * MINUTE);
  const { status } = feed;
  cancelling.abort();
  await clock.advance(1_000);
  client.close();
  sandbox.close();
  return { bars, taken, news, status };
}

Deno.test("the feed of a venue hands on its bars as they close, whichever edge it stamps", async () => {
  for (const barTimestamp of ["open", "close"] as const) {
    for (const chartId of ["historical", "realtime", "either"] as const) {
      const { bars, status, taken } = await follow(8, { guesses: { barTimestamp, chartId } });
      const live = taken.filter(({ origin }) => origin !== "history");
      assert(live.length >= 5, `${barTimestamp} ${chartId}: ${live.length} live bars`);
      assertEquals(status.state, "live");
      const first = bars.time.indexOf(taken[0]!.bar.time);
      assertEquals(
        taken.map(({ bar }) => [bar.time, bar.open, bar.high, bar.low, bar.close]),
        taken.map((_, i) => [
          ...[bars.time[first + i], bars.open[first + i], bars.high[first + i]],
          ...[bars.low[first + i], bars.close[first + i]],
        ]),
        `${barTimestamp} ${chartId}`,
      );
      for (const { lateMs } of live.slice(1)) assert(lateMs! >= 0 && lateMs! < 9_000, `${lateMs}`);
    }
  }
});

Deno.test("charts and lines that fail leave no bar out and none wrong", async () => {
  const faults: readonly FaultPlan[][] = [
    [{ name: "chart-ticket", times: 2 }],
    [{ name: "chart-duplicate", times: 3 }],
    [{ name: "chart-endless", times: 2 }],
    [{ name: "socket-drop", times: 2, on: "chart" }],
    [{ name: "quotes-stall", times: 1 }],
    [{ name: "socket-silent", times: 1 }],
  ];
  for (const [index, plans] of faults.entries()) {
    const { bars, taken } = await follow(10, { faults: plans, seed: 2 + index });
    assert(taken.length > 52, `${plans[0]!.name}: ${taken.length} bars`);
    const rows = taken.map(({ bar }) => bars.time.indexOf(bar.time));
    assertEquals(rows, rows.map((_, i) => rows[0]! + i), plans[0]!.name);
    for (const [i, { bar }] of taken.entries()) {
      assertEquals(bar.close, bars.close[rows[i]!], plans[0]!.name);
    }
  }
});

Deno.test("a user without prices is told so, and nothing is traded on delayed ones", async () => {
  const { status, taken } = await follow(2, {
    faults: [{ name: "quotes-delayed" }],
  });
  assertEquals(taken, []);
  assert(status.detail.includes("has not paid for prices"), status.detail);
});

Deno.test("history comes page by page, each bar once", async () => {
  const { bars, client, clock, sandbox } = market(1, [], { chartElements: 4_096 });
  const opening = MarketLine.open({
    transport: client.options.transport,
    ...{ clock, url: TRADOVATE_DEMO.marketData, tokens: client.tokens, onClose: () => {} },
  });
  await clock.advance(1_000);
  const line = await opening;
  const asked = fetchHistory(line, {
    ...{ symbol: "MESZ6", intervalMs: MINUTE, stamp: "open" },
    ...{ from: bars.time[20]!, until: bars.time[290]! },
  }, clock);
  await clock.advance(20_000);
  const found = await asked;
  assertEquals(found.map(({ time }) => time), [...bars.time.slice(20, 290)]);
  assertEquals(found.map(({ close }) => close), [...bars.close.slice(20, 290)]);
  line.close();
  client.close();
  sandbox.close();
});

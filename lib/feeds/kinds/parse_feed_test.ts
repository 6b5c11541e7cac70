import { assertEquals } from "../../../tests/assert.ts";
import { assertRejects, assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import { TransportError } from "../../trading/transport.ts";
import type { FeedRequest } from "./feed_kind.ts";
import { FEED_KINDS } from "./feed_kinds.ts";
import { parseFeed } from "./parse_feed.ts";

const REQUEST: FeedRequest = {
  data: { symbol: "MES", load: {} },
  ...{ history: 0, lookBack: 10, speed: null },
  simulation: { bars: 10, seed: 1, start: 0, startPrice: 5_000, volatilityTicks: 8 },
};

Deno.test("parseFeed() reads every kind by its own form", () => {
  for (const kind of FEED_KINDS) {
    const read = parseFeed(kind.form.toLowerCase().replace("binance", "Binance"));
    assertEquals(read.kind, kind);
  }
  assertEquals(parseFeed("replay:C:\\bars.csv").target, "C:\\bars.csv");
});

Deno.test("parseFeed() says in one line what was meant", () => {
  const cases = [
    ["reply:bars.csv", "did you mean replay:bars.csv?"],
    ["bars.csv", "did you mean replay:bars.csv?"],
    ["simulat", "did you mean simulate:…?"],
    ["kraken:BTCUSD", "use one of replay:FILE, "],
    ["", "Cannot find the kind of feed ''"],
    ["replay:", "write replay:FILE"],
    ["replay:  ", "write replay:FILE"],
    ["a\nb:c", "use one of"],
  ] as const;
  for (const [text, says] of cases) assertThrows(() => parseFeed(text), InputError, says);
});

Deno.test("a simulated feed says in one line what is wrong with its world", async () => {
  const cases = [
    ["simulate:regimes", "did you mean regime?"],
    ["simulate:weather", "choose one of gbm, "],
    ["simulate:gbm,drift", "Cannot read 'drift' as a parameter"],
    ["simulate:gbm,drift=x", "Cannot read 'drift=x'"],
    ["simulate:gbm,stay=1", "has no such parameter"],
    ["simulate:regime,stay=2", "out of range"],
  ] as const;
  for (const [text, says] of cases) {
    const { kind, target } = parseFeed(text);
    const open = async () => await kind.open(target, REQUEST, { clock: new VirtualClock() });
    await assertRejects(open(), InputError, says);
  }
});

Deno.test("a feed with fewer bars than a system looks back says so", async () => {
  const { kind, target } = parseFeed("simulate:gbm");
  const open = async () =>
    await kind.open(target, { ...REQUEST, history: 11 }, { clock: new VirtualClock() });
  await assertRejects(open(), InputError, "Cannot warm up on 11 bars as there are only 10");
});

Deno.test("a feed of Binance says in one line what it cannot follow", async () => {
  const cases = [
    ["binance:BTC/USDT", "BTCUSDT", 60_000, "as a symbol of Binance"],
    ["binance:ETHUSDT", "BTCUSDT", 60_000, "Cannot trade BTCUSDT on bars of ETHUSDT"],
    ["binance:BTCUSDT.P", "BTCUSDT", 60_000, "Cannot trade BTCUSDT on bars of BTCUSDT.P"],
    ["binance:BTCUSDT", "BTCUSDT", 120_000, "use one of 1s, 1m, 3m"],
    ["binance:BTCUSDT.P", "BTCUSDT.P", 1_000, "use one of 1m, 3m"],
  ] as const;
  for (const [text, symbol, intervalMs, says] of cases) {
    const { kind, target } = parseFeed(text);
    const data = { symbol, intervalMs, load: {} };
    const opened = kind.open(target, { ...REQUEST, data }, { clock: new VirtualClock() });
    await assertRejects(opened, InputError, says);
  }
});

Deno.test("a feed of Binance asks the market that its symbol says, at hosts that it names", async () => {
  const cases = [
    ["BTCUSDT", "wss://data-stream.binance.vision/ws/btcusdt@kline_5m"],
    ["BTCUSDT.P", "wss://fstream.binance.com/market/ws/btcusdt@kline_5m"],
  ] as const;
  for (const [symbol, url] of cases) {
    const asked: string[] = [], cancel = new AbortController(), clock = new VirtualClock();
    const { kind, target } = parseFeed(`binance:${symbol}`);
    const data = { symbol, intervalMs: 300_000, load: {} };
    const { feed } = await kind.open(target, { ...REQUEST, data }, {
      ...{ clock, signal: cancel.signal },
      transport: {
        request: () => Promise.reject(new Error("not here")),
        open: (url) => {
          asked.push(url);
          return Promise.reject(new TransportError("not-sent", "nobody is there"));
        },
      },
    });
    await clock.advance(500);
    cancel.abort();
    assertEquals([asked, await feed.next(), feed.bars.instrument.symbol], [[url], null, symbol]);
    assertEquals(kind.hosts.includes(new URL(url).host), true);
  }
});

Deno.test("a replay of a file that is none says so", async () => {
  const { kind, target } = parseFeed("replay:nothing-there.csv");
  const opened = kind.open(target, REQUEST, { clock: new VirtualClock() });
  await assertRejects(opened, InputError, "there is no such file");
});

import type { TimerClock } from "../lib/core/clock.ts";
import { createBinanceVenue } from "../lib/feeds/binance/binance_venue.ts";
import { BINANCE_SPOT } from "../lib/feeds/binance/binance_market.ts";
import { createNetworkTransport } from "../lib/network/network_transport.ts";
import { createVenueFeed } from "../lib/feeds/venue/venue_feed.ts";
import type { FeedNews } from "../lib/trading/bar_feed.ts";
import { assert, assertEquals } from "./assert.ts";
import { CryptoVenue } from "./fixtures/crypto_venue.ts";
import { ROUND_THE_CLOCK, rowsOfBars } from "./fixtures/feed_bars.ts";
import { at, MINUTE, trouble } from "./fixtures/venue_fixture.ts";

/** So many times faster than the wall. */
const SPEED = 60;

/** A clock that runs, fast. */
function fastClock(start: number): TimerClock {
  const begun = performance.now();
  return {
    now: () => Math.floor(start + (performance.now() - begun) * SPEED),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / SPEED);
      return () => clearTimeout(timer);
    },
  };
}

/** A double behind a real socket. */
function serve(venue: CryptoVenue): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (request.headers.get("upgrade") !== "websocket") {
      try {
        const answer = await venue.answer({ method: "GET", url: request.url });
        return new Response(answer.body, { status: answer.status, headers: answer.headers });
      } catch {
        return new Response("down", { status: 503 });
      }
    }
    const { response, socket } = Deno.upgradeWebSocket(request);
    socket.onopen = () => {
      const side = venue.accept(request.url, {
        send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
        close: () => socket.close(),
      });
      socket.onmessage = ({ data }) => side.onMessage(data);
      socket.onclose = () => side.onClose("closed");
    };
    return response;
  });
}

Deno.test("over real sockets the bars of a venue come, its lines are cut, and nothing is lost", async () => {
  const clock = fastClock(at(0, 5));
  const venue = new CryptoVenue(clock, {
    ...{ symbol: "BTCUSDT", interval: "1m", intervalMs: MINUTE, seed: 4, since: at(-100) },
    troubles: [trouble("drop", 1.5, 1.9)],
  });
  const server = serve(venue), cancel = new AbortController(), news: FeedNews[] = [];
  const host = `127.0.0.1:${server.addr.port}`;
  const transport = createNetworkTransport();
  const hosts = { rest: `http://${host}/api/v3`, stream: `ws://${host}/ws` };
  const market = BINANCE_SPOT;
  const feed = createVenueFeed(
    createBinanceVenue({
      ...{ market, hosts, symbol: "BTCUSDT", intervalMs: MINUTE, clock, transport },
    }),
    {
      ...{ name: "binance:BTCUSDT", history: 5, lookBack: 20, clock, transport },
      ...{ signal: cancel.signal, onNews: (each: FeedNews) => news.push(each) },
      // A machine that has much to do answers late.
      patience: { backfillMs: 3_600_000, connectMs: 60_000, silentMs: 120_000 },
      market: { instrument: ROUND_THE_CLOCK, intervalMs: MINUTE },
      openSpans: (from, until) => [{ from, until }],
    },
  );
  try {
    for (let bar = 0; bar < 5 + 4; bar++) assert(await feed.next() !== null);
    assertEquals(rowsOfBars(feed.bars), venue.bars(at(-5), at(4)));
    const states = news.flatMap((each) => each.kind === "status" ? [each.status.state] : []);
    assert(states.includes("reconnecting") && states[0] === "live", states.join());
  } finally {
    cancel.abort();
    assertEquals(await feed.next(), null);
    await server.shutdown();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

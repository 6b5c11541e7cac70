import fc from "fast-check";
import { createRandom } from "../lib/core/random.ts";
import type { FeedNews } from "../lib/trading/bar_feed.ts";
import { assert, assertEquals } from "./assert.ts";
import { CORRECTED_VOLUME, type Misbehaviour, type Trouble } from "./fixtures/crypto_venue.ts";
import { at, type Came, cameUntil, follow, MINUTE, trouble } from "./fixtures/venue_fixture.ts";

/** Minutes after 12:00 of the bars that came. */
function minutes(came: readonly Came[], origin?: Came["marks"]["origin"]): number[] {
  return came.filter(({ marks }) => origin === undefined || marks.origin === origin)
    .map(({ bar }) => (bar.time - at(0)) / MINUTE);
}

function span(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, i) => from + i);
}

function gaps(news: readonly FeedNews[]): unknown[] {
  return news.flatMap((each) => {
    if (each.kind !== "gap") return [];
    const [from, to] = [each.from, each.to].map((time) => (time - at(0)) / MINUTE);
    return [{ from, to, missing: each.missing, found: each.found }];
  });
}

function states(news: readonly FeedNews[]): string[] {
  return news.flatMap((each) => each.kind === "status" ? [each.status.state] : []);
}

Deno.test("a venue's bars come as they close, after their history, and say how late", async () => {
  const followed = follow();
  const came = await cameUntil(followed, at(10, 30));
  assertEquals(minutes(came, "history"), [-3, -2, -1]);
  assertEquals(minutes(came, "feed"), span(0, 10));
  assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(10)));
  for (const { at, bar, marks } of came.slice(3)) {
    assertEquals([at - bar.time - MINUTE, marks.receivedAt], [40, at], "one way is 40 ms");
    assert(Math.abs(marks.lateMs! - 40) <= 40, `${marks.lateMs} ms late`);
  }
  assertEquals(states(followed.news), ["live"]);
  assertEquals([followed.venue.opened, gaps(followed.news)], [1, []]);
});

Deno.test("a machine's clock that is wrong is noticed, and takes no bar before its end", async () => {
  for (const clientAheadMs of [300_000, -300_000, -730, 2_310]) {
    const followed = follow({ venue: { clientAheadMs } });
    const came = await cameUntil(followed, at(5, 30) + clientAheadMs);
    assertEquals(minutes(came), span(-3, 5), `${clientAheadMs} ms ahead`);
    for (const { at, bar } of came) assert(at - clientAheadMs >= bar.time + MINUTE);
    const { lowMs, highMs } = followed.feed.clockOffset!;
    assert(lowMs <= clientAheadMs && clientAheadMs <= highMs && highMs - lowMs <= 80);
    assertEquals(followed.news.filter(({ kind }) => kind === "clock-offset").length, 1);
    for (const { marks } of came.slice(3)) assert(Math.abs(marks.lateMs!) < 100);
  }
});

Deno.test("a stream that is alive and silent is not believed: its bars are asked for in time", async () => {
  const followed = follow({ troubles: [trouble("silent", 3.5, 7.5)] });
  const came = await cameUntil(followed, at(12, 30));
  assertEquals(minutes(came), span(-3, 12));
  assertEquals(minutes(came, "backfill"), [3, 4, 5, 6]);
  for (const each of came.slice(3)) {
    assert(each.at - each.bar.time - MINUTE < 8_000, "not later than a few seconds");
  }
  const told = states(followed.news);
  assertEquals(told.slice(0, 4), ["live", "silent", "reconnecting", "live"]);
  assertEquals([told.at(-1), followed.feed.status.state], ["live", "live"]);
});

Deno.test("a line whose peer is gone is given up, and what was missed is asked for", async () => {
  const followed = follow({ troubles: [trouble("half-open", 3.1, 6.2)] });
  const came = await cameUntil(followed, at(12, 30));
  assertEquals(minutes(came), span(-3, 12));
  assertEquals(minutes(came, "backfill"), [3, 4, 5]);
  assert(gaps(followed.news).length > 0);
  const silent = followed.news.find((news) =>
    news.kind === "status" && news.status.state === "silent"
  );
  assert(silent?.kind === "status" && silent.status.detail === "nothing was heard for 25 s");
  assert(silent.status.since - at(3.1) < 28_000);
});

Deno.test("lines that are cut, and a venue that restarts, lose no bar", async () => {
  for (const kind of ["drop", "restart"] as const) {
    const followed = follow({ troubles: [trouble(kind, 3.2, 3.3), trouble(kind, 5, 8.1)] });
    const came = await cameUntil(followed, at(14, 30));
    assertEquals(minutes(came), span(-3, 14), kind);
    assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(14)));
    assert(states(followed.news).includes("reconnecting"));
    assertEquals(followed.feed.status.state, "live");
    // Pauses grow: a venue that is down is not stormed.
    assert(followed.venue.opened < 15, `${followed.venue.opened} lines`);
  }
});

Deno.test("what a venue says twice, or in the wrong order, is taken once and in order", async () => {
  for (const kind of ["duplicates", "out-of-order"] as const) {
    const followed = follow({ troubles: [trouble(kind, 1, 11)] });
    const came = await cameUntil(followed, at(14, 30));
    assertEquals(minutes(came), span(-3, 14), kind);
    assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(14)));
    assertEquals(followed.news.filter(({ kind }) => kind === "revision"), []);
  }
});

Deno.test("a bar that is corrected after it was handed on is told, and stands", async () => {
  const followed = follow({ troubles: [trouble("corrections", 3, 5.9)] });
  const came = await cameUntil(followed, at(8, 30));
  assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(8)));
  const revisions = followed.news.flatMap((news) => news.kind === "revision" ? [news] : []);
  assertEquals(revisions.map(({ was }) => (was.time - at(0)) / MINUTE), [2, 3, 4]);
  for (const { was, now } of revisions) {
    assert(Math.abs(now.volume - was.volume - CORRECTED_VOLUME) < 1e-6);
  }
});

Deno.test("bars that a venue has not are a gap, after a patience that holds no later bar for long", async () => {
  const followed = follow({ troubles: [trouble("missing", 4, 7)] });
  const came = await cameUntil(followed, at(12, 30));
  assertEquals(minutes(came), [...span(-3, 4), ...span(7, 12)]);
  assertEquals(gaps(followed.news), [{ from: 4, to: 7, missing: 3, found: 0 }]);
  const behind = came.find(({ bar }) => bar.time === at(7))!;
  assert(behind.at - at(8) < 25_000, `${behind.at - at(8)} ms`);
  assertEquals(behind.marks.origin, "feed");
});

Deno.test("ends of bars that a stream leaves out are asked for one by one", async () => {
  const followed = follow({ troubles: [trouble("leaky", 2, 8)] });
  const came = await cameUntil(followed, at(12, 30));
  assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(12)));
  for (const gap of gaps(followed.news)) {
    const { missing, found } = gap as { missing: number; found: number };
    assertEquals(found, missing);
  }
  assert(minutes(came, "backfill").length >= 3);
});

Deno.test("a hole is filled before the bar behind it is handed on, though the venue needs a while", async () => {
  // Nobody looks for a bar before the next one is there.
  const patience = { barMs: 90_000 };
  for (const kind of ["leaky", "lagging"] as const) {
    const followed = follow({ patience, troubles: [trouble("leaky", 2, 8), trouble(kind, 2, 9)] });
    const came = await cameUntil(followed, at(12, 30));
    assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(12)), kind);
    for (const gap of gaps(followed.news)) {
      const { missing, found } = gap as { missing: number; found: number };
      assertEquals([missing, found], [1, 1]);
    }
    assertEquals(gaps(followed.news).length, minutes(came, "backfill").length);
    assert(minutes(came, "backfill").length >= 3, kind);
  }
});

Deno.test("a bar that waited and was found to be another is handed on as it is now, marked", async () => {
  const followed = follow({
    troubles: [trouble("drop", 4.8, 4.83), trouble("busy", 4.7, 5), trouble("revised", 4.7, 6)],
  });
  const came = await cameUntil(followed, at(8, 30));
  const repaired = came.filter(({ marks }) => marks.isRepaired);
  assertEquals(minutes(repaired), [4]);
  const { bar, marks } = repaired[0]!;
  assertEquals(marks.origin, "feed");
  const more = bar.volume - followed.venue.bar(at(4))!.volume;
  assert(Math.abs(more - CORRECTED_VOLUME) < 1e-6, "it is the venue's later word");
  assertEquals(followed.news.filter(({ kind }) => kind === "revision"), []);
});

Deno.test("bars of others, rubbish and stamps in microseconds do no harm", async () => {
  const followed = follow({
    troubles: [
      trouble("strangers", 1, 4),
      trouble("garbage", 3, 6),
      trouble("microseconds", 5, 9),
    ],
  });
  const came = await cameUntil(followed, at(11, 30));
  assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(11)));
  const refused = followed.news.flatMap((news) => news.kind === "refused" ? [news] : []);
  assert(refused.length > 20 && refused.length < 40, "a flood is not told message by message");
  for (const { reason } of refused) assert(!reason.includes("\n") && reason.length < 200, reason);
  assertEquals(refused[0]!.reason, 'a bar is of "ETHUSDT 1m", not of BTCUSDT 1m');
});

Deno.test("a bar that is said to be over before its end is not taken until it is", async () => {
  const followed = follow({ troubles: [trouble("early", 2, 5)] });
  const came = await cameUntil(followed, at(8, 30));
  assertEquals(came.map(({ bar }) => bar), followed.venue.bars(at(-3), at(8)));
  for (const { at, bar } of came) assert(at >= bar.time + MINUTE);
  const refused = followed.news.find(({ kind }) => kind === "refused");
  assert(refused?.kind === "refused" && refused.reason.endsWith("before its end"));
});

Deno.test("a venue that asks for patience is left alone for as long as it says", async () => {
  const followed = follow({
    troubles: [
      ...[trouble("busy", 0, 2.2), trouble("drop", 4, 4.05), trouble("busy", 4, 4.2)],
      ...[trouble("drop", 8, 8.05), trouble("busy", 8, 10.3)],
    ],
  });
  const came = await cameUntil(followed, at(14, 30));
  // Live bars wait for the history, which comes as soon as it is given: by then it is a later one.
  assertEquals(minutes(came, "history"), [-1, 0, 1]);
  // What comes within the patience is backfilled; a later bar is not held for longer.
  assertEquals(minutes(came), [...span(-1, 7), ...span(8, 14)]);
  assertEquals(gaps(followed.news), [
    { from: 3, to: 4, missing: 1, found: 1 },
    { from: 7, to: 8, missing: 1, found: 0 },
  ]);
  const { asked } = followed.venue;
  for (const [i, { at, status }] of asked.entries()) {
    if (status === 429 && asked[i + 1] !== undefined) assert(asked[i + 1]!.at - at >= 7_000);
  }
  assert(asked.some(({ status }) => status === 429));
});

Deno.test("answers that are none are asked for again", async () => {
  const followed = follow({ troubles: [trouble("broken", 0, 1.5), trouble("leaky", 3, 7)] });
  const came = await cameUntil(followed, at(12, 30));
  assertEquals(came.map(({ bar }) => bar), followed.venue.bars(came[0]!.bar.time, at(12)));
  const waiting = followed.news.find((news) => news.kind === "status");
  assert(waiting?.kind === "status" && waiting.status.detail.includes("answered 500"));
});

Deno.test("a symbol that nobody knows ends the feed in one line", async () => {
  const followed = follow({ symbol: "BTCUSDX" });
  const waits = Promise.resolve(followed.feed.next()).catch((error: Error) => error.message);
  await followed.clock.advance(10_000);
  const message = await waits;
  assert(
    `${message}`.startsWith(
      "Cannot get bars of BTCUSDX as Binance spot answered 400, Invalid symbol",
    ),
  );
  assert(followed.feed.status.state === "ended" && !`${message}`.includes("\n"));
  await followed.clock.advance(10_000);
  assertEquals([followed.clock.isIdle, followed.venue.lines], [true, 0]);
});

Deno.test("a history longer than a page is asked for page by page", async () => {
  const followed = follow({ history: 2_500, lookBack: 2_000, venue: { since: at(-5_000) } });
  const came = await cameUntil(followed, at(2, 30));
  assertEquals(minutes(came), span(-2_500, 2));
  assertEquals(followed.feed.bars.length, 2_001);
  assertEquals(followed.venue.answered, 3);
});

const KINDS: readonly Misbehaviour[] = [
  ...["silent", "half-open", "drop", "restart", "duplicates", "out-of-order", "corrections"],
  ...["missing", "leaky", "strangers", "garbage", "microseconds", "busy", "broken", "early"],
  ...["lagging", "revised"],
] as const as readonly Misbehaviour[];

Deno.test("whatever a venue does, bars are its own, over, in order, and every hole is told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (seed) => {
      const random = createRandom(seed);
      const troubles: Trouble[] = Array.from({ length: 1 + random.integer(6) }, () => {
        const from = random.integer(25 * 60) / 60;
        const until = from + 0.1 + random.integer(6 * 60) / 60;
        return trouble(KINDS[random.integer(KINDS.length)]!, from, until);
      });
      const cancel = new AbortController();
      const followed = follow({
        troubles,
        venue: { seed, clientAheadMs: random.integer(20_000) - 10_000 },
        signal: cancel.signal,
      });
      const { clock, feed, news, venue } = followed;
      const came = await cameUntil(followed, at(45, 30) + clock.now() - venue.now());
      const plan = JSON.stringify(troubles.map(({ kind, from, until }) => {
        return [kind, (from - at(0)) / MINUTE, (until - at(0)) / MINUTE];
      }));
      let before = -Infinity;
      for (const { at: cameAt, bar } of came) {
        assert(bar.time > before, `time goes back: ${plan}`);
        assert(cameAt - (clock.now() - venue.now()) >= bar.time + MINUTE, `not over: ${plan}`);
        before = bar.time;
        const truth = venue.bar(bar.time);
        const isCorrected = truth !== null && bar.volume > truth.volume;
        assertEquals(isCorrected ? { ...bar, volume: truth.volume } : bar, truth, plan);
      }
      const holes = came.slice(1).flatMap(({ bar }, i) => {
        const missing = (bar.time - came[i]!.bar.time) / MINUTE - 1;
        return missing > 0 ? [missing] : [];
      });
      const told = news.flatMap((each) =>
        each.kind === "gap" && each.missing > each.found ? [each.missing - each.found] : []
      );
      const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
      assertEquals(sum(told), sum(holes), `holes: ${plan}`);
      assertEquals(came.at(-1)!.bar.time, at(44), `it goes on: ${plan}`);
      assertEquals(feed.status.state, "live", plan);
      cancel.abort();
      await clock.advance(60_000);
      assertEquals([clock.isIdle, venue.lines], [true, 0], plan);
    }),
    { numRuns: 60 },
  );
});

import { assert, assertEquals } from "../../tests/assert.ts";
import {
  FEED_START,
  minutesWithout,
  ROUND_THE_CLOCK,
  rowsOfBars,
} from "../../tests/fixtures/feed_bars.ts";
import { VirtualClock } from "../core/virtual_clock.ts";
import type { BarMarks, FeedNews } from "../trading/bar_feed.ts";
import { BarInbox } from "./bar_inbox.ts";

const LIVE: BarMarks = { origin: "feed", isRepaired: false, receivedAt: 5, lateMs: 1 };
const FOUND: BarMarks = { ...LIVE, origin: "backfill" };
const BARS = rowsOfBars(minutesWithout(20));

function openInbox(signal?: AbortSignal): { inbox: BarInbox; news: FeedNews[] } {
  const news: FeedNews[] = [];
  const inbox = new BarInbox({
    name: "test",
    market: { instrument: ROUND_THE_CLOCK, intervalMs: 60_000 },
    lookBack: 5,
    openSpans: (from, until) => [{ from, until }],
    clock: new VirtualClock(),
    onNews: (each) => news.push(each),
    signal,
  });
  return { inbox, news };
}

async function times(inbox: BarInbox): Promise<number[]> {
  inbox.end("over");
  const found: number[] = [];
  for (let row = await inbox.next(); row !== null; row = await inbox.next()) {
    found.push((inbox.bars.time[row]! - FEED_START) / 60_000);
  }
  return found;
}

Deno.test("an inbox takes no bar twice, and never one from before", async () => {
  const { inbox, news } = openInbox();
  for (const row of [0, 1, 1, 0, 2, 1, 3]) inbox.take(BARS[row]!, LIVE);
  assertEquals(news, []);
  assertEquals(await times(inbox), [0, 1, 2, 3]);
});

Deno.test("an inbox puts a correction in place of a bar that waits, and tells one that came late", () => {
  const { inbox, news } = openInbox();
  const corrected = { ...BARS[1]!, volume: 77_777 };
  inbox.take(BARS[0]!, LIVE);
  inbox.take(BARS[1]!, LIVE);
  inbox.take(corrected, LIVE);
  inbox.next();
  assertEquals(inbox.marks.isRepaired, false);
  inbox.next();
  assertEquals([inbox.marks.isRepaired, inbox.bars.volume.at(-1)], [true, 77_777]);
  inbox.take(corrected, LIVE);
  assertEquals(news, []);
  inbox.take({ ...corrected, volume: 88_888 }, LIVE);
  assertEquals(news, [{ kind: "revision", was: corrected, now: { ...corrected, volume: 88_888 } }]);
});

Deno.test("an inbox tells one gap with what was found of it", async () => {
  const { inbox, news } = openInbox();
  inbox.take(BARS[0]!, LIVE);
  const until = BARS[8]!.time;
  inbox.fill([BARS[2]!, BARS[3]!, BARS[6]!, BARS[8]!, BARS[0]!], () => FOUND, until);
  inbox.take(BARS[8]!, LIVE);
  inbox.take(BARS[11]!, LIVE);
  assertEquals(news, [], "nothing is told before the bar behind the hole is taken out");
  assertEquals(await times(inbox), [0, 2, 3, 6, 8, 11]);
  const [first, second] = news.filter(({ kind }) => kind === "gap");
  assertEquals(first, { kind: "gap", from: BARS[1]!.time, to: until, missing: 7, found: 3 });
  assertEquals(second, {
    ...{ kind: "gap", from: BARS[9]!.time, to: BARS[11]!.time, missing: 2, found: 0 },
  });
});

Deno.test("an inbox refuses bars that are none, in one line each, and tells a flood by doublings", async () => {
  const { inbox, news } = openInbox();
  const bad = [
    { ...BARS[0]!, open: NaN },
    { ...BARS[0]!, high: 0.5 },
    { ...BARS[0]!, low: 1e9, high: 2e9 },
    { ...BARS[0]!, volume: -1 },
    { ...BARS[0]!, time: NaN },
    { ...BARS[0]!, time: 9e15 },
    { ...BARS[0]!, close: Infinity },
    { ...BARS[0]!, high: 1e15 },
  ];
  for (const bar of bad) inbox.take(bar, LIVE);
  assertEquals(news.map(({ kind }) => kind), bad.map(() => "refused"));
  for (const each of news) assert(each.kind === "refused" && !each.reason.includes("\n"));
  const last = news.at(-1)!;
  assert(last.kind === "refused" && last.reason.includes("a high of 1000000000000000, beyond "));
  for (let i = 0; i < 1_000; i++) inbox.take(bad[0]!, LIVE);
  const counts = news.map((each) => each.kind === "refused" ? each.count : 0);
  assertEquals(counts.slice(20), [32, 64, 128, 256, 512]);
  assertEquals(await times(inbox), []);
});

Deno.test("an inbox hands on what waits before the error that ended it, which comes once", async () => {
  const { inbox } = openInbox();
  inbox.take(BARS[0]!, LIVE);
  inbox.fail(new Error("the line burnt"));
  assertEquals(inbox.next(), 0);
  let message = "";
  try {
    await inbox.next();
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals([message, inbox.next(), inbox.status.detail], [
    "the line burnt",
    null,
    "the line burnt",
  ]);
});

Deno.test("an inbox that is cancelled drops what waits and wakes who waits", async () => {
  const cancel = new AbortController();
  const { inbox } = openInbox(cancel.signal);
  const waits = inbox.next();
  inbox.take(BARS[0]!, LIVE);
  assertEquals(await waits, 0);
  inbox.take(BARS[1]!, LIVE);
  cancel.abort();
  assertEquals([inbox.next(), inbox.status.state], [null, "ended"]);
  inbox.take(BARS[2]!, LIVE);
  assertEquals(inbox.next(), null);
});

Deno.test("the window of an inbox does not grow", () => {
  const { inbox } = openInbox();
  const buffers = new Set<unknown>();
  for (let row = 0; row < 5_000; row++) {
    inbox.take({ ...BARS[0]!, time: FEED_START + row * 60_000, close: BARS[0]!.open }, LIVE);
    inbox.next();
    buffers.add(inbox.bars.time.buffer);
    assertEquals(inbox.bars.length, Math.min(6, row + 1));
    assertEquals(inbox.bars.time.at(-1), FEED_START + row * 60_000);
    assertEquals(inbox.bars.time[0], FEED_START + Math.max(0, row - 5) * 60_000);
  }
  assertEquals(buffers.size, 1);
});

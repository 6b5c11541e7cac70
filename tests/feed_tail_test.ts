import { join } from "node:path";
import { InputError } from "../lib/core/errors.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { resampleBars } from "../lib/data/resample.ts";
import { writeBars } from "../lib/data/write.ts";
import { barOfRow } from "../lib/trading/bar_of_row.ts";
import { parseFeed } from "../lib/feeds/kinds/parse_feed.ts";
import { createCalendar } from "../lib/market/calendar.ts";
import { genericStock } from "../lib/market/instruments.ts";
import type { FeedNews } from "../lib/trading/bar_feed.ts";
import type { JournaledBar } from "../lib/trading/journal_facts.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOfRows, rowsOfBars } from "./fixtures/feed_bars.ts";
import { HEADER, linesOf, minutesFrom, rowOf, tail } from "./fixtures/tail_fixture.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const START = Date.parse("2024-06-10T12:00:00Z");
const MINUTE = 60_000;
const BARS = minutesFrom(START, 40);

function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

function times(came: readonly { readonly bar: JournaledBar }[]): number[] {
  return came.map(({ bar }) => (bar.time - START) / MINUTE);
}

function refusals(news: readonly FeedNews[]): string[] {
  return news.flatMap((each) => each.kind === "refused" ? [each.reason] : []);
}

/** A file of the first bars, all over, and a tail of it half a minute after the last. */
async function withTail(
  test: (path: string, tailed: Awaited<ReturnType<typeof tail>>) => Promise<void>,
  rows = 5,
): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, "bars.csv"), cancel = new AbortController();
    Deno.writeTextFileSync(path, HEADER + linesOf(BARS.slice(0, rows)));
    const options = { history: () => 3, signal: cancel.signal };
    const tailed = await tail(path, START + rows * MINUTE + 30_000, options);
    try {
      await test(path, tailed);
    } finally {
      cancel.abort();
      assert(tailed.clock.isIdle, "a timer is left");
    }
  });
}

Deno.test("a tail begins with the last bars of its file, and goes on as rows are added", () =>
  withTail(async (path, { came, feed, news, pass, skip }) => {
    await pass(1);
    const history = came();
    assertEquals(times(history), [2, 3, 4]);
    assertEquals(new Set(history.map(({ marks }) => marks.origin)), new Set(["history"]));
    await skip(30);
    append(path, linesOf(BARS.slice(5, 6)));
    await pass(1);
    const [bar] = came();
    assertEquals([bar!.bar, bar!.marks.origin, bar!.marks.lateMs], [BARS[5], "feed", 2_000]);
    append(path, linesOf(BARS.slice(6, 9)));
    await skip(280);
    assertEquals(came().map(({ bar }) => bar), BARS.slice(6, 9));
    assertEquals([refusals(news), feed.status.state], [[], "silent"]);
    append(path, linesOf(BARS.slice(9, 10)));
    await pass(1);
    assertEquals(feed.status.state, "live");
  }));

Deno.test("a row that is not finished is not read, whatever it looks like", () =>
  withTail(async (path, { came, news, pass, skip }) => {
    await skip(120);
    came();
    const row = rowOf(BARS[5]!);
    for (let end = 1; end <= row.length; end += 7) {
      append(path, row.slice(end - 1, Math.min(end + 6, row.length)));
      await pass(1);
      assertEquals(came(), []);
    }
    // The next one has all its cells, and not yet all digits of the last.
    append(path, `\r\n${rowOf({ ...BARS[6]!, volume: 12 })}`);
    await pass(1);
    assertEquals([came().map(({ bar }) => bar), refusals(news)], [[BARS[5]], []]);
    append(path, "34\n");
    await skip(60);
    assertEquals(came().map(({ bar }) => bar), [{ ...BARS[6]!, volume: 1_234 }]);
  }));

Deno.test("a row that stands there before its bar is over is handed on after it, as it is then", () =>
  withTail(async (path, { came, clock, pass }) => {
    await pass(1);
    came();
    const known = HEADER + linesOf(BARS.slice(0, 5)), last = { ...BARS[5]!, volume: 555 };
    for (let second = 0; second < 27; second += 3) {
      // Of the same length each time: only what is written tells.
      const forming = { ...last, volume: 100 + second };
      Deno.writeTextFileSync(path, known + linesOf([forming]));
      await pass(3);
      assertEquals(came(), [], "it is not over");
    }
    // The last word comes a moment after the end.
    await pass(2);
    Deno.writeTextFileSync(path, known + linesOf([last]));
    await pass(2);
    assertEquals(came().map(({ bar }) => bar), [last]);
    assert(clock.now() - BARS[5]!.time - MINUTE <= 3_000);
  }));

Deno.test("lines that are no bars are named and passed over, and no good one is lost", () =>
  withTail(async (path, { came, news, pass, skip }) => {
    await skip(600);
    came();
    const bad = [
      "hello",
      "2024-06-10T12:05:00.000Z,NaN,1,1,1,1",
      rowOf({ ...BARS[5]!, high: 1 }),
      rowOf(BARS[2]!),
      rowOf({ ...BARS[5]!, volume: -4 }),
      "2024-06-10T12:0",
    ];
    append(path, linesOf(BARS.slice(5, 6)));
    append(path, bad.map((line) => `${line}\n`).join("") + linesOf(BARS.slice(6, 8)));
    await pass(2);
    assertEquals(came().map(({ bar }) => bar), BARS.slice(5, 8));
    const said = refusals(news);
    assert(said.length >= bad.length, said.join("\n"));
    // The header is line 1, five bars and a good one follow.
    for (const line of [8, 9, 10, 11, 12, 13]) {
      assert(said.some((each) => each.startsWith(`bars.csv, line ${line}: `)), `${line}: ${said}`);
    }
    append(path, "rubbish\n" + linesOf(BARS.slice(8, 9)));
    await pass(2);
    assertEquals(times(came()), [8]);
    assert(refusals(news).some((each) => each.startsWith("bars.csv, line 16: ")));
  }));

Deno.test("a row that was refused is no row before the one that is right, of the same time", () =>
  withTail(async (path, { came, news, pass, skip }) => {
    await skip(900);
    came();
    const nan = rowOf(BARS[5]!).replace(/,[^,]+,/, ",NaN,");
    const wrong = rowOf({ ...BARS[6]!, high: 1 });
    // Whether the right one is there at the same look or at a later one.
    append(path, `${nan}\n`);
    await pass(2);
    append(path, linesOf(BARS.slice(5, 6)));
    await pass(2);
    append(path, `${wrong}\n${linesOf(BARS.slice(6, 7))}`);
    await pass(2);
    // Refused for its time and for a price: it shuts out neither those before nor those behind it.
    const ahead = rowOf({ ...BARS[30]!, low: 1e9 });
    append(path, `${ahead}\n${linesOf(BARS.slice(7, 9))}`);
    await pass(2);
    assertEquals(came().map(({ bar }) => bar), BARS.slice(5, 9));
    assertEquals(refusals(news).map((each) => each.split(": ")[0]), [
      ...["bars.csv, line 7", "bars.csv, line 9", "bars.csv, line 11"],
    ]);
  }));

Deno.test("a stamp far ahead is refused and does not shut the feed", () =>
  withTail(async (path, { came, news, pass, skip }) => {
    await skip(120);
    came();
    const ahead = { ...BARS[5]!, time: START + 50 * 24 * 60 * MINUTE };
    append(path, linesOf([ahead]));
    await pass(3);
    append(path, linesOf(BARS.slice(5, 7)));
    await pass(3);
    assertEquals(times(came()), [5, 6]);
    assert(refusals(news)[0]!.includes("a day and more ahead of this machine's clock"));
  }));

Deno.test("a stamp hours ahead shuts nothing either, and is not handed on when its time comes", () =>
  withTail(async (path, { came, news, pass, skip }) => {
    await skip(120);
    came();
    append(path, linesOf([{ ...BARS[5]!, time: START + 180 * MINUTE }]));
    await pass(2);
    append(path, linesOf(BARS.slice(5, 7)));
    await pass(2);
    assertEquals(times(came()), [5, 6]);
    await skip(4 * 3_600);
    assertEquals([times(came()), refusals(news).length], [[], 1]);
  }));

Deno.test("a row that is changed after it was handed on is told as a correction", () =>
  withTail(async (path, { came, news, pass, skip }) => {
    await pass(1);
    came();
    const corrected = { ...BARS[4]!, volume: 7_777 };
    Deno.writeTextFileSync(path, HEADER + linesOf([...BARS.slice(0, 4), corrected, BARS[5]!]));
    await skip(40);
    assertEquals(times(came()), [5]);
    assertEquals(news.filter(({ kind }) => kind === "revision"), [
      { kind: "revision", was: BARS[4]!, now: corrected },
    ]);
  }));

Deno.test("a hole is told, and a file that is renamed and followed by another loses nothing", () =>
  withTail(async (path, { came, feed, news, pass, skip }) => {
    await skip(600);
    came();
    append(path, linesOf(BARS.slice(7, 8)));
    await pass(1);
    // Written, renamed and followed between two looks.
    append(path, linesOf(BARS.slice(8, 10)));
    Deno.renameSync(path, path.replace("bars.csv", "bars-1.csv"));
    Deno.writeTextFileSync(path, HEADER + linesOf(BARS.slice(10, 12)));
    await pass(2);
    assertEquals(times(came()), [7, 8, 9, 10, 11]);
    const gap = { kind: "gap", from: BARS[5]!.time, to: BARS[7]!.time, missing: 2, found: 0 };
    assertEquals(news.filter(({ kind }) => kind === "gap") as unknown[], [gap]);
    Deno.removeSync(path);
    await pass(2);
    assertEquals(feed.status.detail, "the file is gone");
    Deno.writeTextFileSync(path, HEADER + linesOf(BARS.slice(12, 14)));
    await pass(2);
    assertEquals([times(came()), feed.status.state], [[12, 13], "silent"]);
    // Emptied and begun anew, as some programs do at midnight.
    Deno.writeTextFileSync(path, HEADER);
    await pass(2);
    append(path, linesOf(BARS.slice(14, 16)));
    await skip(30);
    assertEquals([times(came()), refusals(news)], [[14, 15], []]);
  }));

Deno.test("a Parquet file is read when it is whole", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.parquet"), cancel = new AbortController();
    const write = async (rows: number): Promise<Uint8Array> => {
      const other = join(folder, ".next");
      await writeBars(barsOfRows(BARS.slice(0, rows)), `${other}.parquet`);
      return Deno.readFileSync(`${other}.parquet`);
    };
    Deno.writeFileSync(path, await write(4));
    const { came, news, pass } = await tail(path, START + 3_600_000, {
      ...{ history: () => 2, signal: cancel.signal },
    });
    await pass(1);
    assertEquals(times(came()), [2, 3]);
    const bytes = await write(7);
    Deno.writeFileSync(path, bytes.subarray(0, bytes.length - 40));
    await pass(1);
    assertEquals(came(), []);
    Deno.writeFileSync(path, bytes);
    await pass(2);
    assertEquals([times(came()), refusals(news)], [[4, 5, 6], []]);
    Deno.writeFileSync(path, bytes.subarray(0, 100));
    await pass(4);
    assertEquals(refusals(news).length, 1, "one that stays broken is told, once");
    cancel.abort();
  }));

Deno.test("a folder is followed with the files that come into it, in the order of their bars", () =>
  inFolder(async (folder) => {
    const cancel = new AbortController();
    const file = (name: string, bars: readonly JournaledBar[]): void =>
      Deno.writeTextFileSync(join(folder, name), HEADER + linesOf(bars));
    file("a.csv", BARS.slice(0, 3));
    file("b.csv", BARS.slice(3, 5));
    const { came, news, pass } = await tail(folder, START + 7_200_000, {
      ...{ history: () => Infinity, signal: cancel.signal },
    });
    await pass(1);
    assertEquals(times(came()), [0, 1, 2, 3, 4]);
    file("0-late-name.csv", BARS.slice(8, 10));
    append(join(folder, "b.csv"), linesOf(BARS.slice(5, 8)));
    await pass(1);
    assertEquals(times(came()), [5, 6, 7, 8, 9]);
    file("too-late.csv", [{ ...BARS[0]!, time: START - 1_000 * MINUTE }, BARS[9]!]);
    file("notes.md", []);
    await pass(1);
    assertEquals([times(came()), refusals(news).length], [[], 1]);
    cancel.abort();
  }));

Deno.test("of a large file only its beginning and its end are read again, to the same bars", () =>
  inFolder(async (folder) => {
    const cancel = new AbortController(), path = join(folder, "bars.csv");
    // The price doubles between the two, as after a split, and clocks go back in the rows to come.
    const repeated = Date.parse("2023-11-05T05:00:00Z");
    const many = minutesFrom(repeated - 60_050 * MINUTE, 60_400, 9).map((bar, row) => {
      const factor = 2 ** (row / 22_000);
      const cents = (price: number): number => Math.round(price * factor * 100) / 100;
      const [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(cents);
      return { ...bar, open: open!, high: high!, low: low!, close: close! };
    });
    const lines = many.map(newYorkLine);
    Deno.writeTextFileSync(path, HEADER + lines.slice(0, 60_000).join(""));
    assert(Deno.statSync(path).size > 2.5e6);
    const { came, news, pass } = await tail(path, repeated + 600 * MINUTE, {
      ...{ history: () => 1, lookBack: 500, signal: cancel.signal },
      load: { timeZone: "America/New_York" },
    });
    await pass(1);
    came();
    const bars: JournaledBar[] = [];
    for (let row = 60_000; row < 60_400; row += 25) {
      const rubbish = row === 60_200 ? "rubbish\n" : "";
      append(path, lines.slice(row, row + 25).join("") + rubbish);
      await pass(1);
      bars.push(...came().map(({ bar }) => bar));
    }
    assertEquals(bars, many.slice(60_000));
    assertEquals(refusals(news).length, 1);
    assert(refusals(news)[0]!.startsWith("bars.csv, line 60227: "), refusals(news)[0]!);
    cancel.abort();
  }));

const NEW_YORK = new Intl.DateTimeFormat("sv-SE", {
  ...{ timeZone: "America/New_York", dateStyle: "short", timeStyle: "medium" },
});

/** A row with the time on the walls of New York. */
function newYorkLine(bar: JournaledBar): string {
  const [, ...rest] = rowOf(bar).split(",");
  return `${[NEW_YORK.format(bar.time), ...rest].join(",")}\n`;
}

Deno.test("the hour that clocks repeat is told apart as the loader tells it", () =>
  inFolder(async (folder) => {
    const cancel = new AbortController(), path = join(folder, "bars.csv");
    const start = Date.parse("2023-11-05T04:00:00Z");
    const bars = minutesFrom(start, 240, 5);
    const lines = bars.map(newYorkLine);
    Deno.writeTextFileSync(path, HEADER + lines.slice(0, 30).join(""));
    const { came, pass, news } = await tail(path, start + 500 * MINUTE, {
      ...{ history: () => 30, signal: cancel.signal, load: { timeZone: "America/New_York" } },
    });
    await pass(1);
    for (let row = 30; row < 240; row += 15) {
      append(path, lines.slice(row, row + 15).join(""));
      await pass(1);
    }
    assertEquals([came().map(({ bar }) => bar), refusals(news)], [bars, []]);
    cancel.abort();
  }));

Deno.test("what cannot be followed says so in one line", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv");
    const opened = (): Promise<unknown> => tail(path, START);
    await assertRejects(opened(), InputError, "there is no such file");
    Deno.writeTextFileSync(path, HEADER);
    await assertRejects(opened(), InputError, "name their length with --interval");
    Deno.writeTextFileSync(path, HEADER + "hello,1,1,1,1,1\n2024-01-01,1,1,1,1,1\n");
    await assertRejects(opened(), InputError, path);
    const empty = join(folder, "empty");
    Deno.mkdirSync(empty);
    await assertRejects(tail(empty, START), InputError, "holds no file of bars");
  }));

Deno.test("a file that has only its header yet begins with the first row", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv"), cancel = new AbortController();
    Deno.writeTextFileSync(path, HEADER);
    const { came, pass } = await tail(path, START + 3_600_000, {
      ...{ intervalMs: MINUTE, signal: cancel.signal },
    });
    await pass(1);
    append(path, linesOf(BARS.slice(0, 2)));
    await pass(1);
    append(path, linesOf(BARS.slice(2, 3)));
    await pass(1);
    assertEquals(times(came()), [0, 1, 2]);
    cancel.abort();
  }));

Deno.test("longer bars are made of a file that grows, those of its history among them", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv"), cancel = new AbortController();
    const open = Date.parse("2024-06-10T13:30:00Z"), bars = minutesFrom(open, 130);
    Deno.writeTextFileSync(path, HEADER + linesOf(bars.slice(0, 108)));
    const { kind, target } = parseFeed(`tail:${path}`);
    const clock = new VirtualClock(open + 150 * MINUTE);
    const { feed } = await kind.open(target, {
      data: { symbol: "ABC", kind: "stock", intervalMs: 5 * MINUTE, load: {} },
      ...{ history: 10, lookBack: 5, speed: null },
      simulation: { bars: 1, seed: 1, start: 0, startPrice: 1, volatilityTicks: 1 },
    }, { clock, signal: cancel.signal });
    const stock = genericStock("ABC"), calendar = createCalendar(stock);
    const whole = resampleBars({ ...barsOfRows(bars), instrument: stock }, 5 * MINUTE, calendar);
    const taken: JournaledBar[] = [], origins: string[] = [];
    const taking = (async () => {
      for (let row = await feed.next(); row !== null; row = await feed.next()) {
        taken.push(barOfRow(feed.bars, row));
        origins.push(feed.marks.origin);
      }
    })();
    const until = async (bars: number): Promise<void> => {
      while (taken.length < bars) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await until(10);
    const history = taken.length;
    assert(history >= 10 && origins.every((origin) => origin === "history"), `${history} bars`);
    append(path, linesOf(bars.slice(108)));
    await clock.advance(1_000);
    await until(history + 5);
    assertEquals(taken, rowsOfBars(whole).slice(-taken.length));
    // The first new one is made of rows of the history as well.
    assertEquals(origins.slice(history), ["history", "feed", "feed", "feed", "feed"]);
    cancel.abort();
    await taking;
    assertEquals([clock.isIdle, feed.status.state], [true, "ended"]);
  }));

Deno.test("a folder that is watched tells a new row at once", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv"), cancel = new AbortController();
    const start = Date.now() - Date.now() % MINUTE - 20 * MINUTE;
    const bars = minutesFrom(start, 12);
    Deno.writeTextFileSync(path, HEADER + linesOf(bars.slice(0, 8)));
    const { watchFolder } = await import("../lib/feeds/tail/watch_folder.ts");
    // Its clock never calls back: only what is watched brings bars.
    const clock = { now: () => Date.now(), after: () => () => {} };
    const { feed } = await tail(path, start, {
      ...{ clock, history: () => 8, signal: cancel.signal, watch: watchFolder },
    });
    for (let bar = 0; bar < 8; bar++) await feed.next();
    append(path, linesOf(bars.slice(8, 9)));
    const row = await feed.next();
    assertEquals(barOfRow(feed.bars, row!), bars[8]);
    // An atomic replacement, which watching the file itself would miss.
    Deno.writeTextFileSync(`${path}.new`, HEADER + linesOf(bars));
    Deno.renameSync(`${path}.new`, path);
    for (let bar = 9; bar < 12; bar++) {
      const row = await feed.next();
      assertEquals(barOfRow(feed.bars, row!), bars[bar]);
    }
    cancel.abort();
    assertEquals(await feed.next(), null);
    assertEquals(rowsOfBars(feed.bars).length, 12);
  }));

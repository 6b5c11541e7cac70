import nodeAssert from "node:assert/strict";
import { InputError } from "../../core/errors.ts";
import { createRandom } from "../../core/random.ts";
import { type Bars, researchPrice } from "../../market/bars.ts";
import { actionRows } from "../../market/corporate_actions.ts";
import type { CorporateAction } from "../../market/corporate_action.ts";
import { findInstrument, genericStock } from "../../market/instruments.ts";
import { DAY_MS } from "../../market/time_zone.ts";
import { inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { inspectBars, loadBars } from "../loader.ts";
import { resampleBars } from "../resample.ts";
import { createCalendar } from "../../market/calendar.ts";
import { writeBars } from "../write.ts";
import { settleActions } from "./settle_actions.ts";

const SHARE = genericStock("AAPL");
const START = Date.parse("2020-01-02");
const HEAD = "date,open,high,low,close,volume\n";

const dateOf = (row: number): string => new Date(START + row * DAY_MS).toISOString().slice(0, 10);
const SPLIT: CorporateAction = { date: dateOf(40), kind: "split", value: 4 };
const DIVIDENDS: readonly CorporateAction[] = [20, 60].map((row) => ({
  ...{ date: dateOf(row), kind: "dividend", value: row === 20 ? 2 : 0.5 },
}));
const ALL = [...DIVIDENDS, SPLIT].sort((a, b) => a.date < b.date ? -1 : 1);

/** Eighty days of a walk around 400 dollars, a fourth of it from day 40 on. */
function closes(seed: number): number[] {
  const random = createRandom(seed);
  let dollars = 400;
  return Array.from({ length: 80 }, (_, row) => {
    dollars *= Math.exp(0.015 * random.normal());
    return Number((dollars / (row < 40 ? 1 : 4)).toFixed(2));
  });
}

function barsOf(close: readonly number[]): Bars {
  const price = Float64Array.from(close);
  return {
    ...{ instrument: SHARE, intervalMs: DAY_MS, length: close.length },
    time: Float64Array.from(close, (_, row) => START + row * DAY_MS),
    ...{ open: price, high: price, low: price, close: price },
    volume: new Float64Array(close.length).fill(1_000),
  };
}

/** Prices as a vendor adjusts them for splits. */
const adjusted = (close: readonly number[], digits: number): number[] =>
  close.map((price, row) => Number((row < 40 ? price / 4 : price).toFixed(digits)));

Deno.test("prices that are adjusted for splits already are told, with dividends in their shares", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const raw = closes(seed);
    const rawNotes: string[] = [];
    const settled = settleActions(barsOf(raw), ALL, rawNotes);
    assertEquals(settled.actions!.map(({ date, kind, value }) => ({ date, kind, value })), ALL);
    assertEquals(rawNotes, ["1 split and 2 dividends fall on the bars."]);
    for (const digits of [2, 4, 6]) {
      const notes: string[] = [];
      const other = settleActions(barsOf(adjusted(raw, digits)), ALL, notes);
      assertEquals(other.actions!.map(({ kind, value }) => [kind, value]), [
        ["dividend", 0.5],
        ["dividend", 0.5],
      ]);
      assert(notes[1]!.startsWith("The prices are already adjusted for splits"), notes[1]);
      // Both say the same of every day's return.
      const [one, two] = [researchPrice(settled, settled.close), researchPrice(other, other.close)];
      for (let row = 1; row < 80; row++) {
        const change = (prices: Float64Array) => prices[row]! / prices[row - 1]!;
        assertClose(change(one), change(two), digits === 2 ? 2e-4 : 1e-5);
      }
    }
  }
});

Deno.test("settleActions() refuses in one line what the prices contradict", () => {
  const raw = closes(3);
  const bars = barsOf(raw);
  const dividendAdjusted = barsOf(
    adjusted(raw, 6).map((price, row) => row < 60 ? price * 0.99 : price),
  );
  const cases: readonly (readonly [Bars, readonly CorporateAction[], RegExp])[] = [
    [
      bars,
      [{ ...SPLIT, value: 10 }],
      /10-for-1 split on 2020-02-11: the close before is .*correct its/,
    ],
    [bars, [{ ...SPLIT, value: 0.25 }], /1-for-4 split .* the open/],
    [bars, [SPLIT, { date: dateOf(50), kind: "split", value: 2 }], /2-for-1 split on 2020-02-21/],
    [bars, [{ ...SPLIT, date: "2019-12-01" }], /none falls on the bars: they are of 2019-12-01 to/],
    [bars, [{ ...SPLIT, date: dateOf(0) }], /none falls on the bars/],
    [bars, [], /none falls on the bars: there are none/],
    [dividendAdjusted, ALL, /adjusted for them: 5\d of 60 closes are no whole cents/],
    [{ ...bars, intervalMs: 7 * DAY_MS }, ALL, /split to bars of 7 days/],
    [{ ...bars, instrument: findInstrument("ES") }, ALL, /of ES as it is no share: it is a future/],
    [bars, [{ date: dateOf(5), kind: "dividend", value: 500 }], /dividend of 500 a share/],
  ];
  for (const [wrong, actions, message] of cases) {
    nodeAssert.throws(() => settleActions(wrong, actions, []), (error) => {
      assert(error instanceof InputError && !error.message.includes("\n"), String(error));
      nodeAssert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("settleActions() says what lies outside, and a split after the last bar", () => {
  const notes: string[] = [];
  settleActions(barsOf(closes(1).slice(0, 30)), ALL, notes);
  assertEquals(notes, [
    "0 splits and 1 dividend fall on the bars; 2 of 3 actions lie outside them.",
    "The prices are taken as they traded before the 4-for-1 split on 2020-02-11, after the last bar.",
  ]);
});

const text = (close: readonly number[]): string =>
  HEAD +
  close.map((price, row) => `${dateOf(row)},${price},${price},${price},${price},1000\n`).join("");

Deno.test("a file with its actions is loaded, written with them and loaded again equal", () =>
  inFolder(async (folder) => {
    const path = `${folder}/AAPL.csv`;
    const actions = [...ALL, { date: dateOf(60), kind: "dividend" as const, value: 0.25 }];
    await Deno.writeTextFile(path, text(closes(2)));
    const refused = await inspectBars(path, { instrument: SHARE });
    assertEquals(refused.report.problemCounts["unadjusted-split"], 1);
    const { bars, report } = await loadBars(path, { instrument: SHARE, actions });
    assertEquals(report.problemCounts["price-jump"], undefined);
    assert(report.notes.includes("1 split and 3 dividends fall on the bars."), report.notes.join());
    for (const ending of ["csv", "parquet"]) {
      const copy = `${folder}/copy.${ending}`;
      await writeBars(bars, copy);
      const again = await loadBars(copy, { instrument: SHARE });
      assertEquals(again.bars.close, bars.close);
      assertEquals(again.bars.continuous, bars.continuous);
      // Two dividends of a day have become one.
      assertEquals(again.bars.actions!.map(({ value }) => value), [2, 4, 0.75]);
      await writeBars(again.bars, copy);
      assertEquals((await loadBars(copy, { instrument: SHARE })).bars, again.bars);
      await loadBars(copy, { instrument: SHARE, actions }).then(
        () => assert(false, "took actions twice"),
        (error) => assert(error.message.includes("has splits and dividends in it"), error.message),
      );
    }
    await loadBars(path, { instrument: SHARE, actions, adjusted: true }).then(
      () => assert(false, "took actions for adjusted prices"),
      (error) => assert(error.message.includes("leave one of them out"), error.message),
    );
  }));

Deno.test("a split between two files of a folder is found, and known with actions", () =>
  inFolder(async (folder) => {
    const lines = text(closes(4)).split("\n").slice(1);
    await Deno.writeTextFile(`${folder}/2020a.csv`, HEAD + lines.slice(0, 40).join("\n"));
    await Deno.writeTextFile(`${folder}/2020b.csv`, HEAD + lines.slice(40).join("\n"));
    const { report } = await inspectBars(folder, { instrument: SHARE });
    assertEquals(report.problemCounts["unadjusted-split"], 1);
    const { bars } = await loadBars(folder, { instrument: SHARE, actions: ALL });
    assertEquals(actionRows(bars).map(({ row }) => row), [20, 40, 60]);
  }));

Deno.test("resampled bars keep their actions and what makes them comparable", () => {
  const calendar = createCalendar(SHARE);
  const sessions = calendar.sessions(Date.parse("2020-08-27"), Date.parse("2020-09-03"));
  const hour = 3_600_000;
  const time = sessions.flatMap(({ open }) => [0, 1, 2, 3, 4, 5].map((i) => open + i * hour));
  const split = sessions.findIndex(({ open }) => open > Date.parse("2020-08-31"));
  const price = Float64Array.from(time, (_, i) => (i < 6 * split ? 400 : 100) + i % 3);
  const bars = settleActions(
    {
      ...{
        instrument: SHARE,
        intervalMs: hour,
        length: time.length,
        time: Float64Array.from(time),
      },
      ...{ open: price, high: price, low: price, close: price },
      volume: new Float64Array(time.length).fill(1),
    },
    [{ date: "2020-08-31", kind: "split", value: 4 }],
    [],
  );
  for (const interval of [2 * hour, DAY_MS]) {
    const longer = resampleBars(bars, interval, calendar);
    const { row } = actionRows(longer)[0]!;
    assertEquals(longer.continuous!.adjustment[row - 1], 1);
    assertEquals(longer.continuous!.adjustment[row], 4);
    assertEquals(row, interval === DAY_MS ? split : 3 * split);
  }
});

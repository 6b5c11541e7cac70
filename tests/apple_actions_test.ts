import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { loadBars } from "../lib/data/loader.ts";
import { openData } from "../lib/data/open_data.ts";
import { readActions } from "../lib/data/actions/read_actions.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { EngineResult } from "../lib/engine/run_options.ts";
import { type Bars, closeReturns } from "../lib/market/bars.ts";
import type { CorporateAction } from "../lib/market/corporate_action.ts";
import { genericStock } from "../lib/market/instruments.ts";
import { DAY_MS } from "../lib/market/time_zone.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import { buyAndHold } from "../lib/strategies/baselines.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { optionsFor } from "./fixtures/engine_fixture.ts";
import { hasMarketData, MARKET_DATA } from "./fixtures/loader_fixture.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

/**
 * Apple's dividends and splits with ex-dates in 2013 to 2020, as they were paid (its investor
 * relations page; QuantConnect LEAN's factor file agrees, Apache 2.0, snapshot of 2026-08-21).
 */
const ACTIONS = "date,kind,value\n" +
  "2013-02-07,dividend,2.65\n2013-05-09,dividend,3.05\n2013-08-08,dividend,3.05\n" +
  "2013-11-06,dividend,3.05\n2014-02-06,dividend,3.05\n2014-05-08,dividend,3.29\n" +
  "2014-06-09,split,7\n2014-08-07,dividend,0.47\n2014-11-06,dividend,0.47\n" +
  "2015-02-05,dividend,0.47\n2015-05-07,dividend,0.52\n2015-08-06,dividend,0.52\n" +
  "2015-11-05,dividend,0.52\n2016-02-04,dividend,0.52\n2016-05-05,dividend,0.57\n" +
  "2016-08-04,dividend,0.57\n2016-11-03,dividend,0.57\n2017-02-09,dividend,0.57\n" +
  "2017-05-11,dividend,0.63\n2017-08-10,dividend,0.63\n2017-11-10,dividend,0.63\n" +
  "2018-02-09,dividend,0.63\n2018-05-11,dividend,0.73\n2018-08-10,dividend,0.73\n" +
  "2018-11-08,dividend,0.73\n2019-02-08,dividend,0.73\n2019-05-10,dividend,0.77\n" +
  "2019-08-09,dividend,0.77\n2019-11-07,dividend,0.77\n2020-02-07,dividend,0.77\n" +
  "2020-05-08,dividend,0.82\n2020-08-07,dividend,0.82\n2020-08-31,split,4\n" +
  "2020-11-06,dividend,0.205\n";

/** Its raw closes on the last day before each of them, from that factor file. */
const CLOSES: readonly (readonly [date: string, close: number])[] = [
  ...[["2013-02-06", 457.35], ["2013-05-08", 463.84], ["2013-08-07", 464.98]] as const,
  ...[["2013-11-05", 525.62], ["2014-02-05", 512.59], ["2014-05-07", 592.33]] as const,
  ...[["2014-06-06", 645.57], ["2014-08-06", 94.97], ["2014-11-05", 108.86]] as const,
  ...[["2015-02-04", 119.56], ["2015-05-06", 125.01], ["2015-08-05", 115.4]] as const,
  ...[["2015-11-04", 122], ["2016-02-03", 96.35], ["2016-05-04", 94.19]] as const,
  ...[["2016-08-03", 105.79], ["2016-11-02", 111.59], ["2017-02-08", 132.04]] as const,
  ...[["2017-05-10", 153.26], ["2017-08-09", 161.06], ["2017-11-09", 175.88]] as const,
  ...[["2018-02-08", 155.15], ["2018-05-10", 190.04], ["2018-08-09", 208.88]] as const,
  ...[["2018-11-07", 209.95], ["2019-02-07", 170.94], ["2019-05-09", 200.72]] as const,
  ...[["2019-08-08", 203.43], ["2019-11-06", 257.24], ["2020-02-06", 325.21]] as const,
  ...[["2020-05-07", 303.74], ["2020-08-06", 455.61], ["2020-08-28", 499.23]] as const,
  ["2020-11-05", 119.03],
];
const HEAD = "date,open,high,low,close,volume\n";
const FREE = { feePerSideMicros: 0, slippageTicks: 0 } as const;
const SHARES = 100;

function hold(bars: Bars, initialCashUsd = 1_000_000): EngineResult {
  return runEngine(
    bars,
    optionsFor(bars, buyAndHold(), {
      ...{ costs: FREE, executor: createSimulatedExecutor(FREE), marginPerLotUsd: null },
      ...{ initialCashUsd, sizing: fixedLots(SHARES), maxLots: SHARES },
    }),
  );
}

/** What each share held from the second row on has earned at the last close. */
function perShare(result: EngineResult): number {
  return (result.equityMicros.at(-1)! - result.initialMicros) / 1e6 / SHARES;
}

/** Dividends of the rows after the one at whose open it was bought, a share of that day. */
function dividendsSince(bars: Bars, boughtRow: number): number {
  let shares = 1, paid = 0;
  for (const { kind, time, value } of bars.actions!) {
    if (time <= bars.time[boughtRow]!) continue;
    if (kind === "split") shares *= value;
    else paid += shares * value;
  }
  return paid;
}

async function actionsIn(folder: string, text = ACTIONS): Promise<readonly CorporateAction[]> {
  const file = join(folder, "actions.csv");
  await Deno.writeTextFile(file, text);
  return readActions([file], "AAPL").actions;
}

Deno.test("Apple held from 2013 to 2020 earns the split-adjusted figure and its dividends, on the days that matter", () =>
  inFolder(async (folder) => {
    const text = HEAD +
      CLOSES.map(([date, close]) => `${date},${`${close},`.repeat(4)}1000\n`).join("");
    const path = join(folder, "AAPL.csv");
    await Deno.writeTextFile(path, text);
    const load = async (actions: readonly CorporateAction[]): Promise<Bars> => {
      const options = { instrument: genericStock("AAPL"), intervalMs: DAY_MS, actions };
      return (await loadBars(path, options)).bars;
    };
    const bars = await load(await actionsIn(folder));
    const result = hold(bars);
    assertEquals([...result.positionLots].slice(-2), [700, 2_800]);
    // 28 shares of November 2020 for one of May 2013.
    const figure = 28 * 119.03 - 463.84;
    assertClose(perShare(result), figure + dividendsSince(bars, 1), 1e-9);
    // 3.05 four times and 3.29 on one share, 15.93 until 2020 on each of seven.
    assertClose(dividendsSince(bars, 1), 15.49 + 7 * 15.93, 1e-9);
    const splitsAlone = ACTIONS.split("\n").filter((line) => !line.includes("dividend")).join("\n");
    const bare = await load(await actionsIn(folder, splitsAlone));
    assertClose(perShare(hold(bare)), figure, 1e-9);
  }));

const REAL = new URL("aapl_daily.csv", MARKET_DATA);
const hasReal = hasMarketData() && await Deno.stat(REAL).then(() => true, () => false);
if (!hasReal) console.log("apple: its daily bars are absent, the test on them is skipped");

Deno.test({
  name: "Apple's own daily bars with its actions earn what split-adjusted bars earn, day by day",
  ignore: !hasReal,
  fn: () =>
    inFolder(async (folder) => {
      const actions = await actionsIn(folder);
      const open = (path: string) => openData({ path, symbol: "AAPL", load: { actions } });
      const { bars, source } = await open(fileURLToPath(REAL));
      const [from, to] = [Date.parse("2013-01-02"), Date.parse("2020-12-31")];
      assertEquals([bars.time[0], bars.time.at(-1)], [from, to]);
      const result = hold(bars);
      const last = bars.close.at(-1)!;
      assertClose(
        perShare(result),
        28 * last - bars.open[1]! + dividendsSince(bars, 1),
        1e-6,
      );
      // The same bars, divided by the splits that come after them, with the dividends in those shares.
      const raw = await Deno.readTextFile(REAL);
      const rows = raw.trim().split("\n").slice(1).map((line) => line.split(","));
      const after = (date: string): number =>
        (date < "2014-06-09" ? 7 : 1) * (date < "2020-08-31" ? 4 : 1);
      const adjusted = HEAD + rows.map(([date, ...cells]) => {
        const prices = cells.slice(0, 4).map((cell) => (Number(cell) / after(date!)).toFixed(6));
        return `${date},${prices.join(",")},${Number(cells[4]) * after(date!)}\n`;
      }).join("");
      const path = join(folder, "AAPL.csv");
      await Deno.writeTextFile(path, adjusted);
      const other = await open(path);
      assert(other.notes.some((note) => note.includes("already adjusted for splits")));
      const [one, two] = [closeReturns(bars), closeReturns(other.bars)];
      for (let row = 1; row < bars.length; row++) assertClose(one[row]!, two[row]!, 1e-5);
      assert(source.request !== null && JSON.stringify(source.request).includes("2020-08-31"));
    }),
});

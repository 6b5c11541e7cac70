import fc from "fast-check";
import { createRandom } from "../lib/core/random.ts";
import { prepareSweep } from "../lib/engine/sweep/sweep_market.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { EngineResult } from "../lib/engine/run_options.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { Bars } from "../lib/market/bars.ts";
import { createCalendar, sessionMarks } from "../lib/market/calendar.ts";
import type { FundingRate } from "../lib/market/funding_rate.ts";
import { inDollars } from "../lib/market/in_dollars.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { TradingEnvironment } from "../lib/rl/environment/trading_environment.ts";
import { netResult, transitionTable } from "../lib/rl/environment/transition_table.ts";
import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { fixedSides } from "../lib/strategies/baselines.ts";
import { optionsFor } from "./fixtures/engine_fixture.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";
import { join } from "node:path";
import { writeBars } from "../lib/data/write.ts";

/** One bitcoin against Tether, taken as a dollar; lots of .001 BTC, ticks of 10 cents. */
const PERPETUAL = inDollars(findInstrument("BTCUSDT.P"), 1);
const HOUR_MS = 3_600_000;
const MONDAY = Date.UTC(2024, 0, 1);
/** Two cents a lot, about 4 basis points, and one tick of 10 cents. */
const COSTS = { feePerSideMicros: 20_000, slippageTicks: 1 };

/** Hourly bars whose prices lie on the tick, and a payment every eight hours. */
function week(seed: number, hours = 168, intervalHours = 1): Bars {
  const random = createRandom(seed);
  const length = hours / intervalHours;
  const time = Float64Array.from({ length }, (_, row) => MONDAY + row * intervalHours * HOUR_MS);
  const open = new Float64Array(length), close = new Float64Array(length);
  let dimes = 423_105;
  for (let row = 0; row < length; row++) {
    open[row] = dimes / 10;
    dimes += Math.round(2_000 * random.normal());
    close[row] = dimes / 10;
    dimes += Math.round(50 * random.normal());
  }
  const funding: FundingRate[] = [];
  for (let hour = 0; hour <= hours; hour += 8) {
    const rate = Math.round(10_000 * random.normal()) / 1e8;
    // Every other payment has the exchange's own mark price.
    const price = hour % 16 === 0 ? {} : { price: 42_000 + hour / 4 };
    funding.push({ time: MONDAY + hour * HOUR_MS, rate, ...price });
  }
  return {
    ...{ instrument: PERPETUAL, intervalMs: intervalHours * HOUR_MS, length, time, open, close },
    high: open.map((price, row) => Math.max(price, close[row]!)),
    low: open.map((price, row) => Math.min(price, close[row]!)),
    volume: new Float64Array(length).fill(1_000),
    funding,
  };
}

/** Holds a side, -1, 0 or 1, as it is decided at each close. */
function run(bars: Bars, side: (bar: number) => number, lots: number): EngineResult {
  const sides = Int8Array.from(bars.time, (_, bar) => side(bar));
  return runEngine(
    bars,
    optionsFor(bars, fixedSides("by hand", sides), {
      ...{ costs: COSTS, initialCashUsd: 100_000, marginPerLotUsd: null, maxLots: lots },
      sizing: { kind: "fixed", lots },
      session: sessionMarks(bars, createCalendar(bars.instrument)),
      executor: createSimulatedExecutor(COSTS),
    }),
  );
}

Deno.test("a week of a perpetual with fractional lots and funding is hand arithmetic, to the cent", () => {
  const bars = week(1);
  // 0.537 BTC long from Tuesday 01:00 to Thursday 08:00, short to Saturday noon, then flat.
  const [enter, turn, leave] = [24 + 1, 3 * 24 + 8, 5 * 24 + 12];
  const sides = (bar: number): number =>
    bar + 1 < enter ? 0 : bar + 1 < turn ? 1 : bar + 1 < leave ? -1 : 0;
  const result = run(bars, sides, 537);

  // By hand: bitcoins times dollars, without ticks, lots or an account.
  const btc = 0.537;
  const dime = 0.1;
  const bought = bars.open[enter]! + dime;
  const turned = bars.open[turn]! - dime;
  const covered = bars.open[leave]! + dime;
  const trading = btc * (turned - bought) + btc * (turned - covered);
  const fees = 537 * 0.02 * 4;
  let funding = 0;
  for (const { price, rate, time } of bars.funding!) {
    const hour = (time - MONDAY) / HOUR_MS;
    // Who holds just before the hour pays or gets it: nobody on Tuesday 01:00, the long still on
    // Thursday 08:00, the short not any more on Saturday 16:00.
    const held = hour < enter + 0.5 ? 0 : hour <= turn ? btc : hour <= leave ? -btc : 0;
    if (held !== 0) funding -= held * (price ?? bars.open[hour]!) * rate;
  }
  const byHand = 100_000 + trading - fees + funding;
  const cents = (dollars: number): number => Math.round(100 * dollars);
  assert(Math.abs(funding) > 1, String(funding));
  assertEquals(cents(result.equityMicros.at(-1)! / 1e6), cents(byHand));
  assertEquals(cents(result.totals.fundingMicros! / 1e6), cents(funding));
  assertEquals(result.totals.feesMicros, 42_960_000);
  // Whole micro-dollars throughout.
  assert(result.equityMicros.every(Number.isSafeInteger));
  assertEquals(result.trades.map(({ lots }) => lots), [537, -537]);

  // Without the payments it is trading alone.
  const { funding: _, ...unfunded } = bars;
  const plain = run(unfunded, sides, 537);
  assertEquals(plain.totals.fundingMicros, undefined);
  assertEquals(
    plain.equityMicros.at(-1)! + result.totals.fundingMicros!,
    result.equityMicros.at(-1),
  );
});

Deno.test("funding that is due inside a bar is paid at its close by whoever holds there", () => {
  // Daily bars: the first payment of a day opens it, two lie inside.
  const bars = week(2, 168, 24);
  const result = run(bars, (bar) => bar >= 1 && bar < 3 ? 1 : 0, 1_000);
  // Bought at Wednesday's open, sold at Friday's: held at Wednesday 8 and 16, Thursday 0, 8 and
  // 16, and Friday 0 o'clock, just before it was sold.
  const held = [8, 16, 24, 32, 40, 48].map((hour) => 48 + hour);
  let expected = 0;
  for (const hour of held) {
    const { price, rate } = bars.funding![hour / 8]!;
    const day = Math.floor(hour / 24);
    const known = hour % 24 === 0 ? bars.open[day]! : bars.close[day]!;
    expected += Math.round(-1_000 * 0.001 * (price ?? known) * rate * 1e6);
  }
  assertEquals(result.totals.fundingMicros, expected);
});

Deno.test("whoever is long pays what whoever is short gets", () => {
  const bars = week(3);
  const long = run(bars, () => 1, 400).totals.fundingMicros!;
  const short = run(bars, () => -1, 400).totals.fundingMicros!;
  assert(long !== 0);
  assertEquals(short, -long);
  assertEquals(run(bars, () => 0, 400).totals.fundingMicros, 0);
});

Deno.test("what a policy learns from is the backtest: environment and table have its funding", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom(1, 4, 24), (seed, hours) => {
      const bars = week(seed, 168, hours);
      const random = createRandom(seed);
      const sides = Int8Array.from(bars.time, () => random.integer(3) - 1);
      const result = run(bars, (bar) => sides[bar]!, 250);
      const session = sessionMarks(bars, createCalendar(bars.instrument));
      const environment = new TradingEnvironment({
        ...{ bars, session, costs: COSTS, initialCashUsd: 100_000, marginPerLotUsd: null },
        ...{ flattenAtSessionEnd: false, maxLots: 250 },
      });
      environment.reset([{ from: 0, to: bars.length }]);
      for (let bar = 0; bar + 1 < bars.length; bar++) {
        environment.step(Int32Array.of(250 * sides[bar]!));
        if (bar + 2 < bars.length) {
          assertEquals(environment.equityMicros(0), result.equityMicros[bar + 1], `bar ${bar + 1}`);
        }
      }
      assertEquals(environment.equityMicros(0), result.equityMicros.at(-1));

      const table = transitionTable(bars, {
        ...{ costs: COSTS, session, flattenAtSessionEnd: false, from: 0, to: bars.length },
      });
      let ticks = 0;
      for (let row = 0; row < table.rows; row++) {
        ticks += netResult(table, row, row === 0 ? 0 : sides[row - 1]!, sides[row]!);
      }
      // Ticks of 100 micro-dollars a lot; a payment is rounded once.
      assertClose(ticks * 250 * 100, result.equityMicros.at(-1)! - 100_000e6, 30);
    }),
    { numRuns: 40 },
  );
});

Deno.test("a sweep refuses a perpetual, as it books no funding", () => {
  const bars = week(4);
  const session = sessionMarks(bars, createCalendar(bars.instrument));
  assertThrows(
    () =>
      prepareSweep(bars, {
        ...{ costs: COSTS, from: 0, to: bars.length, session, lots: 1, initialCashUsd: 1_000 },
        ...{ marginPerLotUsd: null, flattenAtSessionEnd: false },
      }),
    /^InputError: Cannot sweep over a perpetual contract as a sweep books no funding/,
  );
});

Deno.test("backtest asks for funding, books it, and reproduces it without the file", () =>
  inFolder(async (folder) => {
    const bars = week(5, 1_200);
    const file = join(folder, "BTCUSDT.P_1h.csv"), funding = join(folder, "funding.csv");
    await writeBars(bars, file);
    const rows = bars.funding!.map(({ rate, time }) => `${time},${rate}`);
    Deno.writeTextFileSync(funding, `fundingTime,fundingRate\n${rows.join("\n")}\n`);
    const run = async (command: string, args: string) => {
      const words = args.replaceAll("@", `${folder}/`).split(" ");
      return await runCommand(command, [...words, "--json"], [`--allow-write=${folder}`]);
    };
    // Symbol and funding hours are told; nobody but the user knows fee and rate of Tether.
    const data = `--data ${file} --fx-rate 1 --fee 0.02 --models @models`;
    const trained = await run("train", `${data} --model logistic --folds 2`);
    assertEquals(trained.code, 0, trained.stderr);
    const test = `${data} --model BTCUSDT.P-logistic --reports @reports --cash 100000`;
    const asked = await run("backtest", test);
    assertEquals(asked.code, 2);
    assertEquals(
      asked.stderr,
      "error: --funding: Cannot count money of BTCUSDT.P without the funding that it pays (give a " +
        "file with time and rate of each payment: --funding FILE)\n",
    );
    const tested = await run("backtest", `${test} --funding ${funding}`);
    assertEquals(tested.code, 0, tested.stderr);
    const { json, runId } = JSON.parse(tested.stdout);
    const sheet = JSON.parse(Deno.readTextFileSync(json));
    const said = sheet.assumptions.find(({ name }: { name: string }) => name === "Funding").value;
    assert(/^\d+ payments as given, each on the position held/.test(said), said);
    assertEquals(sheet.run.data.request.funding.length, bars.funding!.length);

    // Another series is another run; the record of the first holds its own.
    const dearer = bars.funding!.map(({ rate, time }) => `${time},${rate + 1e-4}`);
    Deno.writeTextFileSync(funding, `time,rate\n${dearer.join("\n")}\n`);
    const other = await run("backtest", `${test} --funding ${funding}`);
    assert(JSON.parse(other.stdout).runId !== runId);
    Deno.removeSync(funding);
    const again = await run("reproduce", `${runId} --models @models --reports @reports`);
    assertEquals(JSON.parse(again.stdout).same, true, again.stdout);

    const held = ({ stdout }: { stdout: string }): number =>
      JSON.parse(stdout).others.find(({ name }: { name: string }) => name === "buy and hold")
        .metrics.netUsd.value;
    assert(held(other) < held(tested), `${held(other)} ${held(tested)}`);
  }));

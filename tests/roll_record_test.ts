import { join } from "node:path";
import { readRun } from "../lib/evaluation/find_run.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { inspectData } from "../tasks/data.ts";
import { rollData } from "../tasks/data_roll.ts";
import { backtest } from "../tasks/backtest.ts";
import { train } from "../tasks/train.ts";
import { DEFAULT_LOGISTIC } from "../lib/models/logistic/parameters.ts";
import { defaultTraining } from "../lib/training/train_on.ts";
import { simulateBars } from "../lib/simulator/simulate_bars.ts";
import { writeBars } from "../lib/data/write.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { MARKET } from "./fixtures/leak_fixture.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";
import { assertEquals } from "./assert.ts";
import { InputError } from "../lib/core/errors.ts";

const CONTROL = { clock: { now: () => 0 } };

await openFirstWasmSession();

/** Hourly bars of two contracts of MES around the roll of December 2013, in a folder. */
async function writeContracts(folder: string): Promise<{ name: string; path: string }[]> {
  const names = ["MESZ3", "MESH4"];
  return await Promise.all(names.map(async (name, i) => {
    const path = join(folder, `${name}.csv`);
    const bars = simulateBars({
      world: { kind: "ar1", phi: 0.3 },
      instrument: findInstrument("MES"),
      ...{ bars: 2_600, intervalMs: 3_600_000, seed: 1, start: Date.UTC(2013, 7, 1) },
      ...{ startPrice: 1_700 + 8 * i, volatilityTicks: 8 },
    });
    await writeBars(bars, path);
    return { name, path };
  }));
}

Deno.test("the roll table goes from data roll into the file, data inspect and the record of a run", () =>
  inFolder(async (folder) => {
    const contracts = await writeContracts(folder);
    const path = join(folder, "mes.parquet");
    const rolled = await rollData(contracts.toReversed(), { symbol: "MES", load: {} }, {
      roll: { kind: "calendar", daysBefore: 5 },
      adjust: "difference",
    }, path);
    const [roll] = rolled.rolls;
    assertEquals(rolled.rolls.length, 1);
    // Five sessions before Friday the 20th opens on Thursday evening.
    assertEquals(roll, {
      ...{ time: "2013-12-12T23:00:00.000Z", from: "MESZ3", to: "MESH4" },
      ...{ gap: -8, fromPrice: roll!.fromPrice, toPrice: roll!.fromPrice! + 8, rule: "calendar" },
    });
    assertEquals(rolled.lostSessions, []);
    assertEquals((await inspectData({ path, load: {} })).rolls, rolled.rolls);

    const request = { path, symbol: "MES", load: {} };
    const training = {
      ...defaultTraining({ kind: "logistic", parameters: DEFAULT_LOGISTIC }),
      ...{ folds: 2, compare: false, seed: 1, workers: 1, costs: MARKET.costs },
    };
    await train(request, training, folder, CONTROL);
    const reports = join(folder, "reports");
    const run = await backtest(
      request,
      {
        ...{ models: ["MES-logistic"], risk: { limits: {} }, inSample: false, market: MARKET },
        ...{ momentumBars: 50, seed: 1, command: "deno task backtest" },
      },
      { models: folder, reports },
      CONTROL,
    );
    const { record, sheet } = readRun(run.json, reports, (one) => one);
    assertEquals(record.data.rolls, rolled.rolls);
    const assumed = sheet.assumptions.find(({ name }) => name === "Contracts")!;
    assertEquals(assumed.value.startsWith("1 roll(s), 1 by calendar; orders"), true, assumed.value);
  }));

Deno.test("data roll says what it was not given, and refuses two roots before it reads a file", () =>
  inFolder(async (folder) => {
    const [near, far] = await writeContracts(folder);
    const settings = { roll: { kind: "volume" }, adjust: "difference" } as const;
    const shared = { symbol: "MES", load: {} };
    const out = join(folder, "out.csv");
    const later = { ...far!, name: "MESM4" };
    assertEquals((await rollData([near!, later], shared, settings, out)).notGiven, ["MESH4"]);
    await assertRejects(
      rollData([near!, { name: "ESH4", path: "nowhere.csv" }], shared, settings, out),
      InputError,
      "contracts of MES and ES",
    );
    // A day that is said outranks the rule of the exchange.
    const byCalendar = { roll: { kind: "calendar", daysBefore: 0 }, adjust: "ratio" } as const;
    const ends = { ...near!, lastTrade: "2013-11-27" };
    const { rolls } = await rollData([ends, far!], shared, byCalendar, out);
    assertEquals(rolls.map(({ rule, time }) => [time, rule]), [
      ["2013-11-26T23:00:00.000Z", "last-trade"],
    ]);
  }));

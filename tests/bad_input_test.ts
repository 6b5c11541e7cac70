import { join } from "node:path";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulator.ts";
import { writeBars } from "../lib/data/write.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { type CommandEnd, filesBelow, runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

await openFirstWasmSession();

const HEADER = "time,open,high,low,close,volume";
const GOOD = [
  "2024-01-02T15:00:00Z,5000,5001,4999,5000.5,10",
  "2024-01-02T15:01:00Z,5000.5,5002,5000,5001,12",
  "2024-01-02T15:02:00Z,5001,5001.5,5000.5,5001,9",
];

/** Files that `train` must refuse: what is in them and what its one line must say. */
const BAD_FILES: Readonly<Record<string, readonly [content: string, says: RegExp]>> = {
  "a missing column": ["time,open,high,close,volume\n" + GOOD[0], /low/],
  "text in a price": [
    [HEADER, GOOD[0], GOOD[1]!.replace("5000.5", "abc"), GOOD[2]].join("\n"),
    /row 3.*open.*abc/s,
  ],
  "unsorted rows": [[HEADER, GOOD[1], GOOD[0], GOOD[2]].join("\n"), /row 3/],
  "duplicate stamps": [[HEADER, GOOD[0], GOOD[0], GOOD[1]].join("\n"), /row 3/],
  "a high below the low": [
    [HEADER, GOOD[0], GOOD[1]!.replace("5002", "4990"), GOOD[2]].join("\n"),
    /row 3.*high/s,
  ],
  "an empty file": ["", /empty/],
  "an empty price": [
    [HEADER, GOOD[0], GOOD[1]!.replace("5000.5", ""), GOOD[2]].join("\n"),
    /row 3.*open/s,
  ],
};

for (const [name, [content, says]] of Object.entries(BAD_FILES)) {
  Deno.test(`train refuses ${name} in one line and registers nothing`, () =>
    inFolder(async (folder) => {
      const data = join(folder, "bars.csv");
      await Deno.writeTextFile(data, content);
      await refused(folder, ["--data", data, "--symbol", "MES"], says);
    }));
}

Deno.test("train refuses a directory as data", () =>
  inFolder(async (folder) => {
    await refused(folder, ["--data", folder, "--symbol", "MES"], /directory|folder/);
  }));

Deno.test("train refuses a file that does not exist, in a process of its own too", () =>
  inFolder(async (folder) => {
    const flags = ["--data", join(folder, "none.csv"), "--symbol", "MES"];
    await refused(folder, flags, /none\.csv/);
    const models = ["--models", join(folder, "models")];
    const end = await runCommand("train", [...flags, ...models], [`--allow-write=${folder}`]);
    oneLine(end, 2, /none\.csv/);
    assertEquals(filesBelow(folder), []);
  }));

Deno.test("train refuses a truncated Parquet file", () =>
  inFolder(async (folder) => {
    const data = join(folder, "bars.parquet");
    await writeBars(simulated(500), data);
    const bytes = await Deno.readFile(data);
    await Deno.writeFile(data, bytes.subarray(0, bytes.length / 2));
    await refused(folder, ["--data", data, "--symbol", "MES"], /Parquet/i);
  }));

Deno.test("train refuses a time zone that does not exist", () =>
  inFolder(async (folder) => {
    const data = join(folder, "bars.csv");
    await Deno.writeTextFile(data, [HEADER, ...GOOD].join("\n").replaceAll("Z,", ","));
    await refused(
      folder,
      ["--data", data, "--symbol", "MES", "--time-zone", "Mars/Olympus"],
      /Mars/,
    );
    await refused(folder, ["--data", data, "--symbol", "MES"], /--time-zone/);
  }));

Deno.test("train refuses an unknown symbol, a wrong number and an unknown flag", () =>
  inFolder(async (folder) => {
    const data = join(folder, "bars.csv");
    await Deno.writeTextFile(data, [HEADER, ...GOOD].join("\n"));
    await refused(folder, ["--data", data, "--symbol", "MESS"], /MES/);
    await refused(folder, ["--data", data, "--symbol", "MES", "--folds", "1.5"], /--folds/);
    await refused(folder, ["--data", data, "--symbol", "MES", "--modle", "forest"], /--model/);
    await refused(folder, ["--data", data, "--symbol", "MES", "--name", "../x"], /--name/);
  }));

Deno.test("train refuses too few bars", () =>
  inFolder(async (folder) => {
    const data = join(folder, "bars.csv");
    await Deno.writeTextFile(data, [HEADER, ...GOOD].join("\n"));
    await refused(folder, ["--data", data, "--symbol", "MES"], /rows/);
  }));

Deno.test("train refuses settings that are not JSON or not flags", () =>
  inFolder(async (folder) => {
    const config = join(folder, "settings.json");
    await Deno.writeTextFile(config, "{");
    await refused(folder, ["--config", config], /JSON/);
    await Deno.writeTextFile(config, '{"modle": "forest"}');
    await refused(folder, ["--config", config], /modle/);
  }));

Deno.test("backtest refuses a corrupt model, a foreign model, used bars and a folder it may not write", () =>
  inFolder(async (folder) => {
    const models = join(folder, "models");
    const reports = join(folder, "reports");
    const data = join(folder, "bars.parquet");
    const other = join(folder, "hourly.parquet");
    await writeBars(simulated(2_000), data);
    await writeBars(simulated(2_000, 3_600_000), other);
    const trained = await runCommandHere(
      `train --data ${data} --symbol MES --model logistic --folds 2 --models ${models} --json`
        .split(" "),
    );
    assertEquals(trained.code, 0, trained.stderr);
    const { path } = JSON.parse(trained.stdout);
    const backtest = (flags: string): Promise<CommandEnd> =>
      runCommandHere(`backtest --models ${models} --reports ${reports} ${flags}`.split(" "));
    const model = "--model MES-logistic --symbol MES";

    oneLine(await backtest(`${model} --data ${other}`), 2, /300 s.*3600 s/s);
    oneLine(await backtest(`--model MES-logistic --symbol ES --data ${data}`), 2, /MES.*ES/s);
    oneLine(await backtest(`--model nobody --symbol MES --data ${data}`), 2, /MES-logistic/);
    oneLine(await backtest(`${model} --data ${data} --from 2020-01-01`), 3, /--in-sample/);
    oneLine(await backtest(`${model} --data ${data} --reports ${data}`), 2, /report/);
    oneLine(
      await runCommand(
        "backtest",
        `--models ${models} --reports ${reports} ${model} --data ${data}`.split(" "),
      ),
      3,
      /--allow-write/,
    );
    const onnx = await Deno.readFile(path);
    onnx[onnx.length >> 1]! ^= 1;
    await Deno.writeFile(path, onnx);
    oneLine(await backtest(`${model} --data ${data}`), 1, /sha|hash/i);
    assertEquals(filesBelow(folder).filter((file) => file.startsWith(reports)), []);
  }));

Deno.test("a margin of nothing, and more lots than money can be counted for, are refused before anything begins", async () => {
  const refusing = async (text: string, says: RegExp): Promise<void> =>
    oneLine(await runCommandHere(text.split(" ")), 2, says);
  const traded = "trade --feed simulate:gbm --symbol MES --system none --session none";
  await refusing(`${traded} --margin 0`, /--margin/);
  await refusing("nightly --system none --data none.csv --margin 0", /--margin/);
  await refusing(
    "system fit --model none --data none.csv --name none --lots 1e12",
    /--lots.*10000/,
  );
});

/** Runs `train` and demands exit code 2, one line that matches, and an untouched registry. */
async function refused(folder: string, args: readonly string[], says: RegExp): Promise<void> {
  const before = filesBelow(folder);
  oneLine(await runCommandHere(["train", ...args, "--models", join(folder, "models")]), 2, says);
  assertEquals(filesBelow(folder), before);
}

function oneLine(end: CommandEnd, code: number, says: RegExp): void {
  assertEquals(end.code, code, end.stderr);
  assertEquals(end.stdout, "");
  assert(says.test(end.stderr), end.stderr);
  assert(end.stderr.startsWith("error: "), end.stderr);
  // Usage errors may add one hint; nothing else may follow, least of all a stack trace.
  const lines = end.stderr.trim().split("\n").filter((line) => !line.startsWith("("));
  assertEquals(lines.length, 1, end.stderr);
}

function simulated(bars: number, intervalMs = 300_000) {
  return simulateBars({
    world: { kind: "ar1", phi: 0.2 },
    instrument: findInstrument("MES"),
    bars,
    intervalMs,
    seed: 3,
    start: Date.UTC(2024, 0, 2),
    startPrice: 5_000,
    volatilityTicks: 16,
  });
}

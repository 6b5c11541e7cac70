import { join } from "node:path";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulator.ts";
import { writeBars } from "../lib/data/write.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { filesBelow, PROJECT, runCommand } from "./fixtures/run_command.ts";
import { fileBelow } from "./fixtures/file_there.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const BARS = simulateBars({
  world: { kind: "regime", drift: 0.3, stay: 0.95 },
  instrument: findInstrument("MES"),
  bars: 1_600,
  intervalMs: 3_600_000,
  seed: 1,
  start: Date.UTC(2021, 0, 4),
  startPrice: 5_000,
  volatilityTicks: 40,
});

const SMALL = "--symbol MES --folds 2 --window 8 --units 6 --members 1 --epochs 3 --trees 30";

Deno.test("networks are trained, compared, tested and reproduced to the bit from the command line", () =>
  inFolder(async (folder) => {
    const { data, models, json } = await workplace(folder);
    for (const model of ["lstm", "hybrid"]) {
      const trained = await json("train", `--model ${model} --data ${data} ${SMALL}`);
      assertEquals([trained.kind, trained.version, trained.curves.length], [model, 1, 1]);
      assert(trained.seconds > 0 && trained.permutedLabels.logLoss > 0);
      const others = trained.comparisons.map((other: { name: string }) => other.name);
      assertEquals(
        others.sort(),
        model === "lstm" ? ["forest", "logistic"] : ["forest", "logistic", "lstm"],
      );
      const again = await json("models", `reproduce MES-${model} --workers 1`);
      assertEquals([again.same, again.changed], [true, []]);
      const tested = await json(
        "backtest",
        `--model MES-${model} --data ${data} --symbol MES --reports ${folder}`,
      );
      const [sheet] = JSON.parse(await Deno.readTextFile(tested.json)).models;
      assertEquals(sheet.curves.length, 1);
      // Beside the others the newest fold alone, as it is and taught shuffled labels.
      assertEquals(
        sheet.comparisons.slice(others.length).map((row: { name: string }) => row.name),
        ["itself, newest fold", "newest fold, shuffled labels"],
      );
    }
    assertEquals(filesBelow(models).filter((file) => file.endsWith(".checkpoint")), []);
  }));

Deno.test("an interrupted training goes on where it was, to the same bytes", () =>
  inFolder(async (folder) => {
    const { data, models, json } = await workplace(folder);
    const flags = `--model lstm --data ${data} ${SMALL} --name`;
    const whole = await json("train", `${flags} whole`);

    const training = new Deno.Command(Deno.execPath(), {
      args: [
        ...`run -q --no-prompt -P=train --allow-write=${folder}`.split(" "),
        ...[join(PROJECT, "cli/main.ts"), "train"],
        ...`${flags} cut --models ${models}`.split(" "),
      ],
      cwd: PROJECT,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    await fileBelow(join(models, "checkpoints", "cut"));
    training.kill("SIGINT");
    const { code, stderr } = await training.output();
    assertEquals(code, 130, new TextDecoder().decode(stderr));
    assert(filesBelow(models).some((file) => file.endsWith(".checkpoint")));

    const resumed = await json("train", `${flags} cut`);
    assertEquals(resumed.version, 1);
    const weights = (document: { curves: unknown; metrics: unknown }) => [
      document.curves,
      document.metrics,
    ];
    assertEquals(weights(resumed), weights(whole));
    assertEquals(filesBelow(models).filter((file) => file.endsWith(".checkpoint")), []);
  }));

Deno.test("train refuses networks that cannot be built, in one line", () =>
  inFolder(async (folder) => {
    const { data } = await workplace(folder);
    for (
      const [flags, says] of [
        ["--units 0", /--units/],
        ["--units 8,8,8,8,8", /--units/],
        ["--window 0", /--window/],
        ["--members none", /--members/],
        ["--learning-rate 0", /--learning-rate/],
        ["--backend cuda", /--backend.*wasm/],
        ["--window 4000", /rows/],
      ] as const
    ) {
      const line = `train --model lstm --data ${data} --symbol MES ${flags}`;
      const end = await runCommandHere([...line.split(" "), "--models", `${folder}/none`]);
      assertEquals(end.code, 2, flags + end.stderr);
      assert(says.test(end.stderr) && end.stderr.startsWith("error: "), end.stderr);
    }
    assertEquals(filesBelow(folder), [data]);
  }));

async function workplace(folder: string) {
  const data = join(folder, "bars.parquet"), models = join(folder, "models");
  await writeBars(BARS, data);
  return {
    data,
    models,
    async json(command: string, flags: string) {
      const end = await runCommand(
        command,
        [...flags.split(" "), "--models", models, "--json"],
        [`--allow-write=${folder}`],
      );
      assertEquals(end.code, 0, end.stderr);
      return JSON.parse(end.stdout);
    },
  };
}

import { join } from "node:path";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulator.ts";
import { writeBars } from "../lib/data/write.ts";
import { assert, assertEquals } from "./assert.ts";
import { PROJECT, runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

Deno.test("data simulate, train, backtest and models work one after the other, as the README says", () =>
  inFolder(async (folder) => {
    const grant = [`--allow-write=${folder}`];
    const data = join(folder, "bars.csv");
    const models = join(folder, "models");
    const json = async (command: string, flags: string) => {
      const end = await runCommand(command, [...flags.split(" "), "--json"], grant);
      assertEquals(end.code, 0, end.stderr);
      return JSON.parse(end.stdout);
    };
    const world = await json(
      "data",
      `simulate --world regime --set drift=0.3,stay=0.95 --bars 6000 --interval 1h --out ${data}`,
    );
    assertEquals(world.rows, 6_000);
    assert(world.best.withCost.meanPerBar < world.best.withoutCost.meanPerBar);

    const inspected = await json("data", `inspect ${data} --symbol MES`);
    assertEquals([inspected.usable, inspected.rows], [true, 6_000]);

    const train = `--data ${data} --symbol MES --trees 60 --folds 3 --horizon 5 --models ${models}`;
    const first = await json("train", train);
    assertEquals([first.name, first.version], ["MES-forest", 1]);
    assertEquals(first.folds.length, 3);
    const second = await json("train", `${train} --workers 1`);
    assertEquals(second.version, 2);
    // The same data, settings and seed give the same bytes, whatever the number of threads.
    assertEquals(second.sha256, first.sha256);

    const test =
      `--model MES-forest@1 --data ${data} --symbol MES --models ${models} --reports ${folder}`;
    const result = await json("backtest", test);
    assertEquals(result.period.outOfSample, true);
    assertEquals(Date.parse(result.period.from) >= Date.parse(first.data.testFrom), true);
    assert(result.metrics.netUsd.value > 0, "a strong pattern must be found");
    assertEquals(result.metrics.trades.value, result.trades);
    const names = result.others.map((other: { name: string }) => other.name);
    assertEquals(names, ["flat", "buy and hold", "momentum 252"]);
    const sheet = JSON.parse(await Deno.readTextFile(result.json));
    assertEquals(sheet.strategies[0].metrics.sharpe, result.metrics.sharpe);
    assert((await Deno.readTextFile(result.report)).includes(result.runId));

    const again = await json("backtest", test);
    assertEquals([again.runId, again.metrics], [result.runId, result.metrics]);
    const flattering = await json("backtest", `${test} --from 2022-03-01 --in-sample`);
    assertEquals(flattering.period.outOfSample, false);
    assertEquals(flattering.findings[0].severity, "bad");

    const registry = (flags: string) => json("models", `${flags} --models ${models}`);
    await registry("promote MES-forest@1 --unchecked --idle --why first");
    await registry("promote MES-forest@2 --unchecked --idle --why second");
    await registry("rollback MES-forest --why third");
    const listed = await registry("list");
    const champion = listed.versions.find((one: { aliases: string[] }) =>
      one.aliases.includes("champion")
    );
    assertEquals(champion.version, 1);
    assertEquals((await registry("verify")).ok, true);
  }));

Deno.test("a settings file stands in for flags, and flags win over it", () =>
  inFolder(async (folder) => {
    const config = join(folder, "settings.json");
    const out = join(folder, "bars.csv");
    await Deno.writeTextFile(config, JSON.stringify({ bars: 300, "start-price": 4000, out }));
    const end = await runCommand(
      "data",
      ["simulate", "--bars", "200", "--config", config, "--json"],
      [`--allow-write=${folder}`],
    );
    assertEquals(end.code, 0, end.stderr);
    assertEquals(JSON.parse(end.stdout).rows, 200);
  }));

Deno.test("data roll joins two contracts and keeps raw prices", () =>
  inFolder(async (folder) => {
    const bars = simulateBars({
      world: { kind: "gbm", drift: 0 },
      instrument: findInstrument("ES"),
      bars: 3_000,
      intervalMs: 3_600_000,
      seed: 1,
      start: Date.UTC(2013, 8, 2),
      startPrice: 1_700,
      volatilityTicks: 8,
    });
    const near = join(folder, "z.csv"), far = join(folder, "h.csv"), out = join(folder, "es.csv");
    await writeBars(bars, near);
    await writeBars(bars, far);
    const flags = `roll --symbol ES --contract ESZ3=${near} --contract ESH4=${far} --rule calendar`;
    const end = await runCommand(
      "data",
      [...flags.split(" "), "--out", out, "--json"],
      [`--allow-write=${folder}`],
    );
    assertEquals(end.code, 0, end.stderr);
    assert(JSON.parse(end.stdout).notes[0].includes("ESZ3 → ESH4"), end.stdout);
  }));

Deno.test("doctor finds nothing wrong in this checkout", async () => {
  const end = await runCommand("doctor", ["--json"]);
  // The registry of whoever runs this test is their own affair.
  const checks: { name: string; ok: boolean }[] = JSON.parse(end.stdout).checks;
  const wrong = checks.filter((check) => !check.ok && check.name !== "model registry");
  assertEquals(wrong, []);
});

Deno.test("help names every command and a wrong command is refused", async () => {
  const main = join(PROJECT, "cli/main.ts");
  const run = async (...args: string[]) => {
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-P=train", main, ...args],
    }).output();
    return { code: output.code, text: new TextDecoder().decode(output.stdout) };
  };
  const help = await run("--help");
  assertEquals(help.code, 0);
  for (const name of ["demo", "data", "train", "rl", "backtest", "models", "doctor"]) {
    assert(help.text.includes(name), name);
  }
  assertEquals((await run("trian")).code, 2);
});

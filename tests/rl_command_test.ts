import { join } from "node:path";
import { isPolicy } from "../lib/records/model_manifest.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import { simulateBars, type SimulationOptions } from "../lib/simulator/simulator.ts";
import { writeBars } from "../lib/data/write.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { assert, assertEquals } from "./assert.ts";
import { listModels, promoteModel, showModel, verifyModels } from "../tasks/models.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { type CommandEnd, filesBelow, PROJECT, runCommand } from "./fixtures/run_command.ts";
import { fileBelow } from "./fixtures/file_there.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const WORLD: SimulationOptions = {
  world: { kind: "ar1", phi: 0.5 },
  instrument: findInstrument("MES"),
  bars: 3_000,
  intervalMs: 3_600_000,
  seed: 1,
  start: Date.UTC(2021, 0, 4),
  startPrice: 50_000,
  volatilityTicks: 40,
};
const WORLD_FLAGS = "--world ar1 --set phi=0.5 --bars 3000 --interval 1h --start 2021-01-04 " +
  "--start-price 50000 --volatility-ticks 40";
const SMALL = "--size small --members 2 --steps 40 --episodes 4 --learning-rate 0.02";

Deno.test("a policy is learnt, tested, listed, verified, promoted and reproduced from the command line", () =>
  inFolder(async (folder) => {
    const { json, run } = workplace(folder);
    const learnt = await json("rl", `${WORLD_FLAGS} ${SMALL} --reports ${folder}`);
    assertEquals([learnt.name, learnt.version, learnt.stance], ["MES-policy", 1, "trade"]);
    assertEquals(learnt.members.length, 2);
    const names = learnt.strategies.map((one: { name: string }) => one.name);
    assertEquals(names, [
      "MES-policy v1",
      "logistic",
      "flat",
      "buy and hold",
      "momentum 252",
      "known optimum",
    ]);
    assert(learnt.shareOfOptimum > 0.6, `${learnt.shareOfOptimum} of the optimum`);
    assertEquals(learnt.comparisons.length, 4);
    const page = await Deno.readTextFile(learnt.report);
    for (const part of ["How MES-policy v1 learnt", "Action map", "known optimum"]) {
      assert(page.includes(part), part);
    }

    const data = join(folder, "bars.parquet");
    await writeBars(simulateBars(WORLD), data);
    const tested = await json(
      "backtest",
      `--model MES-policy --data ${data} --symbol MES --reports ${folder}`,
    );
    assertEquals(tested.metrics, learnt.metrics);
    const used = await run(
      "backtest",
      `--model MES-policy --data ${data} --symbol MES --from 2021-02-01 --reports ${folder}`,
    );
    assertEquals(used.code, 3, used.stderr);

    const again = await json("models", "reproduce MES-policy");
    assertEquals(again.same, true);
    using registry = openRegistry({ folder: join(folder, "models"), clock: { now: () => 0 } });
    const consent = { allowIdle: true, allowUnchecked: true };
    promoteModel(registry, "MES-policy@1", "champion", "first", consent);
    const [listed] = listModels(registry).versions;
    assertEquals([listed!.kind, listed!.aliases], ["policy", ["champion"]]);
    assertEquals((await verifyModels(registry)).ok, true);
    const { manifest } = showModel(registry, "MES-policy@champion");
    assertEquals(isPolicy(manifest) && manifest.evidence, learnt.evidence);
    assertEquals(filesBelow(folder).filter((file) => file.endsWith(".checkpoint")), []);
  }));

Deno.test("rl takes a recipe as tune writes it, and flags win over it", () =>
  inFolder(async (folder) => {
    const { json } = workplace(folder);
    const recipe = join(folder, "recipe.json");
    await Deno.writeTextFile(
      recipe,
      JSON.stringify({
        parameters: { size: "small", members: 1, steps: 20, episodes: 4 },
        reward: { turnoverWeight: 0.25, varianceWeight: 0.5 },
        evidenceShare: 0.2,
      }),
    );
    await json(
      "rl",
      `${WORLD_FLAGS} --bars 1200 --recipe ${recipe} --members 2 --variance-weight 0.75 ` +
        `--reports ${folder}`,
    );
    using registry = openRegistry({ folder: join(folder, "models"), clock: { now: () => 0 } });
    const { manifest } = showModel(registry, "MES-policy");
    assert(isPolicy(manifest));
    const { evidenceShare, parameters, reward } = manifest.training;
    assertEquals({ ...parameters as object, size: "small", members: 2, steps: 20 }, parameters);
    const weights = { drawdownWeight: 0.1, turnoverWeight: 0.25, varianceWeight: 0.75 };
    assertEquals({ ...reward as object, ...weights }, reward);
    assertEquals(evidenceShare, 0.2);
  }));

Deno.test("an interrupted rl goes on where it was, to the same bytes", () =>
  inFolder(async (folder) => {
    const flags = `${WORLD_FLAGS} ${SMALL} --bars 1200 --seed 2`;
    const whole = await workplace(join(folder, "whole")).json(
      "rl",
      `${flags} --reports ${folder}/whole`,
    );
    const cut = join(folder, "cut");
    const training = new Deno.Command(Deno.execPath(), {
      args: [
        ...`run -q --no-prompt -P=rl --allow-write=${folder}`.split(" "),
        ...[join(PROJECT, "cli/main.ts"), "rl"],
        ...`${flags} --models ${cut}/models --reports ${cut}`.split(" "),
      ],
      cwd: PROJECT,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    await fileBelow(join(cut, "models", "checkpoints", "MES-policy"));
    training.kill("SIGINT");
    const { code, stderr } = await training.output();
    assertEquals(code, 130, new TextDecoder().decode(stderr));
    assert(filesBelow(cut).some((file) => file.endsWith(".checkpoint")));

    const resumed = await workplace(cut).json("rl", `${flags} --reports ${cut}`);
    assertEquals([resumed.version, resumed.sha256], [1, whole.sha256]);
    assertEquals(resumed.members, whole.members);
    assertEquals(filesBelow(cut).filter((file) => file.endsWith(".checkpoint")), []);
  }));

const HEADER = "time,open,high,low,close,volume";

/** A bar a minute, with the closes given. */
function csv(closes: readonly (number | string)[]): string {
  const rows = closes.map((close, row) => {
    const time = new Date(Date.UTC(2024, 0, 2, 15) + 60_000 * row).toISOString();
    return `${time},${close},${close},${close},${close},10`;
  });
  return [HEADER, ...rows].join("\n");
}

const BAD: readonly (readonly [name: string, content: string, says: RegExp])[] = [
  [
    "a price that is no number",
    csv([5000, "5000", 5001]).replace(/(01:00.000Z),5000/, "$1,NaN"),
    /row 3.*open/s,
  ],
  ["rows without any price beside too few bars", csv([5000, "NaN", 5001]), /bars/],
  ["a file of one bar", csv([5000]), /bar/],
  ["constant prices", csv(Array.from({ length: 1_200 }, () => 5000)), /price never moves/],
  ["too few bars", csv(Array.from({ length: 200 }, (_, row) => 5000 + row % 3)), /decisions/],
];

for (const [name, content, says] of BAD) {
  Deno.test(`rl refuses ${name} in one line and registers nothing`, () =>
    inFolder(async (folder) => {
      const data = join(folder, "bars.csv");
      await Deno.writeTextFile(data, content);
      const flags = `--data ${data} --symbol MES --reports ${folder}`;
      refused(await workplace(folder).here("rl", flags), says);
      assertEquals(filesBelow(folder), [data]);
    }));
}

Deno.test("rl refuses flags that make no sense, each in one line", () =>
  inFolder(async (folder) => {
    const { here, run } = workplace(folder);
    refused(await run("rl", ""), /--data, --world/);
    const cases = [
      ["--world ar1 --data x.csv --symbol MES", /--data, --world/],
      ["--data x.csv", /--symbol/],
      ["--world ar1 --set phi=2", /phi/],
      ["--world ar1 --actions 1,0,-1", /ascend/],
      ["--world ar1 --entropy many", /--entropy/],
      ["--world ar1 --variance-weight -1", /--variance-weight/],
      ["--world ar1 --members 65", /members/],
    ] as const;
    for (const [flags, says] of cases) refused(await here("rl", flags), says);
    assertEquals(filesBelow(folder), []);
  }));

function refused(end: CommandEnd, says: RegExp): void {
  assertEquals(end.code, 2, end.stderr);
  assert(says.test(end.stderr), end.stderr);
  const [line, hint = "", ...more] = end.stderr.trimEnd().split("\n");
  assert(line!.startsWith("error: ") && more.length === 0, end.stderr);
  assert(hint === "" || hint.includes("--help"), end.stderr);
}

function workplace(folder: string) {
  const words = (flags: string): string[] => [
    ...flags.split(" ").filter((flag) => flag !== ""),
    ...["--models", join(folder, "models"), "--json"],
  ];
  const run = (command: string, flags: string): Promise<CommandEnd> =>
    runCommand(command, words(flags), [`--allow-write=${folder}`]);
  return {
    run,
    here: (command: string, flags: string) => runCommandHere([command, ...words(flags)]),
    async json(command: string, flags: string) {
      const end = await run(command, flags);
      assertEquals(end.code, 0, end.stderr);
      return JSON.parse(end.stdout);
    },
  };
}

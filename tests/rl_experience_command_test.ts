import { join } from "node:path";
import { readExperience } from "../lib/rl/experience/experience_file.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { type CommandEnd, filesBelow, runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const WORLD = "--world ar1 --set phi=0.5 --bars 9000 --interval 1h --start 2001-01-04 " +
  "--start-price 50000 --volatility-ticks 40 --size small --members 1 --steps 40 --episodes 4 " +
  "--learning-rate 0.02";
/** Worth of a tick of MES, dollars. */
const TICK_USD = 1.25;

Deno.test("what a policy logs while it explores tells what policies are worth, and teaches one", () =>
  inFolder(async (folder) => {
    const { json, run } = workplace(folder);
    const log = join(folder, "log.jsonl");
    const features = join(folder, "features.json");
    await Deno.writeTextFile(
      features,
      JSON.stringify({ features: [{ feature: "return", periods: [1], lags: [0, 1] }] }),
    );
    const made = await json(
      `${WORLD} --features ${features} --reports ${folder} --record ${log} --explore 0.6`,
    );
    const { experience } = await readExperience(log);
    assertEquals(made.experience.decisions, experience.rows);
    assertEquals(made.experience.meanSlippageTicks, experience.header.account!.costs.slippageTicks);
    const unitUsd = experience.header.unitTicks * experience.header.lots * TICK_USD;
    const logged = experience.reward.reduce((sum, reward) => sum + reward, 0) * unitUsd;
    assert(Math.abs(logged - made.experience.netUsd) < 1e-6, "rewards sum to the run's profit");

    // The policy itself has been run on the same bars: what it earned there is known.
    const told = await json(`--experience ${log} --evaluate MES-policy --seed 2`);
    const truth = made.metrics.netUsd.value / unitUsd / experience.rows;
    for (const { interval, method } of told.evaluation.estimates) {
      assert(interval[0] < truth && truth < interval[1], `${method}: ${interval} without ${truth}`);
    }
    assertEquals([told.evaluation.isBetter, told.refused], [true, false]);

    const learnt = await json(
      `--experience ${log} --members 1 --steps 60 --evidence 0.3 --name MES-own`,
    );
    assertEquals([learnt.name, learnt.version, learnt.stance], ["MES-own", 1, "trade"]);

    // Without chance in the log nothing can be told, and the command says so.
    const text = await Deno.readTextFile(log);
    await Deno.writeTextFile(log, text.replace(/"propensity":[^,]+/g, '"propensity":1'));
    const refused = await run(`--experience ${log} --evaluate MES-policy`);
    assertEquals(refused.code, 3, refused.stderr);
    const { estimates } = JSON.parse(refused.stdout).evaluation;
    assert(estimates[0].refusal.includes("without any chance"), estimates[0].refusal);
  }));

Deno.test("rl refuses logs and flags that make no sense, each in one line", () =>
  inFolder(async (folder) => {
    const { here } = workplace(folder);
    const log = join(folder, "log.jsonl");
    await Deno.writeTextFile(log, "{}\n");
    const cases = [
      ["--world ar1 --evaluate MES-policy", /--evaluate.*--experience/],
      ["--world ar1 --explore 0.2", /--explore.*--record/],
      ["--world ar1 --algorithm iql", /--algorithm.*--experience/],
      [`--experience ${log} --algorithm ppo`, /--algorithm.*iql/],
      [`--experience ${log} --size recurrent`, /size/],
      [`--experience ${log} --world ar1`, /--experience.*--world/],
      [`--experience ${log}`, /line 1/],
      [`--experience ${log}.none`, /no such file/],
    ] as const;
    for (const [flags, says] of cases) {
      const end = await here(flags);
      assertEquals(end.code, 2, end.stderr);
      assert(says.test(end.stderr), end.stderr);
      assertEquals(end.stderr.trimEnd().split("\n").length <= 2, true, end.stderr);
    }
    assertEquals(filesBelow(folder), [log]);
  }));

function workplace(folder: string) {
  const words = (flags: string): string[] => [
    ...flags.split(" "),
    ...["--models", join(folder, "models"), "--json"],
  ];
  const run = (flags: string): Promise<CommandEnd> =>
    runCommand("rl", words(flags), [`--allow-write=${folder}`]);
  return {
    run,
    here: (flags: string) => runCommandHere(["rl", ...words(flags)]),
    async json(flags: string) {
      const end = await run(flags);
      assertEquals(end.code, 0, end.stderr);
      return JSON.parse(end.stdout);
    },
  };
}

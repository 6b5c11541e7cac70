/**
 * Damaged files to everything that reads what others wrote, in process, and random command lines,
 * each a process under its command's own permission set: how many were accepted and refused, what
 * ended as nothing may, and the most CPU time that an input of up to 10 kB cost. One half comes from
 * a fixed seed, the other from a new one each time.
 *
 * Run: `deno task bench fuzz [--seed <n>]`, the seed in place of the new one
 */
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { type CommandRun, fuzzCommands, isComputing } from "../tests/fixtures/fuzz_commands.ts";
import { fuzzParsers, parserTargets } from "../tests/fixtures/fuzz_parsers.ts";
import { countFlag } from "./flags.ts";

const INPUTS = 102_000;
const COMMANDS = 1_010;
const LANES = 4;
const FIXED_SEED = 20_261_130;

const fresh = countFlag("seed", 1 + crypto.getRandomValues(new Uint32Array(1))[0]!);

async function parsers(seed: number) {
  const folder = Deno.makeTempDirSync({ prefix: "fuzz-" });
  try {
    const targets = await parserTargets(folder);
    const { counts, faults } = await fuzzParsers(targets, { inputs: INPUTS, seed });
    for (const { fault, input, seed, target } of faults) {
      console.error(`${target}, seed ${seed}: ${fault}\n${JSON.stringify(input).slice(0, 2_000)}`);
    }
    const sum = (key: "inputs" | "accepted" | "refused" | "faults") =>
      counts.reduce((total, count) => total + count[key], 0);
    return {
      seed,
      ...{ inputs: sum("inputs"), accepted: sum("accepted"), refused: sum("refused") },
      faults: sum("faults"),
      slowestSeconds: Math.max(...counts.map(({ slowestSeconds }) => slowestSeconds)),
      targets: counts,
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function commands(seed: number) {
  const onRun = (run: CommandRun) => {
    if (run.fault === null) return;
    console.error(`${run.fault}: seed ${run.seed}, ${JSON.stringify(run.args)}\n${run.output}`);
  };
  const runs = await fuzzCommands({ commands: COMMANDS, lanes: LANES, seed, onRun });
  const most = (of: readonly CommandRun[]) =>
    of.reduce((slowest, { cpuSeconds }) => Math.max(slowest, cpuSeconds), 0);
  const exitCodes: Record<string, number> = {};
  for (const { code } of runs) exitCodes[code] = (exitCodes[code] ?? 0) + 1;
  return {
    seed,
    commandLines: runs.length,
    exitCodes,
    faults: runs.filter(({ fault }) => fault !== null)
      .map(({ args, fault, seed }) => ({ seed, args, fault })),
    slowestReadingSeconds: most(runs.filter(({ args }) => !isComputing(args))),
    slowestComputingSeconds: most(runs.filter(({ args }) => isComputing(args))),
  };
}

const SEEDS = [FIXED_SEED, fresh];

/** One after the other: memory and processors are shared with what they measure. */
async function each<T>(measure: (seed: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (const seed of SEEDS) {
    results.push(await measure(seed));
    console.error(JSON.stringify(results.at(-1)));
  }
  return results;
}

const [inProcess, asProcesses] = await Promise.all([each(parsers), each(commands)]);
console.log(JSON.stringify(
  {
    benchmark: "fuzz",
    date: new Date().toISOString(),
    versions: versions(),
    hardware: hardware(),
    seeds: { fixed: FIXED_SEED, fresh },
    mostCpuSeconds: 2,
    inProcess,
    asProcesses,
  },
  null,
  2,
));

/**
 * Policies learnt in simulated worlds whose optimum is known
 * (docs/methods.md#what-a-learner-must-reach): what share of it they earn on bars that they have
 * not seen, seed by seed, and how turnover answers to cost.
 *
 * Run: `deno task bench rl-worlds [--json] [--seeds=10] [--heldout=200000] [--worlds=ar1,ou] [--sweep=3]`
 */
import { cpus } from "node:os";
import process from "node:process";
import { evaluatePolicy } from "../lib/rl/learners/evaluate_policy.ts";
import { DEFAULT_POLICY } from "../lib/rl/learners/parameters.ts";
import { trainPolicy } from "../lib/rl/learners/train_policy.ts";
import { policyProbabilities } from "../lib/rl/policy/policy.ts";
import { RISK_NEUTRAL_REWARD } from "../lib/rl/reward.ts";
import type { World } from "../lib/simulator/simulator.ts";
import {
  type LearningWorld,
  learningWorld,
  meanPerBar,
  UNIT_TICKS,
} from "../tests/fixtures/learning_world.ts";

const TRAINING_BARS = 50_000;
/** Bars in front of the held-out ones, for the features to warm up. */
const WARM_UP = 500;
/** Half the width of the band around the switching boundary where either side is right. */
const BAND = 0.1;
const SWEEP_COSTS = [0, 0.05, 0.1, 0.2];

/** A world with its cost and the share of the optimum that counts as learnt. */
interface Task {
  readonly name: string;
  readonly world: World;
  readonly cost: number;
  readonly needed: number;
}

const AR1: World = { kind: "ar1", phi: 0.2 };
const TASKS: readonly Task[] = [
  { name: "ar1 φ=.2", world: AR1, cost: 0, needed: 0.9 },
  { name: "ar1 φ=.2, cost .1", world: AR1, cost: 0.1, needed: 0.9 },
  { name: "ou κ=.1, cost .1", world: { kind: "ou", kappa: 0.1 }, cost: 0.1, needed: 0.9 },
  {
    name: "regime .3, .95",
    world: { kind: "regime", drift: 0.3, stay: 0.95 },
    cost: 0,
    needed: 0.8,
  },
  {
    name: "sinusoid P=50",
    world: { kind: "sinusoid", period: 50, amplitude: 0.05, noise: 0.005 },
    cost: 0,
    needed: 0.9,
  },
];

function option(name: string, otherwise: string): string {
  const prefix = `--${name}=`;
  return Deno.args.find((argument) => argument.startsWith(prefix))?.slice(prefix.length) ??
    otherwise;
}

const seeds = Number(option("seeds", "10"));
const heldOut = Number(option("heldout", "200000"));
const sweepSeeds = Number(option("sweep", "3"));
const wanted = option("worlds", "").split(",");
const isJson = Deno.args.includes("--json");

async function learnOnce({ cost, world }: Pick<Task, "world" | "cost">, seed: number) {
  const { frame, table } = learningWorld(world, { bars: TRAINING_BARS, cost, seed });
  const started = performance.now(), used = process.cpuUsage();
  const { curves, evidence, policy, stance } = await trainPolicy({
    ...{ frame, table, seed, reward: RISK_NEUTRAL_REWARD },
    parameters: { ...DEFAULT_POLICY, members: 1 },
    validationShare: 0.15,
    evidenceShare: 0.15,
  });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  const bars = heldOut + WARM_UP + 2;
  const unseen = learningWorld(world, { bars, cost, seed: seed + 10_000 });
  const to = WARM_UP + heldOut;
  const probabilities = await policyProbabilities(policy, unseen.frame, WARM_UP, to);
  const { behaviour, decided, mean } = evaluatePolicy(
    {
      table: unseen.table,
      actions: policy.actions,
      reference: UNIT_TICKS,
      reward: RISK_NEUTRAL_REWARD,
    },
    probabilities,
    WARM_UP,
  );
  const bestHere = meanPerBar(unseen.table, (row) => unseen.best[row]!, WARM_UP, to);
  return {
    seed,
    mean,
    shareOfOptimum: mean / unseen.optimum.meanPerBar,
    shareOfBestHere: mean / bestHere,
    bestHere,
    turnover: behaviour.turnover,
    agreement: agreement(unseen, decided),
    stance,
    evidenceT: evidence.t,
    bestStep: curves[0]!.bestStep,
    seconds,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** Share of the bars off the boundary with the optimum's own position; where it is known in the first feature. */
function agreement({ best, frame, optimum }: LearningWorld, decided: Int8Array): number {
  const { threshold } = optimum;
  let same = 0, seen = 0;
  decided.forEach((action, index) => {
    const row = WARM_UP + index;
    const signal = Math.abs(frame.values[row * frame.columns.length]!);
    if (threshold !== null && Math.abs(signal - threshold) < BAND) return;
    seen++;
    if (action - 1 === best[row]) same++;
  });
  return same / seen;
}

const tasks = TASKS.filter(({ world }) => wanted.includes("") || wanted.includes(world.kind));
const results = [];
for (const { cost, name, needed, world } of tasks) {
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await learnOnce({ world, cost }, seed);
    runs.push(run);
    console.error(
      `${name}, seed ${seed}: ${(100 * run.shareOfOptimum).toFixed(1)} % of the optimum, ` +
        `turnover ${run.turnover.toFixed(3)}, ${run.seconds.toFixed(0)} s`,
    );
  }
  const passed = runs.filter(({ shareOfOptimum }) => shareOfOptimum >= needed).length;
  results.push({ name, world, cost, needed, passed, of: seeds, runs });
}
const sweep: { cost: number; turnover: number; shareOfOptimum: number }[] = [];
for (const cost of sweepSeeds > 0 ? SWEEP_COSTS : []) {
  const runs = [];
  for (let seed = 1; seed <= sweepSeeds; seed++) {
    runs.push(await learnOnce({ world: AR1, cost }, seed));
  }
  const turnover = runs.reduce((sum, run) => sum + run.turnover, 0) / runs.length;
  const share = runs.reduce((sum, run) => sum + run.shareOfOptimum, 0) / runs.length;
  sweep.push({ cost, turnover, shareOfOptimum: share });
  console.error(`ar1 φ=.2, cost ${cost}: turnover ${turnover.toFixed(3)}`);
}

const document = {
  benchmark: "rl-worlds",
  date: new Date().toISOString(),
  hardware: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  deno: Deno.version.deno,
  trainingBars: TRAINING_BARS,
  heldOutBars: heldOut,
  parameters: { ...DEFAULT_POLICY, members: 1 },
  turnoverFallsWithCost: sweep.every(({ turnover }, i) =>
    i === 0 || turnover < sweep[i - 1]!.turnover
  ),
  sweep,
  results,
};
if (isJson) console.log(JSON.stringify(document, null, 2));
else {
  console.table(results.map(({ name, needed, of, passed, runs }) => ({
    world: name,
    needed: `${100 * needed} %`,
    passed: `${passed} of ${of}`,
    "worst %": (100 * Math.min(...runs.map((run) => run.shareOfOptimum))).toFixed(1),
    "turnover": (runs.reduce((sum, run) => sum + run.turnover, 0) / of).toFixed(3),
    "agreement %": (100 * Math.min(...runs.map((run) => run.agreement))).toFixed(1),
    "seconds": (runs.reduce((sum, run) => sum + run.seconds, 0) / of).toFixed(0),
  })));
  console.table(sweep);
}

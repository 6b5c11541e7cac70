/**
 * Off-policy evaluation and learning from logged decisions, in simulated worlds in which the truth is known: how often
 * the 95 % intervals hold what the target earns when it is run, how often a better policy is recognised and one that is
 * no better is waved through, and what implicit Q-learning makes of a log beside those who wrote it and the optimum.
 *
 * Run: `deno task bench rl-offline [--json] [--parts=60] [--decisions=5000] [--seeds=5] [--logged=20000]`
 */
import { cpus } from "node:os";
import { sliceExperience } from "../lib/rl/experience/experience.ts";
import { DEFAULT_EXPERIENCE } from "../lib/rl/experience/experience_parameters.ts";
import { learnFromExperience } from "../lib/rl/experience/learn_from_experience.ts";
import { evaluateOffPolicy } from "../lib/rl/experience/off_policy.ts";
import { evaluatePolicy } from "../lib/rl/learners/evaluate_policy.ts";
import { policyProbabilities } from "../lib/rl/policy/policy.ts";
import { RISK_NEUTRAL_REWARD } from "../lib/rl/reward.ts";
import type { World } from "../lib/simulator/simulator.ts";
import { mean, standardDeviation } from "../lib/statistics/moments.ts";
import { learningWorld, meanPerBar, UNIT_TICKS } from "../tests/fixtures/learning_world.ts";
import {
  leaning,
  LOGGED_ACTIONS,
  logWorld,
  type Rule,
  targetOf,
  threshold,
  trueValue,
} from "../tests/fixtures/logged_world.ts";
import { countFlag } from "./flags.ts";

const HORIZON = 3, HELD_OUT = 50_000, WARM_UP = 500;

interface Task {
  readonly name: string;
  readonly world: World;
  readonly cost: number;
  readonly behaviour: Rule;
  readonly target: Rule;
  /** Whether the target is truly better than the behaviour. */
  readonly better: boolean;
}

const AR1 = { name: "ar1 φ=.2, cost .1", world: { kind: "ar1", phi: 0.2 }, cost: 0.1 } as const;
const REGIME = {
  name: "regime .3, .95",
  world: { kind: "regime", drift: 0.3, stay: 0.95 },
  cost: 0,
} as const;
const TASKS: readonly Task[] = [
  { ...AR1, behaviour: leaning(1), target: threshold(0.5), better: true },
  { ...REGIME, behaviour: leaning(0.5, 2), target: threshold(0.2, 2), better: true },
  {
    name: "random walk, no cost: nothing is better",
    world: { kind: "gbm", drift: 0 },
    cost: 0,
    behaviour: leaning(0.5, 2),
    target: threshold(0.2, 2),
    better: false,
  },
];

const parts = countFlag("parts", 60), decisions = countFlag("decisions", 5_000);
const seeds = countFlag("seeds", 5), logged = countFlag("logged", 20_000);

function evaluateTask({ behaviour, better, cost, name, target, world }: Task) {
  const long = logWorld(world, behaviour, { cost, decisions: parts * decisions, seed: 900 });
  const truth = world.kind === "gbm" ? 0 : trueValue(long, target, HORIZON, 1);
  const wanted = targetOf(long.experience, target), width = LOGGED_ACTIONS.length;
  const found = Array.from({ length: parts }, (_, part) => {
    const from = part * decisions, to = from + decisions;
    return evaluateOffPolicy(
      sliceExperience(long.experience, from, to),
      wanted.subarray(width * from, width * to),
      { seed: part, horizon: HORIZON },
    );
  });
  const estimates = found[0]!.estimates.map(({ method }, index) => {
    const own = found.map(({ estimates }) => estimates[index]!).filter(({ value }) =>
      value !== null
    );
    const values = Float64Array.from(own, ({ value }) => value!);
    const inside = own.filter(({ interval }) => interval![0] <= truth && truth <= interval![1]);
    return {
      method,
      answers: own.length,
      coverage: inside.length / own.length,
      mean: mean(values),
      deviation: standardDeviation(values),
      meanStandardError: mean(Float64Array.from(own, ({ standardError }) => standardError!)),
    };
  });
  const sizes = Float64Array.from(found, ({ effectiveSampleSize }) => effectiveSampleSize);
  return {
    ...{ name, world, cost, better, truth },
    behaviour: mean(long.experience.reward),
    meanEffectiveSampleSize: mean(sizes),
    calledBetter: found.filter(({ isBetter }) => isBetter).length / parts,
    estimates,
  };
}

async function learnTask({ behaviour, cost, world }: Task, seed: number) {
  const { experience } = logWorld(world, behaviour, { cost, decisions: logged, seed });
  const started = performance.now();
  const { evaluation, policy, stance } = await learnFromExperience({
    ...{ experience, parameters: DEFAULT_EXPERIENCE, horizon: HORIZON, seed },
    validationShare: 0.15,
    evidenceShare: 0.25,
  });
  const seconds = (performance.now() - started) / 1000;
  const to = WARM_UP + HELD_OUT;
  const unseen = learningWorld(world, { bars: to + 2, cost, seed: seed + 10_000 });
  const probabilities = await policyProbabilities(policy, unseen.frame, WARM_UP, to);
  const { mean: earned } = evaluatePolicy(
    {
      ...{ table: unseen.table, actions: policy.actions },
      ...{ reference: UNIT_TICKS, reward: RISK_NEUTRAL_REWARD },
    },
    probabilities,
    WARM_UP,
  );
  const best = meanPerBar(unseen.table, (row) => unseen.best[row]!, WARM_UP, to);
  return {
    ...{ seed, mean: earned, behaviour: mean(experience.reward), shareOfOptimum: earned / best },
    ...{ stance, seconds },
    estimates: evaluation.estimates.map(({ interval, method, value }) => ({
      ...{ method, value, interval },
    })),
  };
}

const evaluations = [];
for (const task of TASKS) {
  evaluations.push(evaluateTask(task));
  console.error(`${task.name}: evaluated ${parts} logs`);
}
const learning = [];
for (const task of TASKS.filter(({ better }) => better)) {
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await learnTask(task, seed);
    runs.push(run);
    console.error(
      `${task.name}, seed ${seed}: ${(100 * run.shareOfOptimum).toFixed(1)} % of the optimum`,
    );
  }
  learning.push({ name: task.name, world: task.world, cost: task.cost, runs });
}

const document = {
  benchmark: "rl-offline",
  date: new Date().toISOString(),
  hardware: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  deno: Deno.version.deno,
  ...{ horizon: HORIZON, decisions, parts, logged },
  parameters: DEFAULT_EXPERIENCE,
  evaluations,
  learning,
};
if (Deno.args.includes("--json")) console.log(JSON.stringify(document, null, 2));
else {
  console.table(
    evaluations.flatMap(({ calledBetter, estimates, name, truth }) =>
      estimates.map(({ answers, coverage, mean, meanStandardError, method }) => ({
        world: name,
        truth: truth.toFixed(4),
        estimate: method,
        mean: mean.toFixed(4),
        "standard error": meanStandardError.toFixed(4),
        "covered %": (100 * coverage).toFixed(0),
        answers: `${answers} of ${parts}`,
        "called better %": (100 * calledBetter).toFixed(0),
      }))
    ),
  );
  console.table(
    learning.flatMap(({ name, runs }) =>
      runs.map(({ behaviour, mean, seed, shareOfOptimum, stance }) => ({
        world: name,
        seed,
        behaviour: behaviour.toFixed(4),
        learnt: mean.toFixed(4),
        "of the optimum %": (100 * shareOfOptimum).toFixed(1),
        stance,
      }))
    ),
  );
}

import { choleskyFactor } from "../lib/rl/experience/cholesky.ts";
import { effectiveWindows, estimateWindows } from "../lib/rl/experience/estimators.ts";
import {
  createExperience,
  type Experience,
  sliceExperience,
  type Transition,
} from "../lib/rl/experience/experience.ts";
import {
  evaluateOffPolicy,
  type OffPolicyEstimate,
  type OffPolicyEvaluation,
} from "../lib/rl/experience/off_policy.ts";
import { qFeatures } from "../lib/rl/experience/q_features.ts";
import { targetProbabilities } from "../lib/rl/experience/target_policy.ts";
import { combineBlocks, sumWindows } from "../lib/rl/experience/window_sums.ts";
import type { World } from "../lib/simulator/simulator.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import {
  leaning,
  LOGGED_ACTIONS,
  logWorld,
  type Rule,
  targetOf,
  threshold,
  trueValue,
} from "./fixtures/logged_world.ts";
import { assertThrows } from "./fixtures/temporary_folder.ts";

const HEADER = {
  instrument: "MES",
  intervalMs: 60_000,
  featureSpec: null,
  columns: ["x"],
  actions: [0, 1],
  lots: 1,
  unitTicks: 4,
  account: null,
  behaviour: "test",
};
const STEP: Transition = {
  ...{ episode: 0, time: 0, observation: [0], held: 0, action: 1, propensity: 0.5 },
  ...{ fill: null, reward: 0, end: false },
};

Deno.test("weighted importance sampling is what a hand works out, to 1e-12", () => {
  // Runs of two decisions; the target always takes the second action.
  const experience = createExperience(HEADER, [
    { ...STEP, episode: 0, propensity: 0.5, reward: 1 },
    { ...STEP, episode: 0, time: 1, propensity: 0.8, reward: 2 },
    { ...STEP, episode: 1, propensity: 0.25, reward: -1 },
    { ...STEP, episode: 1, time: 1, action: 0, propensity: 0.6, reward: 5 },
    { ...STEP, episode: 2, propensity: 0.5, reward: 3 },
    { ...STEP, episode: 2, time: 1, propensity: 0.5, reward: -2 },
  ]);
  const target = Float64Array.from({ length: 12 }, (_, i) => i % 2);
  const sums = sumWindows(experience, target, { horizon: 2, q: null });
  const total = combineBlocks(sums, new Int32Array(3).fill(1));
  const { behaviour, target: estimates } = estimateWindows(total, sums.layout, 0.9);
  // Weights 2, 4, 2 and 5/2, 0, 4: values 4/8 and -3/6.5.
  const value = (4 / 8 + 0.9 * -3 / 6.5) / 1.9;
  assertClose(estimates["weighted importance sampling"], value, 1e-12);
  assertClose(behaviour, (3 / 3 + 0.9 * 5 / 3) / 1.9, 1e-12);
  assertClose(effectiveWindows(total, sums.layout), 6.5 ** 2 / (2.5 ** 2 + 4 ** 2), 1e-12);
});

Deno.test("fitted-q and doubly robust find what is earned exactly where values are linear", () => {
  // Earns x times the position, less a tenth of each turn; the target turns to what is not held.
  const random = createRandom(2);
  let held = 0;
  const rows = 4_000;
  const experience = createExperience(
    HEADER,
    Array.from({ length: rows }, (_, time): Transition => {
      const x = random.normal(), action = random.integer(2), before = held;
      const reward = 0.3 * action + action * x - 0.1 * Math.abs(action - held);
      held = action;
      const place = { time, observation: [x], held: before, action, end: time === rows - 1 };
      return { ...STEP, ...place, reward };
    }),
  );
  const target = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) target[2 * row + 1 - experience.held[row]!] = 1;
  const { estimates, support } = evaluateOffPolicy(experience, target, { seed: 1, horizon: 3 });
  // Half of the time it is long, and each time it turns.
  for (const { interval, method, value } of estimates.slice(1)) {
    assertClose(value!, 0.3 / 2 - 0.1, method === "doubly robust" ? 0.02 : 0.01);
    assert(interval![0] < value! && value! < interval![1]);
  }
  for (const { seen, wanted } of support) assertClose(seen, wanted, 0.05);
});

const AR1: World = { kind: "ar1", phi: 0.2 };
const REGIME: World = { kind: "regime", drift: 0.3, stay: 0.95 };
const CASES: readonly (readonly [world: World, cost: number, behaviour: Rule, target: Rule])[] = [
  [AR1, 0.1, leaning(1), threshold(0.5)],
  [REGIME, 0, leaning(0.5, 2), threshold(0.2, 2)],
];
const HORIZON = 3, PARTS = 12, DECISIONS = 4_000;

for (const [world, cost, behaviour, target] of CASES) {
  Deno.test(`off-policy estimates agree with what the target earns when it is run in ${world.kind}`, () => {
    const long = logWorld(world, behaviour, { cost, decisions: 50_000, seed: 900 });
    const truth = trueValue(long, target, HORIZON, 1);
    const wanted = targetOf(long.experience, target), width = LOGGED_ACTIONS.length;
    const covered = new Map<string, number>();
    let better = 0;
    for (let part = 0; part < PARTS; part++) {
      const from = part * DECISIONS, to = from + DECISIONS;
      const options = { seed: part, horizon: HORIZON, samples: 200 };
      const found = evaluateOffPolicy(
        sliceExperience(long.experience, from, to),
        wanted.subarray(width * from, width * to),
        options,
      );
      assert(found.effectiveSampleSize > 100, `${found.effectiveSampleSize}`);
      if (found.isBetter) better++;
      for (const { interval, method } of found.estimates) {
        const holds = interval![0] <= truth && truth <= interval![1];
        covered.set(method, (covered.get(method) ?? 0) + (holds ? 1 : 0));
      }
    }
    // At a true coverage of 93 %, fewer than 9 of 12 happen once in a hundred times.
    for (const [method, count] of covered) assert(count >= 9, `${method}: ${count} of ${PARTS}`);
    assert(better >= PARTS / 4, `recognised as better in ${better} of ${PARTS}`);
  });
}

Deno.test("a target that does what was done has its value, and is never called better", () => {
  const { experience } = logWorld(AR1, leaning(1), { cost: 0.1, decisions: 2_000, seed: 3 });
  const target = targetOf(experience, leaning(1));
  const found = evaluateOffPolicy(experience, target, { seed: 1 });
  const [weighted] = found.estimates;
  assertClose(found.effectiveSampleSize, found.windows, 1e-6);
  assertClose(weighted!.value!, found.behaviour!.value, 1e-9);
  assertEquals(found.isBetter, false);
  assertEquals(evaluateOffPolicy(experience, target, { seed: 1 }), found);
});

Deno.test("a worse target is told from a better one", () => {
  const { experience } = logWorld(AR1, leaning(1), { cost: 0, decisions: 8_000, seed: 3 });
  const against: Rule = (features, held) => [...threshold(0)(features, held)].reverse();
  const found = evaluateOffPolicy(experience, targetOf(experience, against), {
    seed: 1,
    horizon: 2,
  });
  for (const { improvement } of found.estimates) {
    assert(improvement!.value < -3 * improvement!.standardError);
  }
  assertEquals(found.isBetter, false);
});

function refusals({ estimates }: OffPolicyEvaluation): (string | null)[] {
  return estimates.map(({ refusal }: OffPolicyEstimate) => refusal);
}

Deno.test("behaviour that never takes an action of the target is refused in words by all", () => {
  const never: Rule = (features) => {
    const [, flat, long] = leaning(1)(features, 1);
    return [0, flat! / (flat! + long!), long! / (flat! + long!)];
  };
  const { experience } = logWorld(AR1, never, { cost: 0.1, decisions: 4_000, seed: 1 });
  const found = evaluateOffPolicy(experience, targetOf(experience, threshold(0)), { seed: 1 });
  for (const refusal of refusals(found)) {
    assert(/would go to -1 in .* without any chance/.test(refusal!), `${refusal}`);
  }
  assert(found.estimates.every(({ interval, value }) => value === null && interval === null));
  assertEquals(found.isBetter, false);
  // A target that stays out of it is none of its business.
  const long = targetOf(experience, () => [0, 0, 1]);
  assertEquals(refusals(evaluateOffPolicy(experience, long, { seed: 1, horizon: 2 }))[0], null);
});

Deno.test("a target that hardly any stretch speaks of is refused, and how many do not is counted", () => {
  const random = createRandom(5);
  const experience = createExperience(
    HEADER,
    Array.from({ length: 2_000 }, (_, time) => ({
      ...STEP,
      ...{ time, observation: [random.normal()], action: time < 10 ? 1 : 0 },
      reward: random.normal(),
      end: time === 1_999,
    })),
  );
  const target = Float64Array.from({ length: 4_000 }, (_, i) => i % 2);
  const options = { seed: 1, horizon: 1, fewestEffective: 5, samples: 400 };
  const [weighted] = evaluateOffPolicy(experience, target, options).estimates;
  // One block holds them all: it is in no resampled log with a probability of about 1/e.
  assertClose(weighted!.undefinedSamples / 400, Math.exp(-1), 0.08);
  assertEquals([weighted!.value, weighted!.interval], [null, null]);
  assert(weighted!.refusal !== null);
});

Deno.test("behaviour without chance is refused, though it takes every action", () => {
  const { experience } = logWorld(AR1, threshold(0.5), { cost: 0.1, decisions: 4_000, seed: 1 });
  const found = evaluateOffPolicy(experience, targetOf(experience, threshold(0)), { seed: 1 });
  for (const refusal of refusals(found)) assert(refusal!.includes("without any chance"));
});

Deno.test("too few effective stretches are refused, and a short log", () => {
  const { experience } = logWorld(AR1, leaning(0.2), { cost: 0.1, decisions: 3_000, seed: 1 });
  const target = targetOf(experience, threshold(0));
  const [weighted, fitted, robust] = refusals(
    evaluateOffPolicy(experience, target, { seed: 1, horizon: 12 }),
  );
  for (const refusal of [weighted, robust]) {
    assert(/tells as much .* as \d/.test(refusal!), `${refusal}`);
  }
  assertEquals(fitted, null);
  const width = LOGGED_ACTIONS.length;
  for (const rows of [0, 5]) {
    const short = sliceExperience(experience, 0, rows) as Experience;
    const found = evaluateOffPolicy(short, target.subarray(0, rows * width), { seed: 1 });
    for (const refusal of refusals(found)) assert(refusal!.includes("whole stretches"));
    assertEquals([found.behaviour, found.isBetter], [null, false]);
  }
});

Deno.test("targetProbabilities() follows as followPolicy() does, and refuses other rows", () => {
  const { experience } = logWorld(AR1, leaning(1), { cost: 0, decisions: 50, seed: 1 });
  const random = createRandom(1);
  const probabilities = Float32Array.from({ length: 9 * 50 }, () => random.uniform());
  probabilities.fill(NaN, 0, 9);
  const target = targetProbabilities(experience, probabilities, 0.3);
  assertEquals([...target.subarray(0, 3)].map((p) => Math.round(10 * p)), [1, 8, 1]);
  for (let row = 1; row < 50; row++) {
    const own = [...probabilities.subarray(9 * row + 3 * experience.held[row]!)].slice(0, 3);
    const best = own.indexOf(Math.max(...own));
    assertClose(target[3 * row + best]!, 0.8, 1e-12);
  }
  assertThrows(
    () => targetProbabilities(experience, new Float32Array(9)),
    RangeError,
    "450 probabilities",
  );
  assertThrows(
    () => evaluateOffPolicy(experience, new Float64Array(3), { seed: 1 }),
    RangeError,
    "150 numbers",
  );
  assertEquals(qFeatures(experience).length, 3 * (3 + 2));
  assertThrows(() => choleskyFactor(Float64Array.of(1, 2, 2, 1), 2), RangeError, "definite");
});

import {
  DEFAULT_EXPERIENCE,
  parseExperienceParameters,
} from "../lib/rl/experience/experience_parameters.ts";
import {
  createExperience,
  sliceExperience,
  transitionAt,
} from "../lib/rl/experience/experience.ts";
import {
  type ExperienceRequest,
  learnFromExperience,
} from "../lib/rl/experience/learn_from_experience.ts";
import { windowStarts } from "../lib/rl/experience/window_sums.ts";
import { evaluatePolicy } from "../lib/rl/learners/evaluate_policy.ts";
import {
  DEFAULT_IMPLICIT_Q,
  implicitPolicyGradient,
  type ImplicitQBatch,
  implicitValueGradient,
  slowValues,
  valueOutputs,
} from "../lib/rl/learners/implicit_q_learning.ts";
import { exportPolicy } from "../lib/rl/policy/export_policy.ts";
import { policyProbabilities } from "../lib/rl/policy/policy.ts";
import { requirePolicyParity } from "../lib/rl/policy/require_policy_parity.ts";
import { RISK_NEUTRAL_REWARD } from "../lib/rl/reward.ts";
import type { World } from "../lib/simulator/simulator.ts";
import { InputError } from "../lib/core/errors.ts";
import { openTensorflow, tf } from "../lib/tensor/tensorflow.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { learningWorld, meanPerBar, UNIT_TICKS } from "./fixtures/learning_world.ts";
import { leaning, logWorld } from "./fixtures/logged_world.ts";
import { assertRejects, assertThrows } from "./fixtures/temporary_folder.ts";

const AR1: World = { kind: "ar1", phi: 0.2 };
const COST = 0.1;
const { experience } = logWorld(AR1, leaning(1), { cost: COST, decisions: 16_000, seed: 3 });
const REQUEST: ExperienceRequest = {
  experience,
  parameters: { ...DEFAULT_EXPERIENCE, members: 2, batch: 512, steps: 120 },
  validationShare: 0.2,
  evidenceShare: 0.3,
  horizon: 3,
  seed: 1,
};

await openFirstWasmSession();
await openTensorflow();
const LEARNT = await learnFromExperience(REQUEST);

Deno.test("implicit q-learning beats the behaviour and earns 75 % of the optimum in ar1", async () => {
  const from = 500, to = 20_500;
  const unseen = learningWorld(AR1, { bars: to + 2, cost: COST, seed: 77 });
  const market = {
    ...{ table: unseen.table, actions: LEARNT.policy.actions },
    ...{ reference: UNIT_TICKS, reward: RISK_NEUTRAL_REWARD },
  };
  const probabilities = await policyProbabilities(LEARNT.policy, unseen.frame, from, to);
  const { mean } = evaluatePolicy(market, probabilities, from);
  const best = meanPerBar(unseen.table, (row) => unseen.best[row]!, from, to);
  const done = experience.reward.reduce((sum, reward) => sum + reward, 0) / experience.rows;
  assert(mean > 3 * done, `${mean} against ${done}`);
  assert(mean > 0.75 * best, `${mean / best} of the optimum`);
  const fitted = LEARNT.evaluation.estimates[1]!;
  assert(Math.abs(fitted.value! - mean) < 4 * fitted.standardError!, "the log tells it before");
});

Deno.test("the same log and seed teach the same policy, and tensors do not pile up", async () => {
  const before = tf.memory().numTensors;
  const again = await learnFromExperience(REQUEST);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(again, LEARNT);
});

Deno.test("runs over the same bars do not lie on both sides of what proves the result", async () => {
  const half = Array.from({ length: 3_000 }, (_, row) => transitionAt(experience, row));
  const twice = createExperience(experience.header, [
    ...half.slice(0, -1),
    { ...half.at(-1)!, end: true },
    ...half.map((transition) => ({ ...transition, episode: 1 })),
  ]);
  const { decisions, kept } = await learnFromExperience({
    ...REQUEST,
    experience: twice,
    parameters: { ...REQUEST.parameters, steps: 2, evaluateEvery: 1 },
  });
  // 30 % of the newest bars of both runs prove, 20 % are watched, and 2 bars lie between.
  assertEquals(decisions, { learning: 2_996, validation: 1_196, evidence: 1_800 });
  assertEquals([...new Set(kept.episode)], [0, 1]);
  assertEquals(kept.time[0], half[2_100]!.time);
  const starts = windowStarts(kept, 3);
  assertEquals([...starts.subarray(0, 4)], [0, 900, 1, 901]);
});

Deno.test("a policy learnt from experience is exported like any other", async () => {
  const frame = {
    columns: experience.header.columns,
    rows: 500,
    values: experience.observations.slice(0, 500 * experience.header.columns.length),
    firstValidRow: 0,
  };
  await requirePolicyParity(exportPolicy(LEARNT.policy, {}), LEARNT.policy, frame);
});

Deno.test("a member whose numbers explode keeps its last good weights, or says so", async () => {
  const wild = (learningRate: number, steps: number) =>
    learnFromExperience({
      ...REQUEST,
      parameters: { ...REQUEST.parameters, learningRate, steps, evaluateEvery: 2, clipNorm: 1e30 },
    });
  await assertRejects(wild(1e38, 10), InputError, "lower the learning rate");
  const paid = Float64Array.from(experience.reward, (reward, row) => row === 4_000 ? NaN : reward);
  const poisoned = await learnFromExperience({
    ...REQUEST,
    experience: { ...experience, reward: paid },
    parameters: { ...REQUEST.parameters, evaluateEvery: 1 },
  });
  const [member] = poisoned.members;
  assertEquals(member!.stop, "diverged");
  assert(
    member!.bestStep > 0 && member!.points.every(({ valueLoss }) => Number.isFinite(valueLoss)),
  );
  assert(
    poisoned.policy.members[0]!.every((layer) =>
      layer.kind !== "dense" || layer.weights.every(Number.isFinite)
    ),
  );
  assert(poisoned.remarks.some((remark) => remark.includes("no longer finite")));
});

Deno.test("too short a log, wrong settings and an abort are refused", async () => {
  const short = { ...REQUEST, experience: sliceExperience(experience, 0, 900) };
  await assertRejects(learnFromExperience(short), InputError, "validation part needs 200");
  assertThrows(() => parseExperienceParameters({ size: "recurrent" }), InputError, "size");
  assertThrows(() => parseExperienceParameters({ depth: 3 }), InputError, "depth");
  const reason = new Error("enough");
  const caught = await learnFromExperience(REQUEST, { signal: AbortSignal.abort(reason) })
    .catch((error: unknown) => error);
  assertEquals(caught, reason);
});

/** A batch of random decisions and random outputs. */
function anyBatch() {
  const random = createRandom(8), rows = 40, actions = 3;
  const index = () => Uint8Array.from({ length: rows }, () => random.integer(actions));
  const numbers = (width: number) =>
    Float32Array.from({ length: rows * width }, () => random.normal());
  const batch: ImplicitQBatch = {
    actions,
    held: index(),
    action: index(),
    reward: Float64Array.from({ length: rows }, () => random.normal()),
    nextHeld: index(),
    end: Uint8Array.from({ length: rows }, (_, row) => row % 7 === 0 ? 1 : 0),
  };
  const width = valueOutputs(actions);
  const slow = slowValues(batch, numbers(width), numbers(width), DEFAULT_IMPLICIT_Q);
  return { batch, slow, values: numbers(width), logits: numbers(actions * actions) };
}

Deno.test("gradients of implicit q-learning are those of its losses", () => {
  const { batch, logits, slow, values } = anyBatch();
  const step = 1e-2;
  for (
    const [outputs, of] of [
      [values, implicitValueGradient],
      [logits, implicitPolicyGradient],
    ] as const
  ) {
    const { gradient } = of(batch, slow, outputs, DEFAULT_IMPLICIT_Q);
    gradient.forEach((slope, i) => {
      const moved = (by: number) => {
        const other = Float32Array.from(outputs);
        other[i] = outputs[i]! + by;
        return of(batch, slow, other, DEFAULT_IMPLICIT_Q).objective;
      };
      assertClose((moved(step) - moved(-step)) / (2 * step), slope, 2e-3);
    });
  }
});

Deno.test("an expectile of one half is the mean, and actions of equal advantage weigh alike", () => {
  const { batch, logits, slow, values } = anyBatch();
  const even = implicitValueGradient(batch, slow, values, {
    ...DEFAULT_IMPLICIT_Q,
    expectile: 0.5,
  });
  const rows = batch.action.length, width = valueOutputs(batch.actions);
  const v = 5 * width + batch.actions ** 2 + batch.held[5]!;
  assertClose(even.gradient[v]!, (slow.q[5]! - values[v]!) / rows, 1e-6);
  const flat = { ...slow, v: slow.q };
  const cloned = implicitPolicyGradient(batch, flat, logits, DEFAULT_IMPLICIT_Q);
  const at = (5 * batch.actions + batch.held[5]!) * batch.actions;
  const row = logits.subarray(at, at + batch.actions);
  const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
  const p = Math.exp(row[batch.action[5]!]!) / total;
  assertClose(cloned.gradient[at + batch.action[5]!]!, (1 - p) / rows, 1e-6);
});

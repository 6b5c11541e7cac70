import type { PolicyModel, PolicyRequest } from "../lib/rl/learners/policy_request.ts";
import { splitRows } from "../lib/rl/learners/split_rows.ts";
import { trainPolicy } from "../lib/rl/learners/train_policy.ts";
import { ALGORITHMS } from "../lib/rl/learners/learners.ts";
import { transitionTableOf } from "../lib/rl/environment/transition_table.ts";
import { DEFAULT_POLICY, RECURRENT_POLICY } from "../lib/rl/learners/parameters.ts";
import { policyBehaviour } from "../lib/rl/policy/behaviour.ts";
import { decideActions } from "../lib/strategies/decide.ts";
import { decidePositions } from "../lib/rl/policy/decide_positions.ts";
import { exportPolicy } from "../lib/rl/policy/export_policy.ts";
import { policyProbabilities } from "../lib/rl/policy/policy.ts";
import {
  initializePolicy,
  plantForecast,
  POLICY_SIZES,
  policyLayers,
  type PolicyShape,
  policyWeights,
} from "../lib/rl/policy/policy_network.ts";
import { DEFAULT_REWARD } from "../lib/rl/reward.ts";
import { InputError } from "../lib/core/errors.ts";
import type { FeatureFrame } from "../lib/features/frame.ts";
import { memoryCheckpoint } from "./fixtures/network_fixture.ts";
import { createSession } from "../lib/onnx/session.ts";
import { openTensorflow, tf } from "../lib/tensor/tensorflow.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";

await openTensorflow();
await openFirstWasmSession();

/** Returns that a feature foretells, and one feature that means nothing. */
function foretold(rows: number, share = 0.4): Pick<PolicyRequest, "frame" | "table"> {
  const random = createRandom(5);
  const values = Float32Array.from({ length: 2 * rows }, () => random.normal());
  const returns = Float64Array.from(
    { length: rows },
    (_, row) => share * values[2 * row]! + random.normal(),
  );
  const frame = { columns: ["signal", "noise"], rows, values, firstValidRow: 3 };
  return { frame, table: transitionTableOf(returns, 0.05) };
}

function request(changes: Partial<PolicyRequest["parameters"]> = {}, rows = 900): PolicyRequest {
  return {
    ...foretold(rows),
    reward: DEFAULT_REWARD,
    parameters: {
      ...DEFAULT_POLICY,
      ...{ size: "small", members: 2, horizon: 64, episodes: 6, steps: 16, evaluateEvery: 4 },
      ...changes,
    },
    validationShare: 0.2,
    evidenceShare: 0.2,
    seed: 3,
  };
}

function weightsOf({ policy }: PolicyModel): number[] {
  return policy.members.flatMap((layers) =>
    layers.flatMap((layer) => layer.kind === "dense" ? [...layer.weights, ...layer.bias] : [])
  );
}

async function refusal(changed: PolicyRequest): Promise<string> {
  try {
    await trainPolicy(changed);
  } catch (error) {
    assert(error instanceof InputError, `${error}`);
    return error.message;
  }
  return "";
}

Deno.test("an exported policy decides as the trained one, scaler inside, in every size and on both engines", async () => {
  for (const size of POLICY_SIZES) {
    const window = size === "recurrent" ? 5 : 1;
    const small = { size, window, steps: 4, horizon: 20, episodes: 3 };
    const learnt = await trainPolicy(request({ ...RECURRENT_POLICY, members: 2, ...small }, 500));
    const { policy } = learnt;
    const { frame } = foretold(300);
    const expected = await policyProbabilities(policy, frame, 0, 300);
    for (const engine of ["wasm", "native"] as const) {
      const session = await createSession(exportPolicy(policy, {}), { engine, window });
      try {
        const { positions, probabilities } = await decidePositions(session, [-1, 0, 1], frame);
        const first = frame.firstValidRow + window - 1;
        assert(probabilities.subarray(0, first * 9).every(Number.isNaN));
        for (let i = first * 9; i < expected.length; i++) {
          assertClose(probabilities[i]!, expected[i]!, 1e-5);
        }
        const decided = decideActions(expected, [-1, 0, 1]);
        assertEquals(positions, Float64Array.from(decided, (action) => action - 1));
      } finally {
        await session.dispose();
      }
    }
  }
});

Deno.test("trainPolicy() resumes to the same bytes after an interruption, and refuses another's state", async () => {
  for (const algorithm of ["exact", "ppo"] as const) {
    const whole = await trainPolicy(request({ algorithm }));
    const checkpoint = memoryCheckpoint();
    const abort = new AbortController();
    let looks = 0;
    const interrupted = trainPolicy(request({ algorithm }), {
      ...{ checkpoint, signal: abort.signal },
      onLook: () => {
        if (++looks === 6) abort.abort(new Error("stop"));
      },
    });
    assertEquals(await interrupted.catch((error: Error) => error.message), "stop");
    const resumed = await trainPolicy(request({ algorithm }), { checkpoint });
    assertEquals(weightsOf(resumed), weightsOf(whole));
    assertEquals(resumed.curves, whole.curves);
    const other = await trainPolicy(request({ algorithm, learningRate: 1e-3, members: 1 }), {
      checkpoint,
    });
    assertEquals(
      other.remarks[0],
      "A checkpoint that is damaged or of another training was ignored.",
    );
  }
});

Deno.test("trainPolicy() gives the same weights twice and leaves no tensor behind", async () => {
  const first = await trainPolicy(request());
  const before = tf.memory().numTensors;
  const second = await trainPolicy(request());
  assertEquals(tf.memory().numTensors, before);
  assertEquals(weightsOf(second), weightsOf(first));
  assert(first.stance === "trade" && first.evidence.mean > 0.1);
  assertEquals(first.curves.map(({ member }) => member), [1, 2]);
});

Deno.test("a planted policy turns where its forecast lies beyond the band, and nowhere else", async () => {
  const rows = 2_000, random = createRandom(4), weights = Float64Array.of(0.8, -0.6), band = 0.3;
  const values = Float32Array.from({ length: 2 * rows }, () => random.normal());
  const frame = { columns: ["a", "b"], rows, values, firstValidRow: 0 };
  const scaler = { center: new Float32Array(2), scale: Float32Array.of(1, 1), clip: 10 };
  for (
    const [size, actions] of [["small", [-1, 0, 1]], ["large", [-1, 0, 1]], ["medium", [
      0,
      1,
    ]]] as const
  ) {
    const shape: PolicyShape = { size, columns: 2, outputs: actions.length ** 2 };
    const layers = policyLayers(shape, new Float32Array(policyWeights(shape)));
    initializePolicy(layers, 1);
    assert(plantForecast(layers, { band, weights }, actions));
    const policy = { actions, features: 2, window: 1, scaler, members: [layers] };
    const decided = decideActions(await policyProbabilities(policy, frame, 0, rows), actions);
    let held = 0, nearEdge = 0;
    for (let row = 0; row < rows; row++) {
      const forecast = 0.8 * values[2 * row]! - 0.6 * values[2 * row + 1]!;
      const isNear = Math.abs(Math.abs(forecast) - band) < 0.02;
      if (isNear) nearEdge++;
      else if (Math.abs(forecast) > band) held = forecast > 0 ? actions.at(-1)! : actions[0];
      assert(isNear || actions[decided[row]!] === held, `${size}, row ${row}: ${forecast}`);
      held = actions[decided[row]!]!;
    }
    assert(nearEdge < rows / 20, `${nearEdge}`);
  }
  const shape: PolicyShape = { size: "recurrent", columns: 2, outputs: 9 };
  const recurrent = new Float32Array(policyWeights(shape));
  assert(!plantForecast(policyLayers(shape, recurrent), { band, weights }, [-1, 0, 1]));
  assert(recurrent.every((weight) => weight === 0));
});

for (const algorithm of ALGORITHMS) {
  Deno.test(`${algorithm} keeps the rule that it began with unless it is paid more by more than chance`, async () => {
    // Beside the linear forecast there is nothing left to earn, or most of it.
    const learn = async (interaction: number) => {
      const rows = 6_000, random = createRandom(6);
      const values = Float32Array.from({ length: 2 * rows }, () => random.normal());
      const returns = Float64Array.from({ length: rows }, (_, row) => {
        const [a, b] = [values[2 * row]!, values[2 * row + 1]!];
        return 0.2 * a + interaction * a * b + random.normal();
      });
      const { curves } = await trainPolicy({
        ...request({ algorithm, members: 1, steps: 80, evaluateEvery: 20, learningRate: 1e-2 }),
        frame: { columns: ["a", "b"], rows, values, firstValidRow: 0 },
        table: transitionTableOf(returns, 0.05),
      });
      return curves[0]!;
    };
    const linear = await learn(0);
    assertEquals([linear.bestStep, linear.points[0]!.step], [0, 0]);
    const { bestStep, points } = await learn(0.6);
    const best = points.find(({ step }) => step === bestStep)!;
    assert(bestStep > 0 && best.validation > 1.5 * points[0]!.validation, JSON.stringify(points));
  });
}

Deno.test("trainPolicy() keeps the last good weights when a member diverges, and says so", async () => {
  const good = request({ members: 1, steps: 12, evaluateEvery: 1, patience: 100 });
  // From the third batch on the reward overflows.
  let looks = 0;
  const reward = {
    ...DEFAULT_REWARD,
    get varianceWeight() {
      return looks >= 3 ? NaN : 0.1;
    },
  };
  const learnt = await trainPolicy({ ...good, reward }, { onLook: () => looks++ });
  assertEquals(learnt.curves[0]!.stop, "diverged");
  assert(learnt.curves[0]!.points.length === 3 && learnt.curves[0]!.bestStep <= 2);
  assert(weightsOf(learnt).every(Number.isFinite));
  assert(learnt.remarks[0]!.includes("no longer finite; it kept the weights of batch"));
});

Deno.test("trainPolicy() refuses what cannot be learnt from, in one line", async () => {
  assertEquals(
    await refusal(request({ learningRate: 1e38 })),
    "Cannot learn a policy as its outputs were not finite from the start: batch 2 (lower the learning rate from 1e+38)",
  );
  const plain = request();
  const constant = { ...plain.table, gross: new Float64Array(900) };
  assertEquals(
    await refusal({ ...plain, table: constant }),
    "Cannot learn to trade as the price never moves in the 535 bars to learn from (give other bars)",
  );
  assertEquals(
    await refusal(request({}, 100)),
    "Cannot learn a policy from 97 decisions with known features as the learning part needs 60: " +
      "current value is 55 (320 decisions would do: give 223 more bars to learn from, or shorter " +
      "features)",
  );
  splitRows(request({}, 100 + 223));
  const values = plain.frame.values.with(2 * 40 + 1, NaN);
  assertEquals(
    await refusal({ ...plain, frame: { ...plain.frame, values } }),
    "row 40, feature noise: Cannot learn a policy as features must be finite: current value is NaN",
  );
  assertEquals(
    await refusal(request({ weightDecay: 0, size: "large" })),
    "Cannot learn 42505 weights from 900 decisions without weight decay " +
      "(choose a smaller policy, or a weight decay above 0)",
  );
});

Deno.test("policies do not look ahead: cutting off or changing the future changes no decision", async () => {
  const { policy } = await trainPolicy(request({ ...RECURRENT_POLICY, ...SHORT }, 500));
  const { frame } = foretold(120);
  const whole = decideActions(await policyProbabilities(policy, frame, 0, 120), policy.actions);
  const altered = frame.values.map((value, i) => i < 2 * 80 ? value : 3 - value);
  for (
    const other of [
      { ...frame, rows: 80, values: frame.values.subarray(0, 160) },
      { ...frame, values: altered },
    ] satisfies FeatureFrame[]
  ) {
    const cut = await policyProbabilities(policy, other, 0, 80);
    assertEquals(decideActions(cut, policy.actions), whole.subarray(0, 80));
  }
});

const SHORT = { window: 5, steps: 4, horizon: 20, episodes: 3, members: 1 };

Deno.test("a leaked future is learnt to nearly hindsight's profit: the canary sings", async () => {
  const leaked = request({ members: 1, steps: 60, evaluateEvery: 10 });
  const values = leaked.frame.values.map((value, i) =>
    i % 2 === 0 ? value : leaked.table.gross[i >> 1]!
  );
  const { evaluation, reference, split } = await trainPolicy({
    ...leaked,
    frame: { ...leaked.frame, values },
  });
  const { from, to } = split.evidence;
  const gains = leaked.table.gross.subarray(from, to).reduce((sum, r) => sum + Math.abs(r), 0);
  assert(evaluation.mean > 0.85 * gains / (to - from) / reference);
});

Deno.test("policyBehaviour() names a policy that has collapsed, never rests, or knows nothing", () => {
  const decided = new Int8Array(100).fill(2);
  const uniform = new Float64Array(900).fill(1 / 3);
  assertEquals(policyBehaviour({ actions: [-1, 0, 1], probabilities: uniform, decided }).warnings, [
    "it holds the position 1 on 100.0 % of the bars",
    "it is as undecided as an untrained policy",
  ]);
  const sure = new Float64Array(900).map((_, i) => i % 3 === 0 ? 1 : 0);
  const flipping = decided.map((_, i) => i % 2);
  const nervous = policyBehaviour({ actions: [-1, 0, 1], probabilities: sure, decided: flipping });
  assertEquals(nervous.warnings, ["it changes its position on 100 % of the bars"]);
  assertClose(nervous.turnover, 1, 0.011);
  assertEquals(nervous.entropy, 0);
});

Deno.test("aversion to variance makes positions smaller where there are many to choose from", async () => {
  const actions = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
  const sizes: number[] = [];
  for (const varianceWeight of [0, 2]) {
    const { evaluation } = await trainPolicy({
      ...request({ actions, members: 1, steps: 40, evaluateEvery: 40 }),
      reward: { ...DEFAULT_REWARD, varianceWeight },
    });
    const { histogram } = evaluation.behaviour;
    sizes.push(histogram.reduce((sum, share, i) => sum + share * Math.abs(actions[i]!), 0));
  }
  assert(sizes[1]! < 0.7 * sizes[0]!, `${sizes}`);
});

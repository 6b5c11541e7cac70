import { setImmediate } from "node:timers/promises";
import type { NetworkLayer } from "../../models/mod.ts";
import { createRandom, InputError, mixSeed, type Random } from "../../core/mod.ts";
import {
  type AdamWState,
  clipNorm,
  createAdamW,
  DEFAULT_ADAM_W,
  stepAdamW,
} from "../../tensor/mod.ts";
import {
  implicitPolicyGradient,
  type ImplicitQBatch,
  implicitValueGradient,
  slowValues,
  valueOutputs,
} from "../learners/implicit_q_learning.ts";
import type { MemberStop } from "../learners/member_state.ts";
import {
  decayMarks,
  initializePolicy,
  policyLayers,
  policyWeights,
} from "../policy/policy_network.ts";
import {
  type OutputGradient,
  policyOutputs,
  type PolicyRows,
  weightGradient,
} from "../policy/run_policy.ts";
import { type Experience, nextRow } from "./experience.ts";
import type { ExperienceParameters } from "./experience_parameters.ts";
import type { TargetBehaviour } from "./target_policy.ts";

/** One look at a member on the decisions that early stopping watches. */
export interface ImplicitLook {
  /** Batches learnt. */
  readonly step: number;
  /** Mean loss of the values since the look before. */
  readonly valueLoss: number;
  /** Estimated mean reward per decision of the policy on the watched decisions. */
  readonly validation: number;
  /** How it would behave there. */
  readonly behaviour: TargetBehaviour;
}

/** A learnt member. */
export interface ImplicitMember {
  /** Layers of the policy at its best look. */
  readonly layers: readonly NetworkLayer[];
  /** What was seen of it, in order. */
  readonly points: readonly ImplicitLook[];
  /** Batch whose weights were kept. */
  readonly bestStep: number;
  /** Why it stopped. */
  readonly stop: MemberStop;
}

/** What one member learns from. */
export interface ImplicitMemberTask {
  /** The log. */
  readonly experience: Experience;
  /** Scaled observations of all its rows. */
  readonly input: PolicyRows;
  /** Rows to learn from whose sequel is known. */
  readonly rows: Int32Array;
  /** How it learns. */
  readonly parameters: ExperienceParameters;
  /** Of this member. */
  readonly seed: number;
  /** Looks at a policy on the watched decisions. */
  readonly judge: (
    layers: readonly NetworkLayer[],
  ) => Promise<Pick<ImplicitLook, "validation" | "behaviour">>;
  /** Called before each step; may throw to end the training. */
  readonly onStep: (step: number) => void;
}

/** A network that learns: its weights, their running mean, and the optimizer's memory. */
interface LearningNetwork {
  readonly weights: Float32Array;
  readonly layers: readonly NetworkLayer[];
  readonly slow: Float32Array;
  readonly slowLayers: readonly NetworkLayer[];
  readonly decays: Uint8Array;
  readonly optimizer: AdamWState;
}

/**
 * Learns one member by implicit Q-learning: a value network and a policy network, each with a
 * running mean of its weights; the mean of the values is what both learn from, the mean of the
 * policy is what is looked at and kept. Stops early, and at the last good weights when a number is
 * no longer finite.
 *
 * @throws {InputError} when that happens before a first look
 */
export async function trainImplicitMember(task: ImplicitMemberTask): Promise<ImplicitMember> {
  const { evaluateEvery, patience, steps } = task.parameters;
  const actions = task.experience.header.actions.length;
  const values = startNetwork(task, valueOutputs(actions), mixSeed(task.seed, 1));
  const policy = startNetwork(task, actions * actions, mixSeed(task.seed, 2));
  const points: ImplicitLook[] = [];
  const best = policy.slow.slice();
  let bestStep = 0, lossSum = 0, stop: MemberStop | null = null;
  for (let step = 1; stop === null; step++) {
    task.onStep(step);
    const loss = await learnBatch(task, values, policy, step);
    lossSum += loss;
    if (!Number.isFinite(loss)) stop = "diverged";
    else if (step % evaluateEvery === 0 || step === steps) {
      const look = await task.judge(policy.slowLayers);
      const highest = points.find((point) => point.step === bestStep)?.validation ?? -Infinity;
      const since = step - (points.at(-1)?.step ?? 0);
      points.push({ step, valueLoss: lossSum / since, ...look });
      lossSum = 0;
      if (look.validation > highest || bestStep === 0) {
        best.set(policy.slow);
        bestStep = step;
      }
      if (step - bestStep >= patience * evaluateEvery) stop = "patience";
      else if (step >= steps) stop = "steps";
    }
    // The event loop gets its turn, so that a training can be aborted.
    await setImmediate();
  }
  if (bestStep === 0) {
    throw new InputError("Cannot learn from experience as a number was not finite from the start", {
      remedy: `lower the learning rate from ${task.parameters.learningRate}`,
    });
  }
  return { layers: policyLayers(shapeOf(task, actions * actions), best), points, bestStep, stop };
}

function shapeOf({ experience, parameters }: ImplicitMemberTask, outputs: number) {
  return { size: parameters.size, columns: experience.header.columns.length, outputs };
}

function startNetwork(task: ImplicitMemberTask, outputs: number, seed: number): LearningNetwork {
  const shape = shapeOf(task, outputs);
  const weights = new Float32Array(policyWeights(shape));
  const layers = policyLayers(shape, weights);
  initializePolicy(layers, seed);
  const slow = weights.slice();
  return {
    ...{ weights, layers, slow, slowLayers: policyLayers(shape, slow) },
    decays: decayMarks(layers, weights),
    optimizer: createAdamW(weights.length),
  };
}

/** One step of both networks; the loss of the values, not finite where anything is not. */
async function learnBatch(
  { experience, input, parameters, rows, seed }: ImplicitMemberTask,
  values: LearningNetwork,
  policy: LearningNetwork,
  step: number,
): Promise<number> {
  const random = createRandom(mixSeed(seed, step + 2));
  const here = drawRows(rows, parameters.batch, random);
  const { batch, next } = batchOf(experience, here);
  const slow = slowValues(
    batch,
    await policyOutputs(values.slowLayers, input, here),
    await policyOutputs(values.slowLayers, input, next),
    parameters.implicit,
  );
  const { implicit } = parameters;
  const valued = await weightGradient(
    values.layers,
    input,
    here,
    (outputs) => implicitValueGradient(batch, slow, outputs, implicit),
  );
  const preferred = await weightGradient(
    policy.layers,
    input,
    here,
    (outputs) => implicitPolicyGradient(batch, slow, outputs, implicit),
  );
  if (!climb(values, valued, parameters, step) || !climb(policy, preferred, parameters, step)) {
    return NaN;
  }
  return -valued.objective;
}

/** A step uphill; false, and none, where the gradient is not finite. */
function climb(
  { decays, optimizer, slow, weights }: LearningNetwork,
  { gradient, objective }: OutputGradient,
  { averaging, clipNorm: limit, learningRate, steps, weightDecay }: ExperienceParameters,
  step: number,
): boolean {
  for (let i = 0; i < gradient.length; i++) gradient[i] = -gradient[i]!;
  const norm = clipNorm(gradient, limit);
  if (!Number.isFinite(objective) || !Number.isFinite(norm)) return false;
  stepAdamW(weights, optimizer, { ...DEFAULT_ADAM_W, weightDecay }, {
    gradient,
    learningRate: learningRate * (0.55 + 0.45 * Math.cos(Math.PI * step / steps)),
    decays,
  });
  const kept = Math.min(averaging, step / (step + 10));
  for (let i = 0; i < slow.length; i++) slow[i] = kept * slow[i]! + (1 - kept) * weights[i]!;
  return true;
}

function drawRows(rows: Int32Array, count: number, random: Random): Int32Array {
  return Int32Array.from({ length: count }, () => rows[random.integer(rows.length)]!);
}

/** The logged decisions of some rows, and the rows that follow; a row itself where none does. */
function batchOf(
  experience: Experience,
  rows: Int32Array,
): { batch: ImplicitQBatch; next: Int32Array } {
  const { action, end, held, header, reward } = experience;
  const next = rows.map((row) => end[row] === 1 ? row : nextRow(experience, row));
  return {
    next,
    batch: {
      actions: header.actions.length,
      held: Uint8Array.from(rows, (row) => held[row]!),
      action: Uint8Array.from(rows, (row) => action[row]!),
      reward: Float64Array.from(rows, (row) => reward[row]!),
      nextHeld: Uint8Array.from(next, (row) => held[row]!),
      end: Uint8Array.from(rows, (row) => end[row]!),
    },
  };
}

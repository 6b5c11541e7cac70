import { setImmediate } from "node:timers/promises";
import type { NetworkLayer } from "../../models/mod.ts";
import { createRandom, InputError, mixSeed, type Random } from "../../core/mod.ts";
import type { RowRange } from "../../market/mod.ts";
import { clipNorm, DEFAULT_ADAM_W, stepAdamW } from "../../tensor/mod.ts";
import { decayMarks, policyLayers, type PolicyShape } from "../policy/policy_network.ts";
import { policyOutputs, type PolicyRows, weightGradient } from "../policy/run_policy.ts";
import { evaluatePolicy, type PolicyEvaluation, resultEvidence } from "./evaluate_policy.ts";
import type { Learner } from "./learner.ts";
import {
  episodeProbabilities,
  flatAction,
  type LearningEpisode,
  type LearningMarket,
} from "./learning_market.ts";
import type { PolicyMemberState } from "./member_state.ts";
import type { PolicyParameters } from "./parameters.ts";

/** What is the same for every step of one member. */
export interface PolicyMemberTask {
  /** How it learns. */
  readonly parameters: PolicyParameters;
  /** Turns outputs into gradients. */
  readonly learner: Learner;
  /** Width of what goes in and out. */
  readonly shape: PolicyShape;
  /** What actions are paid. */
  readonly market: LearningMarket;
  /** Scaled features of every bar. */
  readonly input: PolicyRows;
  /** Rows to learn from. */
  readonly learning: RowRange;
  /** Later rows that early stopping watches. */
  readonly validation: RowRange;
  /** Of this member. */
  readonly seed: number;
  /** Weights with which it follows the linear rule that was proven; null where none was. */
  readonly rule: Float32Array | null;
  /** Called before each step and after each look; may throw to end the training. */
  readonly onState: (place: "step" | "look") => Promise<void>;
}

/**
 * The loop that all learners share: random episodes, the learner's gradient, clipping, AdamW; from
 * time to time the validation rows decide whether the weights are the best so far. Where a member
 * begins with a rule that is paid there too, what it learnt is kept only if it is paid more than the
 * rule by more than chance. Chance is drawn anew from seed and step, so that a state alone says how
 * the training goes on.
 *
 * @throws {InputError} when the outputs are not finite before a first look
 */
export async function trainMember(state: PolicyMemberState, task: PolicyMemberTask): Promise<void> {
  const { evaluateEvery, steps } = task.parameters;
  const layers = policyLayers(task.shape, state.weights);
  const decays = decayMarks(layers, state.weights);
  const rule = task.rule === null ? null : await watched(task, task.rule);
  if (rule !== null && state.curve.length === 0) {
    look(state, task, rule, null);
    await task.onState("look");
  }
  while (state.stop === null) {
    await task.onState("step");
    const isFinite = await learnBatch(state, task, layers, decays);
    if (!isFinite) diverge(state, task.parameters);
    else if (state.step % evaluateEvery === 0 || state.step === steps) {
      const evaluation = await watched(task, state.average);
      if (evaluation === null) diverge(state, task.parameters);
      else look(state, task, evaluation, rule);
      await task.onState("look");
    }
    // The event loop gets its turn, so that a training can be aborted.
    await setImmediate();
  }
}

/** False when a gradient or an output is not finite; the weights before that step stand then. */
async function learnBatch(
  state: PolicyMemberState,
  task: PolicyMemberTask,
  layers: readonly NetworkLayer[],
  decays: Uint8Array,
): Promise<boolean> {
  const { input, learner, market, parameters } = task;
  const share = state.step / parameters.steps;
  const random = createRandom(mixSeed(task.seed, state.step + 1));
  const episodes = drawEpisodes(task, random);
  const rows = episodes.map(({ from, length }) => rowsFrom(market.table.from + from, length));
  const [firstEntropy, lastEntropy] = parameters.entropy;
  const learn = learner.begin({
    market,
    episodes,
    width: task.shape.outputs,
    entropyWeight: firstEntropy + share * (lastEntropy - firstEntropy),
    random,
  });
  const all = joinedRows(rows);
  for (let pass = 0; pass < learner.passes; pass++) {
    const { objective, gradient } = await weightGradient(layers, input, all, learn);
    for (let i = 0; i < gradient.length; i++) gradient[i] = -gradient[i]!;
    const norm = clipNorm(gradient, parameters.clipNorm);
    if (!Number.isFinite(objective) || !Number.isFinite(norm)) return false;
    stepAdamW(
      state.weights,
      state.optimizer,
      { ...DEFAULT_ADAM_W, weightDecay: parameters.weightDecay },
      {
        gradient,
        learningRate: parameters.learningRate * (0.55 + 0.45 * Math.cos(Math.PI * share)),
        decays,
      },
    );
    if (pass === 0) state.objectiveSum += objective;
  }
  state.step++;
  averageWeights(state, parameters.averaging);
  return true;
}

/** Exponential mean of the weights after each batch, short at first (Polyak & Juditsky 1992). */
function averageWeights({ average, step, weights }: PolicyMemberState, averaging: number): void {
  const kept = Math.min(averaging, (step - 1) / (step + 9));
  for (let i = 0; i < weights.length; i++) {
    average[i] = kept * average[i]! + (1 - kept) * weights[i]!;
  }
}

/** Uniform windows; half of them begin with a random position, the others flat. */
function drawEpisodes(
  { learning, market, parameters }: PolicyMemberTask,
  random: Random,
): LearningEpisode[] {
  const length = Math.min(parameters.horizon, learning.to - learning.from);
  const { actions } = market;
  return Array.from({ length: parameters.episodes }, () => ({
    from: learning.from + random.integer(learning.to - learning.from - length + 1),
    length,
    start: random.uniform() < 0.5 ? flatAction(actions) : random.integer(actions.length),
  }));
}

/** Follows weights over the validation rows; null where their outputs are not finite. */
async function watched(
  { input, market, shape, validation }: PolicyMemberTask,
  weights: Float32Array,
): Promise<PolicyEvaluation | null> {
  const episode = {
    from: validation.from,
    length: validation.to - validation.from,
    start: flatAction(market.actions),
  };
  const rows = rowsFrom(market.table.from + episode.from, episode.length);
  const outputs = await policyOutputs(policyLayers(shape, weights), input, rows);
  if (!outputs.every(Number.isFinite)) return null;
  const place = { first: 0, width: shape.outputs };
  const probabilities = episodeProbabilities(market, episode, outputs, place);
  return evaluatePolicy(market, probabilities, episode.from);
}

/** Notes what was seen of the mean weights and keeps them if they are the best so far. */
function look(
  state: PolicyMemberState,
  { parameters }: PolicyMemberTask,
  evaluation: PolicyEvaluation,
  rule: PolicyEvaluation | null,
): void {
  const { behaviour, mean, rewards } = evaluation;
  const batches = state.step - (state.curve.at(-1)?.step ?? 0);
  const best = state.curve.find(({ step }) => step > 0 && step === state.bestStep);
  state.curve.push({
    step: state.step,
    objective: batches === 0 ? 0 : state.objectiveSum / batches,
    validation: mean,
    turnover: behaviour.turnover,
    entropy: behaviour.entropy,
    shares: Object.fromEntries(
      rewards.shares().map(({ share, term }) => [term, share]),
    ) as PolicyMemberState["curve"][number]["shares"],
  });
  state.objectiveSum = 0;
  if (mean > (best?.validation ?? -Infinity) && isBeyond(evaluation, rule)) {
    state.best.set(state.average);
    state.bestStep = state.step;
  }
  if (state.step - state.bestStep >= parameters.patience * parameters.evaluateEvery) {
    state.stop = "patience";
  } else if (state.step >= parameters.steps) state.stop = "steps";
}

/** Whether rewards lie above those of a rule by more than chance; one that loses binds nobody. */
function isBeyond({ paid }: PolicyEvaluation, rule: PolicyEvaluation | null): boolean {
  if (rule === null || rule.paid.reduce((sum, reward) => sum + reward, 0) <= 0) return true;
  return resultEvidence(paid.map((reward, row) => reward - rule.paid[row]!)).isAboveFlat;
}

function diverge(state: PolicyMemberState, { learningRate }: PolicyParameters): void {
  if (!state.curve.some(({ step }) => step > 0)) {
    throw new InputError(
      `Cannot learn a policy as its outputs were not finite from the start: batch ${
        state.step + 1
      }`,
      { remedy: `lower the learning rate from ${learningRate}` },
    );
  }
  state.stop = "diverged";
}

function rowsFrom(first: number, length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => first + i);
}

function joinedRows(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

import { setImmediate } from "node:timers/promises";
import type { NetworkLayer } from "./network_model.ts";
import { createRandom, InputError, mixSeed } from "../../core/mod.ts";
import { clipNorm, DEFAULT_ADAM_W, stepAdamW } from "../../tensor/mod.ts";
import { decayingWeights, layersOf, type NetworkShape } from "./architecture.ts";
import { learningRateAt } from "./learning_rate.ts";
import { lossAndGradient, summedLoss } from "./loss.ts";
import type { MemberState } from "./member_state.ts";
import type { LearningRows, LearningSplit } from "./network_input.ts";
import type { NetworkParameters } from "./parameters.ts";

/** Rows whose loss is measured at a time: nothing is kept for a gradient, so they may be many. */
const SCORED_ROWS = 512;
/** Tells the seeds of a member's two kinds of chance apart. */
const SHUFFLE_STREAM = 1, DROPOUT_STREAM = 2;

/** What is the same for every step of one member. */
export interface NetworkMemberTask {
  /** How it is built and fitted. */
  readonly parameters: NetworkParameters;
  /** Width of what goes in and out. */
  readonly shape: NetworkShape;
  /** Rows to learn from, and those that early stopping watches. */
  readonly split: LearningSplit;
  /** Of this member. */
  readonly seed: number;
  /** Called after each batch with the finished share of all epochs. */
  readonly onBatch: (share: number) => void;
  /** Called before each batch and after each epoch; may throw to end the fit. */
  readonly onState: (place: "batch" | "epoch") => Promise<void>;
}

/**
 * Goes on with a member from where its state stands until it stops: shuffled batches, clipped
 * gradients, AdamW; after each epoch the validation loss decides whether the weights are the best
 * so far. Chance is drawn anew from seed, epoch and batch, so that a state alone says how the fit
 * goes on.
 *
 * @throws {InputError} when the loss is not finite before a first epoch was finished
 */
export async function fitMember(state: MemberState, task: NetworkMemberTask): Promise<void> {
  const layers = layersOf(task.parameters, task.shape, state.weights);
  const decays = markDecaying(layers, state.weights);
  while (state.stop === null) {
    const isFinite = await runEpoch(state, task, layers, decays);
    const loss = isFinite ? await meanLoss(layers, task.split.validation) : NaN;
    if (Number.isFinite(loss)) endEpoch(state, task, loss);
    else diverge(state, task.parameters);
    await task.onState("epoch");
  }
}

/** False when a loss or a gradient is not finite; the weights before that step stand then. */
async function runEpoch(
  state: MemberState,
  task: NetworkMemberTask,
  layers: readonly NetworkLayer[],
  decays: Uint8Array,
): Promise<boolean> {
  const { parameters, split: { training } } = task;
  const batches = batchCount(training, parameters);
  const order = shuffled(training.rows.length, [task.seed, SHUFFLE_STREAM, state.epoch]);
  while (state.batch < batches) {
    await task.onState("batch");
    const step = state.epoch * batches + state.batch;
    const begin = state.batch * parameters.batchSize;
    const positions = order.subarray(begin, begin + parameters.batchSize);
    const random = seededRandom([task.seed, DROPOUT_STREAM, step]);
    const { loss, gradient } = await lossAndGradient(
      layers,
      { rows: training, positions },
      parameters.dropout,
      random,
    );
    const norm = clipNorm(gradient, parameters.clipNorm);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) return false;
    stepAdamW(
      state.weights,
      state.optimizer,
      { ...DEFAULT_ADAM_W, weightDecay: parameters.weightDecay },
      {
        gradient,
        learningRate: learningRateAt(parameters, {
          epochs: (step + 1) / batches,
          stalls: state.stalls,
        }),
        decays,
      },
    );
    state.lossSum += loss * positions.length;
    state.batch++;
    task.onBatch((step + 1) / (batches * parameters.maximumEpochs));
    // The event loop gets its turn, so that a fit can be aborted.
    await setImmediate();
  }
  return true;
}

function endEpoch(
  state: MemberState,
  { parameters, split }: NetworkMemberTask,
  loss: number,
): void {
  state.training.push(state.lossSum / split.training.rows.length);
  state.validation.push(loss);
  state.epoch++;
  state.batch = 0;
  state.lossSum = 0;
  if (state.bestEpoch === 0 || loss < state.validation[state.bestEpoch - 1]!) {
    state.best.set(state.weights);
    state.bestEpoch = state.epoch;
  }
  const stalled = state.epoch - state.bestEpoch;
  // Half of the patience, so that a lower rate has its chance before the end.
  const stallEpochs = Math.ceil(parameters.patience / 2);
  if (stalled > 0 && stalled % stallEpochs === 0) state.stalls++;
  if (stalled >= parameters.patience) state.stop = "patience";
  else if (state.epoch >= parameters.maximumEpochs) state.stop = "epochs";
}

function diverge(state: MemberState, { learningRate }: NetworkParameters): void {
  if (state.bestEpoch === 0) {
    throw new InputError(
      `Cannot fit a network as its loss was not finite in the first epoch: batch ${
        state.batch + 1
      }`,
      { remedy: `scale the features, or lower the learning rate from ${learningRate}` },
    );
  }
  state.stop = "diverged";
}

/** Mean weighted cross-entropy of rows, nothing left out. */
async function meanLoss(
  layers: readonly NetworkLayer[],
  rows: LearningRows,
): Promise<number> {
  const all = Int32Array.from(rows.rows.keys());
  let sum = 0;
  for (let begin = 0; begin < all.length; begin += SCORED_ROWS) {
    sum += await summedLoss(layers, { rows, positions: all.subarray(begin, begin + SCORED_ROWS) });
  }
  return sum / all.length;
}

function batchCount({ rows }: LearningRows, { batchSize }: NetworkParameters): number {
  return Math.ceil(rows.length / batchSize);
}

/** 1 for each weight that decays. */
function markDecaying(layers: readonly NetworkLayer[], weights: Float32Array): Uint8Array {
  const marks = new Uint8Array(weights.length);
  for (const part of layers.flatMap(decayingWeights)) {
    const begin = (part.byteOffset - weights.byteOffset) / Float32Array.BYTES_PER_ELEMENT;
    marks.fill(1, begin, begin + part.length);
  }
  return marks;
}

/** 0 … count - 1 in random order (Fisher & Yates). */
function shuffled(count: number, seeds: readonly number[]): Int32Array {
  const random = seededRandom(seeds);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = random.integer(i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

function seededRandom([seed = 0, ...streams]: readonly number[]) {
  return createRandom(streams.reduce(mixSeed, seed));
}

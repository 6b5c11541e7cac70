import type { Activation, NetworkLayer } from "../lib/models/network/network_model.ts";
import { lossAndGradient } from "../lib/models/network/loss.ts";
import { createAdamW, DEFAULT_ADAM_W, stepAdamW } from "../lib/tensor/optimizer/adam_w.ts";
import { clipNorm } from "../lib/tensor/optimizer/clip_norm.ts";
import { tf } from "../lib/tensor/tfjs.ts";
import { createRandom } from "../lib/core/random.ts";

/** The steps that are timed, as the targets name them. */
export const CASES = ["lstm", "dense"] as const;
/** One of `CASES`. */
export type Case = typeof CASES[number];

/** Batch 64, 32 steps, 16 features, 64 units, then 3 classes. */
export const LSTM = { batch: 64, steps: 32, inputs: 16, units: 64, classes: 3 } as const;
/** 4,096 rows through dense layers of these widths. */
export const DENSE = { rows: 4_096, widths: [20, 128, 64, 3] } as const;

/** One training step: loss, gradients, update. */
export type Step = () => void | Promise<void>;

/** Plain `tf.layers` with tfjs's own Adam, as anybody would write it. */
export function stockStep(name: Case): Step {
  const { batch, steps, inputs, units, classes } = LSTM;
  const { rows, widths } = DENSE;
  const model = name === "lstm"
    ? tf.sequential({
      layers: [
        tf.layers.lstm({ units, inputShape: [steps, inputs], recurrentActivation: "sigmoid" }),
        tf.layers.dense({ units: classes }),
      ],
    })
    : tf.sequential({
      layers: widths.slice(1).map((width, index) =>
        tf.layers.dense({
          units: width,
          inputShape: [widths[index]!],
          ...(index < widths.length - 2 ? { activation: "relu" as const } : {}),
        })
      ),
    });
  const x = name === "lstm"
    ? tf.randomNormal([batch, steps, inputs])
    : tf.randomNormal([rows, widths[0]]);
  const y = randomClasses(name === "lstm" ? batch : rows);
  const optimizer = tf.train.adam(1e-3);
  return () => {
    optimizer.minimize(() => loss(y, model.apply(x, { training: true }) as tf.Tensor));
  };
}

/** The same step as the trainer takes it: windows cut, loss and gradients, clipping, AdamW. */
export function ownStep(name: Case): Step {
  const { batch, steps, inputs, units, classes } = LSTM;
  const { rows, widths } = DENSE;
  const random = createRandom(1);
  const normal = (length: number, deviation: number) =>
    Float32Array.from({ length }, () => deviation * random.normal());
  const [window, columns, count] = name === "lstm" ? [steps, inputs, batch] : [1, widths[0], rows];
  const weights = normal(weightsOf(name), 0.1);
  let end = 0;
  const take = (length: number) => weights.subarray(end, end += length);
  const dense = (from: number, to: number, activation: Activation): NetworkLayer => ({
    kind: "dense",
    weights: take(from * to),
    bias: take(to),
    activation,
  });
  const layers: NetworkLayer[] = name === "lstm"
    ? [{
      kind: "lstm",
      units,
      kernel: take(inputs * 4 * units),
      recurrentKernel: take(units * 4 * units),
      bias: take(4 * units),
      recurrentActivation: "sigmoid",
      returnsSequence: false,
    }, dense(units, classes, "softmax")]
    : widths.slice(1).map((width, index) =>
      dense(widths[index]!, width, index < widths.length - 2 ? "relu" : "softmax")
    );
  const frameRows = count + window - 1;
  const learnt = {
    values: normal(frameRows * columns, 1),
    columns,
    window,
    classCount: classes,
    rows: Int32Array.from({ length: count }, (_, index) => index + window - 1),
    classes: Int8Array.from({ length: count }, () => random.integer(classes)),
    weights: new Float64Array(count).fill(1),
  };
  const positions = Int32Array.from({ length: count }, (_, index) => index);
  const state = createAdamW(weights.length);
  return async () => {
    const { gradient } = await lossAndGradient(layers, { rows: learnt, positions }, 0, random);
    clipNorm(gradient, 1);
    stepAdamW(weights, state, DEFAULT_ADAM_W, { gradient, learningRate: 1e-3 });
  };
}

function weightsOf(name: Case): number {
  const { inputs, units, classes } = LSTM;
  if (name === "lstm") return 4 * units * (inputs + units + 1) + (units + 1) * classes;
  const { widths } = DENSE;
  return widths.slice(1).reduce((sum, width, index) => sum + (widths[index]! + 1) * width, 0);
}

function randomClasses(rows: number): tf.Tensor {
  return tf.tidy(() => tf.oneHot(tf.randomUniform([rows], 0, LSTM.classes, "int32"), LSTM.classes));
}

function loss(y: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.losses.softmaxCrossEntropy(y, logits);
}

/** Milliseconds of each of so many steps. */
export async function timeSteps(step: Step, count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < count; index++) {
    const before = performance.now();
    await step();
    taken.push(performance.now() - before);
  }
  return taken;
}

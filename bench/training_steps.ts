import { denseStack, type StackLayer } from "../lib/tensor/dense_stack.ts";
import { lstmSequence } from "../lib/tensor/lstm_sequence.ts";
import { tf } from "../lib/tensor/tfjs.ts";

/** The steps that are timed, as the targets name them. */
export const CASES = ["lstm", "dense"] as const;
/** One of `CASES`. */
export type Case = typeof CASES[number];

/** Batch 64, 32 steps, 16 features, 64 units, then 3 classes. */
export const LSTM = { batch: 64, steps: 32, inputs: 16, units: 64, classes: 3 } as const;
/** 4,096 rows through dense layers of these widths. */
export const DENSE = { rows: 4_096, widths: [20, 128, 64, 3] } as const;

/** One training step with tfjs's own Adam: loss, gradients, update. */
export type Step = () => void;

/** Plain `tf.layers`, as anybody would write it. */
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

/** The same step on the fused operations. */
export function fusedStep(name: Case): Step {
  const { batch, steps, inputs, units, classes } = LSTM;
  const { rows, widths } = DENSE;
  const variable = (shape: number[], deviation: number) =>
    tf.variable(tf.randomNormal(shape, 0, deviation));
  const optimizer = tf.train.adam(1e-3);
  if (name === "lstm") {
    const x = tf.randomNormal<tf.Rank.R3>([batch, steps, inputs]);
    const y = randomClasses(batch);
    const [kernel, recurrent, bias, weights, offset] = [
      variable([inputs, 4 * units], 0.1),
      variable([units, 4 * units], 0.1),
      variable([4 * units], 0),
      variable([units, classes], 0.1),
      variable([classes], 0),
    ] as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, tf.Tensor1D];
    return () => {
      optimizer.minimize(() => {
        const state = lstmSequence(x, kernel, recurrent, bias, {
          recurrentActivation: "sigmoid",
          returnsSequence: false,
        }) as tf.Tensor2D;
        const logits = denseStack(state, [{ weights, bias: offset, activation: "linear" }]);
        return loss(y, logits);
      });
    };
  }
  const x = tf.randomNormal<tf.Rank.R2>([rows, widths[0]]);
  const y = randomClasses(rows);
  const layers = widths.slice(1).map((width, index) => ({
    weights: variable([widths[index]!, width], 0.1),
    bias: variable([width], 0),
    activation: index < widths.length - 2 ? "relu" : "linear",
  })) as unknown as StackLayer[];
  return () => {
    optimizer.minimize(() => loss(y, denseStack(x, layers)));
  };
}

function randomClasses(rows: number): tf.Tensor {
  return tf.tidy(() => tf.oneHot(tf.randomUniform([rows], 0, LSTM.classes, "int32"), LSTM.classes));
}

function loss(y: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.losses.softmaxCrossEntropy(y, logits);
}

/** Milliseconds of each of so many steps. */
export function timeSteps(step: Step, count: number): number[] {
  return Array.from({ length: count }, () => {
    const before = performance.now();
    step();
    return performance.now() - before;
  });
}

import { tf } from "./tfjs.ts";

/** Settings of an LSTM over a sequence. */
export interface LstmOptions {
  /** Of the three gates; hard sigmoid is clip(.2 x + .5, 0, 1). */
  readonly recurrentActivation: "sigmoid" | "hard-sigmoid";
  /** True gives the state of every step `[batch, steps, units]`, false that of the last step. */
  readonly returnsSequence: boolean;
}

/**
 * An LSTM over sequences, composed of plain tfjs operations: the slow reference of `lstmSequence`.
 * Conventions of tfjs: gates in the order input, forget, cell, output; the state starts at zero.
 *
 * @param x `[batch, steps, inputs]`
 * @param kernel `[inputs, 4 · units]`
 * @param recurrentKernel `[units, 4 · units]`
 * @param bias `[4 · units]`
 * @returns `[batch, units]`, or `[batch, steps, units]` when it returns the sequence
 */
export function lstmReference(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrentKernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  options: LstmOptions,
): tf.Tensor {
  return tf.tidy(() => {
    const [batch, steps, inputs] = x.shape;
    const units = recurrentKernel.shape[0];
    const gate = options.recurrentActivation === "sigmoid" ? tf.sigmoid : hardSigmoid;
    let state: tf.Tensor2D = tf.zeros([batch, units]);
    let cell: tf.Tensor2D = tf.zeros([batch, units]);
    const states: tf.Tensor2D[] = [];
    for (let t = 0; t < steps; t++) {
      // Not tf.unstack: its gradient fails when there is one step.
      const step: tf.Tensor2D = tf.reshape(tf.slice(x, [0, t, 0], [batch, 1, inputs]), [
        batch,
        inputs,
      ]);
      const sums = tf.add(
        tf.add(tf.matMul(step, kernel), tf.matMul(state, recurrentKernel)),
        bias,
      );
      const [input, forget, candidate, output] = tf.split(sums, 4, 1) as [
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      cell = tf.add(tf.mul(gate(forget), cell), tf.mul(gate(input), tf.tanh(candidate)));
      state = tf.mul(gate(output), tf.tanh(cell));
      states.push(state);
    }
    return options.returnsSequence ? tf.stack(states, 1) : state;
  });
}

function hardSigmoid(x: tf.Tensor): tf.Tensor {
  return tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1);
}

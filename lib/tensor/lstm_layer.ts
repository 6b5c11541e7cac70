import { type LstmOptions, lstmSequence } from "./lstm_sequence.ts";
import { tf } from "./tfjs.ts";

/** Settings of a fused LSTM layer; names and defaults are those of `tf.layers.lstm`. */
export interface LstmLayerSettings {
  /** Width of the state. */
  readonly units: number;
  /** Of the three gates; hard sigmoid when absent. */
  readonly recurrentActivation?: LstmOptions["recurrentActivation"];
  /** True gives the state of every step; false when absent. */
  readonly returnSequences?: boolean;
  /** True starts the forget gate's bias at 1; true when absent. */
  readonly unitForgetBias?: boolean;
  /** Seed of the initial weights. */
  readonly seed?: number;
}

/**
 * The fused LSTM as a layer of tfjs. Its weights are those of `tf.layers.lstm` in the same order (kernel,
 * recurrent kernel, bias), so each layer can take over the weights of the other.
 *
 * @throws {RangeError} when `units` is not a positive integer
 * @example
 * ```ts
 * import { openTensorflow, tf } from "./tensorflow.ts";
 * import { lstmLayer } from "./lstm_layer.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * await openTensorflow({ threads: 1 });
 * const model = tf.sequential({
 *   layers: [lstmLayer({ units: 4, inputShape: [5, 3] }), tf.layers.dense({ units: 1 })],
 * });
 * assertEquals(model.outputShape, [null, 1]);
 * model.dispose();
 * ```
 */
export function lstmLayer(
  settings: LstmLayerSettings & { readonly inputShape?: readonly [number | null, number] },
): tf.layers.Layer {
  return new FusedLstm(settings);
}

class FusedLstm extends tf.layers.Layer {
  static readonly className = "FusedLstm";
  readonly #settings: LstmLayerSettings;
  #weights: readonly tf.LayerVariable[] = [];

  constructor(
    settings: LstmLayerSettings & { readonly inputShape?: readonly [number | null, number] },
  ) {
    const { inputShape } = settings;
    super(inputShape === undefined ? {} : { inputShape: [...inputShape] });
    if (!Number.isInteger(settings.units) || settings.units < 1) {
      throw new RangeError(
        `Cannot make an LSTM layer as it has one unit or more: current value is ${settings.units}`,
      );
    }
    this.#settings = settings;
  }

  override build(shape: tf.Shape | tf.Shape[]): void {
    const [, , inputs] = shape as [number | null, number | null, number];
    const { units, unitForgetBias = true, seed } = this.#settings;
    const seeded = (offset: number) => (seed === undefined ? {} : { seed: seed + offset });
    this.#weights = [
      this.addWeight(
        "kernel",
        [inputs, 4 * units],
        "float32",
        tf.initializers.glorotUniform(seeded(0)),
      ),
      this.addWeight(
        "recurrent_kernel",
        [units, 4 * units],
        "float32",
        tf.initializers.orthogonal(seeded(1)),
      ),
      this.addWeight("bias", [4 * units], "float32", tf.initializers.zeros()),
    ];
    if (unitForgetBias) {
      const bias = forgetBias(units);
      this.#weights[2]!.write(bias);
      bias.dispose();
    }
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    const [kernel, recurrentKernel, bias] = this.#weights.map((weight) => weight.read());
    const { recurrentActivation = "hard-sigmoid", returnSequences = false } = this.#settings;
    return lstmSequence(
      x,
      kernel as tf.Tensor2D,
      recurrentKernel as tf.Tensor2D,
      bias as tf.Tensor1D,
      { recurrentActivation, returnsSequence: returnSequences },
    );
  }

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, steps] = shape as [number | null, number | null, number];
    const { units, returnSequences = false } = this.#settings;
    return returnSequences ? [batch!, steps!, units] : [batch!, units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#settings } as tf.serialization.ConfigDict;
  }
}

/** 1 for the forget gate, else 0: a cell that keeps what it holds until it learns to forget. */
function forgetBias(units: number): tf.Tensor1D {
  const bias = new Float32Array(4 * units).fill(1, units, 2 * units);
  return tf.tensor1d(bias);
}

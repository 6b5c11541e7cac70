import type { NetworkLayer } from "./network_model.ts";
import { createRandom, type Random } from "../../core/mod.ts";
import type { NetworkParameters } from "./parameters.ts";

/** Added to the variance by layer normalisation, as in PyTorch. */
const NORMALIZATION_EPSILON = 1e-5;

/** Width of what goes in and out of a network. */
export interface NetworkShape {
  /** Columns of a feature row. */
  readonly columns: number;
  /** Number of classes. */
  readonly classCount: number;
}

/**
 * The layers of one member as views of one flat array of weights, so that an optimizer, a
 * checkpoint and the network work on the same numbers.
 *
 * @param weights `weightCount(parameters, shape)` numbers
 */
export function layersOf(
  parameters: Pick<NetworkParameters, "units" | "inputNormalization">,
  { columns, classCount }: NetworkShape,
  weights: Float32Array,
): NetworkLayer[] {
  let end = 0;
  const take = (size: number): Float32Array => weights.subarray(end, end += size);
  const layers: NetworkLayer[] = [];
  if (parameters.inputNormalization) {
    layers.push({
      kind: "layer-normalization",
      gain: take(columns),
      offset: take(columns),
      epsilon: NORMALIZATION_EPSILON,
    });
  }
  let inputs = columns;
  parameters.units.forEach((units, index) => {
    layers.push({
      kind: "lstm",
      units,
      kernel: take(inputs * 4 * units),
      recurrentKernel: take(units * 4 * units),
      bias: take(4 * units),
      recurrentActivation: "sigmoid",
      returnsSequence: index < parameters.units.length - 1,
    });
    inputs = units;
  });
  layers.push({
    kind: "dense",
    weights: take(inputs * classCount),
    bias: take(classCount),
    activation: "softmax",
  });
  return layers;
}

/** Numbers that `layersOf` reads. */
export function weightCount(
  parameters: Pick<NetworkParameters, "units" | "inputNormalization">,
  { columns, classCount }: NetworkShape,
): number {
  const widths = [columns, ...parameters.units];
  const normalization = parameters.inputNormalization ? 2 * columns : 0;
  return parameters.units.reduce(
    (sum, units, index) => sum + 4 * units * (widths[index]! + units + 1),
    normalization + (widths.at(-1)! + 1) * classCount,
  );
}

/** The weights of a layer that decay: neither biases nor normalisation. */
export function decayingWeights(layer: NetworkLayer): readonly Float32Array[] {
  switch (layer.kind) {
    case "dense":
      return [layer.weights];
    case "lstm":
      return [layer.kernel, layer.recurrentKernel];
    case "layer-normalization":
      return [];
  }
}

/**
 * Writes the weights to start from: Glorot-uniform kernels (Glorot & Bengio 2010), an orthogonal
 * recurrent kernel per gate (Saxe, McClelland & Ganguli 2014), forget biases of 1 (Jozefowicz,
 * Zaremba & Sutskever 2015), neutral normalisation, and 0 for every other bias.
 */
export function initializeWeights(layers: readonly NetworkLayer[], seed: number): void {
  const random = createRandom(seed);
  for (const layer of layers) {
    switch (layer.kind) {
      case "layer-normalization":
        layer.gain.fill(1);
        break;
      case "dense":
        fillGlorot(
          layer.weights,
          layer.weights.length / layer.bias.length,
          layer.bias.length,
          random,
        );
        break;
      case "lstm":
        fillGlorot(layer.kernel, layer.kernel.length / (4 * layer.units), layer.units, random);
        for (let gate = 0; gate < 4; gate++) {
          fillOrthogonal(layer.recurrentKernel, layer.units, gate, random);
        }
        layer.bias.fill(1, layer.units, 2 * layer.units);
        break;
    }
  }
}

function fillGlorot(weights: Float32Array, inputs: number, outputs: number, random: Random): void {
  const limit = Math.sqrt(6 / (inputs + outputs));
  for (let i = 0; i < weights.length; i++) weights[i] = limit * (2 * random.uniform() - 1);
}

/** Fills one gate's square block of a `[units, 4 · units]` kernel by Gram and Schmidt. */
function fillOrthogonal(kernel: Float32Array, units: number, gate: number, random: Random): void {
  const rows: Float64Array[] = [];
  for (let row = 0; row < units; row++) {
    const direction = Float64Array.from({ length: units }, () => random.normal());
    // Twice, as rounding leaves a little of the other rows after the first time.
    for (const other of [...rows, ...rows]) {
      const share = dot(direction, other);
      for (let i = 0; i < units; i++) direction[i]! -= share * other[i]!;
    }
    const norm = Math.sqrt(dot(direction, direction));
    rows.push(direction.map((value) => value / norm));
    kernel.set(rows[row]!, row * 4 * units + gate * units);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

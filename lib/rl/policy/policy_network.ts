import type { NetworkLayer } from "../../models/mod.ts";
import { createRandom, type Random } from "../../core/mod.ts";

/** Sizes of policy networks. */
export const POLICY_SIZES = ["small", "medium", "large", "recurrent"] as const;
/** One of `POLICY_SIZES`. */
export type PolicySize = typeof POLICY_SIZES[number];

/** Widths of the hidden layers; `recurrent` has LSTM layers, the others dense ones. */
export const HIDDEN_UNITS: Readonly<Record<PolicySize, readonly number[]>> = {
  small: [32, 32],
  medium: [128, 64],
  large: [256, 128, 64],
  recurrent: [64, 32],
};

/** The last layer begins this small, so that a fresh policy is nearly indifferent. */
const HEAD_GAIN = 0.01;
/** Keeps the variance of a signal on its way through tanh. */
const TANH_GAIN = 5 / 3;

/** What decides the number of weights. */
export interface PolicyShape {
  /** How large the network is. */
  readonly size: PolicySize;
  /** Columns of a feature row. */
  readonly columns: number;
  /** Numbers that the head gives for each row. */
  readonly outputs: number;
}

/**
 * The layers of one policy as views of one flat array of weights. The trunk reads market data
 * alone. The previous position enters at the head, which gives one group of logits for each
 * position that might be held: one pass answers for all of them (docs/methods.md#exact-gradient).
 *
 * @param weights `policyWeights(shape)` numbers
 */
export function policyLayers(shape: PolicyShape, weights: Float32Array): NetworkLayer[] {
  let end = 0;
  const take = (length: number): Float32Array => weights.subarray(end, end += length);
  const units = HIDDEN_UNITS[shape.size];
  const layers: NetworkLayer[] = [];
  let inputs = shape.columns;
  units.forEach((width, index) => {
    layers.push(
      shape.size === "recurrent"
        ? {
          kind: "lstm",
          units: width,
          kernel: take(inputs * 4 * width),
          recurrentKernel: take(width * 4 * width),
          bias: take(4 * width),
          recurrentActivation: "sigmoid",
          returnsSequence: index < units.length - 1,
        }
        : {
          kind: "dense",
          weights: take(inputs * width),
          bias: take(width),
          activation: "tanh",
        },
    );
    inputs = width;
  });
  layers.push({
    kind: "dense",
    weights: take(inputs * shape.outputs),
    bias: take(shape.outputs),
    activation: "linear",
  });
  return layers;
}

/** Numbers that `policyLayers` reads. */
export function policyWeights({ columns, outputs, size }: PolicyShape): number {
  const units = HIDDEN_UNITS[size];
  const widths = [columns, ...units];
  return units.reduce(
    (sum, width, index) =>
      sum +
      (size === "recurrent"
        ? 4 * width * (widths[index]! + width + 1)
        : width * (widths[index]! + 1)),
    (widths.at(-1)! + 1) * outputs,
  );
}

/** 1 for each weight that decays: no bias does. */
export function decayMarks(layers: readonly NetworkLayer[], weights: Float32Array): Uint8Array {
  const marks = new Uint8Array(weights.length);
  for (const part of layers.flatMap(kernels)) {
    const begin = (part.byteOffset - weights.byteOffset) / Float32Array.BYTES_PER_ELEMENT;
    marks.fill(1, begin, begin + part.length);
  }
  return marks;
}

/**
 * Writes the weights to start from: orthogonal kernels (Saxe, McClelland & Ganguli 2014), a forget
 * bias of 1, and uniform biases in ±1 / √inputs for hidden dense layers. With biases of 0 the trunk
 * would be an odd function of its features, and the head could tell the positions held apart by
 * its own few biases alone: staying put where a turn does not pay was then hardly learnt at all.
 */
export function initializePolicy(layers: readonly NetworkLayer[], seed: number): void {
  const random = createRandom(seed);
  layers.forEach((layer, index) => {
    if (layer.kind === "lstm") {
      for (const kernel of kernels(layer)) {
        fillOrthogonal(kernel, 4 * layer.units, { units: layer.units, gain: 1, random });
      }
      layer.bias.fill(1, layer.units, 2 * layer.units);
    } else if (layer.kind === "dense") {
      const gain = index === layers.length - 1 ? HEAD_GAIN : TANH_GAIN;
      const width = layer.bias.length;
      fillOrthogonal(layer.weights, width, { units: width, gain, random });
      if (gain === HEAD_GAIN) return;
      const limit = 1 / Math.sqrt(layer.weights.length / width);
      for (let i = 0; i < width; i++) layer.bias[i] = limit * (2 * random.uniform() - 1);
    }
  });
}

/** Logits between flat and a full position of a policy whose forecast is as clear as can be. */
const CONFIDENCE = 2;

/**
 * Lets a policy of dense layers begin as a rule: it turns where a linear forecast lies beyond a
 * band around 0 and stays as it is within. The first unit of each layer carries the forecast to the
 * head, where the others hardly count yet. Every second unit of the first layer begins as the
 * forecast too, each with its own bias: what is known to earn is learnt on before what is not. LSTM
 * layers stay as they are.
 *
 * @param rule one weight per column, of forecasts that vary by 1, and the band
 * @param actions positions to choose from
 * @returns whether the policy now follows the rule
 */
export function plantForecast(
  layers: readonly NetworkLayer[],
  { band, weights: forecast }: { readonly band: number; readonly weights: Float64Array },
  actions: readonly number[],
): boolean {
  const dense = layers.filter((layer) => layer.kind === "dense");
  if (dense.length < layers.length) return false;
  const [first, ...others] = dense;
  const head = others.pop()!;
  const width = first!.bias.length;
  for (let unit = 0; unit < width; unit += 2) {
    forecast.forEach((weight, column) =>
      first!.weights[column * width + unit] = TANH_GAIN * weight
    );
  }
  first!.bias[0] = 0;
  let edge = Math.tanh(TANH_GAIN * band);
  for (const { bias, weights } of others) {
    for (let at = 0; at < weights.length; at += bias.length) weights[at] = 0;
    weights[0] = TANH_GAIN;
    bias[0] = 0;
    edge = Math.tanh(TANH_GAIN * edge);
  }
  const count = actions.length, lowest = actions[0]!, highest = actions.at(-1)!;
  actions.forEach((held, from) => {
    actions.forEach((next, to) => head.weights[from * count + to] = CONFIDENCE * next);
    const furthest = Math.max(highest - held, held - lowest);
    head.bias[from * count + from] = CONFIDENCE * furthest * edge;
  });
  return true;
}

function kernels(layer: NetworkLayer): readonly Float32Array[] {
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
 * Fills a row-major matrix block by block of `units` columns with orthonormal rows or columns,
 * whichever are fewer (Gram & Schmidt), times `gain`.
 */
function fillOrthogonal(
  kernel: Float32Array,
  width: number,
  { units, gain, random }: { units: number; gain: number; random: Random },
): void {
  const inputs = kernel.length / width;
  const [count, length] = inputs < units ? [inputs, units] : [units, inputs];
  for (let block = 0; block < width; block += units) {
    const directions = orthonormal(count, length, random);
    directions.forEach((direction, i) =>
      direction.forEach((value, j) => {
        const [row, column] = inputs < units ? [i, j] : [j, i];
        kernel[row * width + block + column] = gain * value;
      })
    );
  }
}

function orthonormal(count: number, length: number, random: Random): Float64Array[] {
  const found: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const direction = Float64Array.from({ length }, () => random.normal());
    // Twice, as rounding leaves a little of the others after the first time.
    for (const other of [...found, ...found]) {
      const share = dot(direction, other);
      for (let j = 0; j < length; j++) direction[j]! -= share * other[j]!;
    }
    const norm = Math.sqrt(dot(direction, direction));
    found.push(direction.map((value) => value / norm));
  }
  return found;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

import type { GraphBuilder, Value } from "../../onnx/mod.ts";

/** Where a layer's numbers come from and what they are, for the words of an error. */
export interface WeightsName {
  /** The layer, such as "layer 2 of member 1". */
  readonly place: string;
  /** What the numbers are, such as "the kernel". */
  readonly part: string;
}

/**
 * Stores the numbers of a layer.
 *
 * @throws {RangeError} when they do not fill the shape that the layer before asks for
 */
export function addWeights(
  graph: GraphBuilder,
  values: Float32Array,
  shape: readonly number[],
  name: WeightsName,
): Value {
  checkWeights(values, shape, name);
  return graph.constant(values, shape);
}

/**
 * Refuses numbers of a layer that do not fill the shape.
 *
 * @throws {RangeError} when they do not
 */
export function checkWeights(
  values: Float32Array,
  shape: readonly number[],
  { place, part }: WeightsName,
): void {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (values.length === size) return;
  throw new RangeError(
    `Cannot export ${place} as ${part} must fill [${shape.join(", ")}]: ` +
      `current value is ${values.length} numbers`,
  );
}

/** Width of a layer's input, which every layer knows before it is built. */
export function inputWidth(input: Value): number {
  const width = input.shape.at(-1);
  if (typeof width !== "number") {
    throw new RangeError(
      `Cannot export a layer as the width of its input must be known: current value is [${input.shape}]`,
    );
  }
  return width;
}

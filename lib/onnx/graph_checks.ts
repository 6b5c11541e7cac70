import type { ElementType, Shape, Value } from "./onnx_messages.ts";

/**
 * Shape of two tensors joined number by number: axes match from the last one, and an extent of 1
 * stretches.
 *
 * @throws {RangeError} when two extents differ and neither is 1
 */
export function broadcast(operator: string, a: Value, b: Value): Shape {
  const axes = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: axes }, (_, axis) => {
    const left = a.shape[axis - axes + a.shape.length] ?? 1;
    const right = b.shape[axis - axes + b.shape.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw shapeError(operator, a, b);
    return left === 1 ? right : left;
  });
}

/**
 * `joined`, which began with `first`, made longer along its last axis by `other`.
 *
 * @throws {TypeError} when the types differ
 * @throws {RangeError} when any other axis differs or a last extent is open
 */
export function joinedShape(first: Value, joined: Shape, other: Value): Shape {
  requireSameType("Concat", first, other);
  const [a, b] = [joined.at(-1), other.shape.at(-1)];
  const isSameElsewhere = `${joined.slice(0, -1)}` === `${other.shape.slice(0, -1)}`;
  if (!isSameElsewhere || typeof a !== "number" || typeof b !== "number") {
    throw shapeError("Concat", first, other);
  }
  return [...joined.slice(0, -1), a + b];
}

/**
 * Refuses tensors that hold numbers of different types.
 *
 * @throws {TypeError} when they do
 */
export function requireSameType(operator: string, a: Value, b: Value): void {
  if (a.type !== b.type) {
    throw new TypeError(
      `Cannot add ${operator} as both inputs must have one type: current value is ${a.type} and ${b.type}`,
    );
  }
}

/**
 * Refuses a tensor that holds numbers of another type.
 *
 * @throws {TypeError} when it does
 */
export function requireType(operator: string, value: Value, type: ElementType): void {
  if (value.type !== type) {
    throw new TypeError(
      `Cannot add ${operator} as its input must be ${type}: current value is ${value.type}`,
    );
  }
}

/** What is thrown when an operator cannot take these shapes. */
export function shapeError(operator: string, ...values: readonly Value[]): RangeError {
  const shapes = values.map((value) => `[${value.shape}]`).join(" and ");
  return new RangeError(
    `Cannot add ${operator} as the ${values.length === 1 ? "shape does" : "shapes do"} not fit: ` +
      `current value is ${shapes}`,
  );
}

import { concatBytes } from "./protobuf.ts";
import {
  type Attribute,
  type ElementType,
  elementType,
  graph,
  model,
  node,
  type Shape,
  tensor,
  type TensorData,
  type Value,
} from "./onnx_messages.ts";

export type { Attribute, ElementType, Shape, TensorData, Value };

/** One use of an operator that `GraphBuilder` has no method for. */
export interface Operation {
  /** Name in its domain. */
  readonly operator: string;
  /** Operator domain; the standard one when absent. */
  readonly domain?: "ai.onnx.ml";
  /** In the operator's order. */
  readonly inputs: readonly Value[];
  /** Constant arguments by name. */
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Type and shape of each output, in the operator's order. */
  readonly outputs: readonly Omit<Value, "name">[];
}

/**
 * Builds one ONNX model, operator by operator. Types and shapes are checked as values are joined,
 * so a wrong width fails here and not in the runtime. The same calls give the same bytes.
 *
 * @example
 * ```ts
 * import { GraphBuilder } from "./graph.ts";
 * import { assertEquals } from "../utils/assert.ts";
 *
 * const graph = new GraphBuilder();
 * const input = graph.input("x", "float32", ["rows", 2]);
 * const doubled = graph.binary("Mul", input, graph.constant(Float32Array.of(2), [1]));
 * graph.output("y", doubled);
 * assertEquals(doubled.shape, ["rows", 2]);
 * assertEquals(graph.toModel({})[0], 0x08); // field 1, the IR version
 * ```
 */
export class GraphBuilder {
  readonly #nodes: Uint8Array[][] = [];
  readonly #constants: Uint8Array[][] = [];
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  #names = 0;

  /** Declares an input of the model. */
  input(name: string, type: ElementType, shape: Shape): Value {
    const input = { name, type, shape };
    this.#inputs.push(input);
    return input;
  }

  /** Declares an output of the model under the given name. */
  output(name: string, value: Value): void {
    this.#nodes.push(node("Identity", [value.name], [name]));
    this.#outputs.push({ ...value, name });
  }

  /**
   * Stores row-major numbers in the file.
   *
   * @throws {RangeError} when `values` does not fill `shape`
   */
  constant(values: TensorData, shape: readonly number[]): Value {
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (size !== values.length) {
      throw new RangeError(
        `Cannot store a constant as its shape [${shape}] holds ${size} numbers: current value is ${values.length} numbers`,
      );
    }
    const name = this.#newName();
    this.#constants.push(tensor(values, shape, name));
    return { name, type: elementType(values), shape };
  }

  /** Adds any operator; the caller vouches for the types and shapes of its outputs. */
  operation(operation: Operation): readonly Value[] {
    const outputs = operation.outputs.map((output) => ({ ...output, name: this.#newName() }));
    this.#nodes.push(node(
      operation.operator,
      operation.inputs.map((input) => input.name),
      outputs.map((output) => output.name),
      operation.attributes,
      operation.domain,
    ));
    return outputs;
  }

  /** Converts every number. */
  cast(value: Value, type: ElementType): Value {
    const to: Attribute = { kind: "type", value: type };
    return this.#single("Cast", [value], { type, shape: value.shape }, { to });
  }

  /** Applies a function to every number. */
  unary(operator: "Log" | "Sigmoid", value: Value): Value {
    return this.#single(operator, [value], value);
  }

  /** Joins two tensors number by number, shapes broadcast from the last axis. */
  binary(operator: "Add" | "Sub" | "Mul" | "Div" | "Max" | "Min", a: Value, b: Value): Value {
    requireSameType(operator, a, b);
    return this.#single(operator, [a, b], { type: a.type, shape: broadcast(operator, a, b) });
  }

  /** `a > b` number by number. */
  greater(a: Value, b: Value): Value {
    requireSameType("Greater", a, b);
    return this.#single("Greater", [a, b], { type: "bool", shape: broadcast("Greater", a, b) });
  }

  /** `condition ? a : b` number by number. */
  where(condition: Value, a: Value, b: Value): Value {
    requireSameType("Where", a, b);
    const chosen = { ...a, shape: broadcast("Where", a, b) };
    const shape = broadcast("Where", condition, chosen);
    return this.#single("Where", [condition, a, b], { type: a.type, shape });
  }

  /** Matrix product of `[rows, n]` and `[n, m]`. */
  matMul(a: Value, b: Value): Value {
    requireSameType("MatMul", a, b);
    const [rows, inner] = a.shape;
    const [height, width] = b.shape;
    if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== height) {
      throw shapeError("MatMul", a, b);
    }
    return this.#single("MatMul", [a, b], { type: a.type, shape: [rows!, width!] });
  }

  /** Softmax over the last axis. */
  softmax(value: Value): Value {
    const axis: Attribute = { kind: "int", value: value.shape.length - 1 };
    return this.#single("Softmax", [value], value, { axis });
  }

  /** Sum over the last axis, which stays with extent 1 or goes. */
  sum(value: Value, options: { readonly keepAxis: boolean }): Value {
    const last = value.shape.length - 1;
    const shape = [...value.shape.slice(0, last), ...(options.keepAxis ? [1] : [])];
    const axes = this.constant(BigInt64Array.of(BigInt(last)), [1]);
    const keepdims: Attribute = { kind: "int", value: options.keepAxis ? 1 : 0 };
    return this.#single("ReduceSum", [value, axes], { type: value.type, shape }, { keepdims });
  }

  /** Adds an axis of extent 1 at the end. */
  appendAxis(value: Value): Value {
    const axes = this.constant(BigInt64Array.of(BigInt(value.shape.length)), [1]);
    return this.#single("Unsqueeze", [value, axes], { ...value, shape: [...value.shape, 1] });
  }

  /** The bytes of the ONNX file. `metadata` is stored sorted by key. */
  toModel(metadata: Readonly<Record<string, string>>): Uint8Array {
    const fields = graph({
      nodes: this.#nodes,
      constants: this.#constants,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
    return concatBytes(model(fields, metadata));
  }

  #single(
    operator: string,
    inputs: readonly Value[],
    { type, shape }: Omit<Value, "name">,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.operation({ operator, inputs, attributes, outputs: [{ type, shape }] })[0]!;
  }

  #newName(): string {
    return `v${this.#names++}`;
  }
}

function broadcast(operator: string, a: Value, b: Value): Shape {
  const axes = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: axes }, (_, axis) => {
    const left = a.shape[axis - axes + a.shape.length] ?? 1;
    const right = b.shape[axis - axes + b.shape.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw shapeError(operator, a, b);
    return left === 1 ? right : left;
  });
}

function requireSameType(operator: string, a: Value, b: Value): void {
  if (a.type !== b.type) {
    throw new TypeError(
      `Cannot add ${operator} as both inputs must have one type: current value is ${a.type} and ${b.type}`,
    );
  }
}

function shapeError(operator: string, a: Value, b: Value): RangeError {
  return new RangeError(
    `Cannot add ${operator} as the shapes do not fit: current value is [${a.shape}] and [${b.shape}]`,
  );
}

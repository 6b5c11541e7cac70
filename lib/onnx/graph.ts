import {
  broadcast,
  joinedShape,
  requireSameType,
  requireType,
  shapeError,
} from "./graph_checks.ts";
import { concatBytes } from "./protobuf.ts";
import {
  type Attribute,
  type ElementType,
  elementType,
  type Extent,
  graph,
  model,
  node,
  type Shape,
  tensor,
  type TensorData,
  type Value,
} from "./onnx_messages.ts";

export type { Attribute, ElementType, Extent, Shape, TensorData, Value };

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
 * import { assertEquals } from "../../tests/assert.ts";
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
  unary(operator: "Log" | "Relu" | "Sigmoid" | "Tanh", value: Value): Value {
    return this.#single(operator, [value], value);
  }

  /** Joins two tensors number by number, shapes broadcast from the last axis. */
  binary(operator: "Add" | "Sub" | "Mul" | "Div" | "Max" | "Min", a: Value, b: Value): Value {
    requireSameType(operator, a, b);
    return this.#single(operator, [a, b], { type: a.type, shape: broadcast(operator, a, b) });
  }

  /** Every number brought between two bounds. */
  clip(value: Value, low: number, high: number): Value {
    requireType("Clip", value, "float64");
    const bounds = [low, high].map((bound) => this.constant(Float64Array.of(bound), []));
    return this.#single("Clip", [value, ...bounds], value);
  }

  /** Matrix product of `[…, n]` and `[n, m]`. */
  matMul(a: Value, b: Value): Value {
    requireSameType("MatMul", a, b);
    const [height, width] = b.shape;
    if (a.shape.length < 2 || b.shape.length !== 2 || a.shape.at(-1) !== height) {
      throw shapeError("MatMul", a, b);
    }
    const shape = [...a.shape.slice(0, -1), width!];
    return this.#single("MatMul", [a, b], { type: a.type, shape });
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

  /** Mean of tensors of one shape, number by number. */
  mean(values: readonly Value[]): Value {
    const [first, ...others] = values;
    for (const other of others) {
      requireSameType("Mean", first!, other);
      if (`${first!.shape}` !== `${other.shape}`) throw shapeError("Mean", first!, other);
    }
    return this.#single("Mean", values, first!);
  }

  /** Inserts an axis of extent 1 before `axis`; at the end when that is the number of axes. */
  unsqueeze(value: Value, axis: number): Value {
    const axes = this.constant(BigInt64Array.of(BigInt(axis)), [1]);
    return this.#single("Unsqueeze", [value, axes], {
      ...value,
      shape: value.shape.toSpliced(axis, 0, 1),
    });
  }

  /** Takes out an axis of extent 1. */
  squeeze(value: Value, axis: number): Value {
    if (value.shape[axis] !== 1) throw shapeError(`Squeeze of axis ${axis}`, value);
    const axes = this.constant(BigInt64Array.of(BigInt(axis)), [1]);
    return this.#single("Squeeze", [value, axes], {
      ...value,
      shape: value.shape.toSpliced(axis, 1),
    });
  }

  /** Makes the last two axes one: `[…, n, m]` becomes `[…, n · m]`. */
  mergeLastAxes(value: Value): Value {
    const [n, m] = value.shape.slice(-2);
    if (typeof n !== "number" || typeof m !== "number") throw shapeError("Reshape", value);
    const kept = value.shape.slice(0, -2);
    // An extent of 0 keeps that of the input.
    const extents = BigInt64Array.from([...kept.map(() => 0n), BigInt(n * m)]);
    const shape = this.constant(extents, [extents.length]);
    return this.#single("Reshape", [value, shape], { ...value, shape: [...kept, n * m] });
  }

  /** Joins tensors along the last axis. */
  concat(values: readonly Value[]): Value {
    const [first, ...others] = values;
    const shape = others.reduce(
      (joined, other) => joinedShape(first!, joined, other),
      first!.shape,
    );
    const axis: Attribute = { kind: "int", value: shape.length - 1 };
    return this.#single("Concat", values, { type: first!.type, shape }, { axis });
  }

  /** Entries of the first axis at these positions: `indices.shape` takes the place of that axis. */
  gather(value: Value, indices: Value): Value {
    requireType("Gather", indices, "int64");
    if (value.shape.length === 0) throw shapeError("Gather", value, indices);
    const shape = [...indices.shape, ...value.shape.slice(1)];
    return this.#single("Gather", [value, indices], { type: value.type, shape });
  }

  /** Extent of an axis while the model runs: an int64 scalar. */
  extent(value: Value, axis: number): Value {
    if (axis >= value.shape.length) throw shapeError(`the extent of axis ${axis}`, value);
    const shape = this.#single("Shape", [value], { type: "int64", shape: [value.shape.length] });
    return this.gather(shape, this.constant(BigInt64Array.of(BigInt(axis)), []));
  }

  /** 0, 1, … `limit` - 1 as int64; the caller vouches that `limit` is what `extent` stands for. */
  range(limit: Value, extent: Extent): Value {
    requireType("Range", limit, "int64");
    if (limit.shape.length !== 0) throw shapeError("Range", limit);
    const scalar = (value: bigint): Value => this.constant(BigInt64Array.of(value), []);
    return this.#single("Range", [scalar(0n), limit, scalar(1n)], {
      type: "int64",
      shape: [extent],
    });
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

import {
  bytesField,
  concatBytes,
  messageField,
  packedVarintsField,
  stringField,
  varintField,
} from "./protobuf.ts";

/** Operator set of the standard domain; read by ONNX Runtime 1.12 and later. */
export const OPSET = 17;
/** Operator set of the `ai.onnx.ml` domain. */
export const ML_OPSET = 3;
/** Version of the file format itself, the one that came with opset 17. */
export const IR_VERSION = 8;

/** Codes of TensorProto.DataType. */
const ELEMENT_CODES = { float32: 1, int64: 7, bool: 9, float64: 11 } as const;
/** Codes of AttributeProto.AttributeType and the fields that hold the value. */
const ATTRIBUTES = {
  int: { code: 2, field: 3 },
  string: { code: 3, field: 4 },
  tensor: { code: 4, field: 5 },
  ints: { code: 7, field: 8 },
  strings: { code: 8, field: 9 },
} as const;

/** Type of the numbers in a tensor. */
export type ElementType = keyof typeof ELEMENT_CODES;

/** Extent of each axis; "rows" is the batch, open until the model runs. */
export type Shape = readonly (number | "rows")[];

/** A named tensor that flows through the graph. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** Numbers stored in the file. */
export type TensorData = Float32Array | Float64Array | BigInt64Array;

/** A constant argument of an operator. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: ArrayLike<number> }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: TensorData };

/** One use of an operator that `GraphBuilder` has no method for. */
export interface Operation {
  readonly operator: string;
  /** Operator domain; the standard one when absent. */
  readonly domain?: "ai.onnx.ml";
  readonly inputs: readonly Value[];
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
  readonly #nodes: Uint8Array[] = [];
  readonly #constants: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  #names = 0;

  /** Declares an input of the model. */
  input(name: string, type: ElementType, shape: Shape): Value {
    this.#inputs.push(messageField(11, valueInfo(name, type, shape)));
    return { name, type, shape };
  }

  /** Declares an output of the model under the given name. */
  output(name: string, value: Value): void {
    this.#nodes.push(nodeField("Identity", [value.name], [name]));
    this.#outputs.push(messageField(12, valueInfo(name, value.type, value.shape)));
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
    this.#constants.push(messageField(5, [stringField(8, name), ...tensor(values, shape)]));
    return { name, type: elementType(values), shape };
  }

  /** Adds any operator; the caller vouches for the types and shapes of its outputs. */
  operation(operation: Operation): readonly Value[] {
    const outputs = operation.outputs.map((output) => ({ ...output, name: this.#newName() }));
    this.#nodes.push(nodeField(
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
    const to: Attribute = { kind: "int", value: ELEMENT_CODES[type] };
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
    const properties = Object.keys(metadata).sort();
    return concatBytes([
      varintField(1, IR_VERSION),
      stringField(2, "trading-ai"),
      messageField(7, [
        ...this.#nodes,
        stringField(2, "classifier"),
        ...this.#constants,
        ...this.#inputs,
        ...this.#outputs,
      ]),
      messageField(8, [stringField(1, ""), varintField(2, OPSET)]),
      messageField(8, [stringField(1, "ai.onnx.ml"), varintField(2, ML_OPSET)]),
      ...properties.map((key) =>
        messageField(14, [stringField(1, key), stringField(2, metadata[key]!)])
      ),
    ]);
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

function nodeField(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = "",
): Uint8Array {
  return messageField(1, [
    ...inputs.map((name) => stringField(1, name)),
    ...outputs.map((name) => stringField(2, name)),
    stringField(4, operator),
    ...Object.entries(attributes).map(([name, attribute]) => attributeField(name, attribute)),
    stringField(7, domain),
  ]);
}

function attributeField(name: string, attribute: Attribute): Uint8Array {
  const { code, field } = ATTRIBUTES[attribute.kind];
  return messageField(5, [
    stringField(1, name),
    ...attributeValue(field, attribute),
    varintField(20, code),
  ]);
}

function attributeValue(field: number, attribute: Attribute): Uint8Array[] {
  switch (attribute.kind) {
    case "int":
      return [varintField(field, attribute.value)];
    case "string":
      return [stringField(field, attribute.value)];
    case "ints":
      return [packedVarintsField(field, attribute.value)];
    case "strings":
      return attribute.value.map((value) => stringField(field, value));
    case "tensor":
      return [messageField(field, tensor(attribute.value, [attribute.value.length]))];
  }
}

/** Fields of a TensorProto. Raw data is little-endian, as is every machine Deno runs on. */
function tensor(values: TensorData, shape: readonly number[]): Uint8Array[] {
  return [
    packedVarintsField(1, shape),
    varintField(2, ELEMENT_CODES[elementType(values)]),
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}

/** Fields of a ValueInfoProto. */
function valueInfo(name: string, type: ElementType, shape: Shape): Uint8Array[] {
  const axes = shape.map((extent) =>
    messageField(1, [typeof extent === "number" ? varintField(1, extent) : stringField(2, extent)])
  );
  const tensorType = [varintField(1, ELEMENT_CODES[type]), messageField(2, axes)];
  return [stringField(1, name), messageField(2, [messageField(1, tensorType)])];
}

function elementType(values: TensorData): ElementType {
  if (values instanceof Float32Array) return "float32";
  return values instanceof Float64Array ? "float64" : "int64";
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

/**
 * The messages of an ONNX file that our models use, each as the bytes of its fields.
 * Field numbers and codes: onnx.proto of the ONNX project.
 *
 * @module
 */
import {
  bytesField,
  floatField,
  littleEndian,
  messageField,
  packedFloatsField,
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
const ELEMENT_CODES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int64: 7,
  float64: 11,
};
/** Codes of AttributeProto.AttributeType and the fields that hold the value. */
const ATTRIBUTES = {
  float: { code: 1, field: 2 },
  int: { code: 2, field: 3 },
  type: { code: 2, field: 3 },
  string: { code: 3, field: 4 },
  tensor: { code: 4, field: 5 },
  floats: { code: 6, field: 7 },
  ints: { code: 7, field: 8 },
  strings: { code: 8, field: 9 },
} as const;

/** Type of the numbers in a tensor. */
export type ElementType = "float32" | "float64" | "int64";

/**
 * Extent of one axis. Two are open until the model runs: "rows" counts predictions, "steps" the
 * feature rows they are made from where one prediction reads several.
 */
export type Extent = number | "rows" | "steps";

/** Extent of each axis. */
export type Shape = readonly Extent[];

/** A named tensor that flows through the graph. */
export interface Value {
  /** Unique in the graph. */
  readonly name: string;
  /** Type of its numbers. */
  readonly type: ElementType;
  /** Extent of each axis. */
  readonly shape: Shape;
}

/** Numbers stored in the file. */
export type TensorData = Float32Array | Float64Array | BigInt64Array;

/** A constant argument of an operator. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "type"; readonly value: ElementType }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: ArrayLike<number> }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: TensorData };

/** Fields of a ModelProto: the whole file. `metadata` is stored sorted by key. */
export function model(
  graph: readonly Uint8Array[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  return [
    varintField(1, IR_VERSION),
    stringField(2, "trading-ai"),
    messageField(7, graph),
    messageField(8, [stringField(1, ""), varintField(2, OPSET)]),
    messageField(8, [stringField(1, "ai.onnx.ml"), varintField(2, ML_OPSET)]),
    ...Object.keys(metadata).sort().map((key) =>
      messageField(14, [stringField(1, key), stringField(2, metadata[key]!)])
    ),
  ];
}

/** Fields of a GraphProto. */
export function graph(parts: {
  readonly nodes: readonly Uint8Array[][];
  readonly constants: readonly Uint8Array[][];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}): Uint8Array[] {
  return [
    ...parts.nodes.map((fields) => messageField(1, fields)),
    stringField(2, "classifier"),
    ...parts.constants.map((fields) => messageField(5, fields)),
    ...parts.inputs.map((value) => messageField(11, valueInfo(value))),
    ...parts.outputs.map((value) => messageField(12, valueInfo(value))),
  ];
}

/** Fields of a NodeProto: one operator. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = "",
): Uint8Array[] {
  return [
    ...inputs.map((name) => stringField(1, name)),
    ...outputs.map((name) => stringField(2, name)),
    stringField(4, operator),
    ...Object.entries(attributes).map(([name, attribute]) => attributeField(name, attribute)),
    stringField(7, domain),
  ];
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
    case "float":
      return [floatField(field, attribute.value)];
    case "type":
      return [varintField(field, ELEMENT_CODES[attribute.value])];
    case "string":
      return [stringField(field, attribute.value)];
    case "ints":
      return [packedVarintsField(field, attribute.value)];
    case "floats":
      return [packedFloatsField(field, attribute.value)];
    case "strings":
      return attribute.value.map((value) => stringField(field, value));
    case "tensor":
      return [messageField(field, tensor(attribute.value, [attribute.value.length]))];
  }
}

/** Fields of a TensorProto. */
export function tensor(
  values: TensorData,
  shape: readonly number[],
  name = "",
): Uint8Array[] {
  return [
    packedVarintsField(1, shape),
    varintField(2, ELEMENT_CODES[elementType(values)]),
    stringField(8, name),
    bytesField(9, littleEndian(values)),
  ];
}

/** Fields of a ValueInfoProto. */
export function valueInfo({ name, type, shape }: Value): Uint8Array[] {
  const axes = shape.map((extent) =>
    messageField(1, [typeof extent === "number" ? varintField(1, extent) : stringField(2, extent)])
  );
  const tensorType = [varintField(1, ELEMENT_CODES[type]), messageField(2, axes)];
  return [stringField(1, name), messageField(2, [messageField(1, tensorType)])];
}

/** Type of stored numbers. */
export function elementType(values: TensorData): ElementType {
  if (values instanceof Float32Array) return "float32";
  return values instanceof Float64Array ? "float64" : "int64";
}

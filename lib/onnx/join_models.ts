import { CorruptArtifactError } from "../core/mod.ts";
import { INPUT_NAME, OUTPUT_NAME } from "./tensor_names.ts";
import { node, tensor, type Value, valueInfo } from "./onnx_messages.ts";
import { bytesField, concatBytes, messageField, stringField } from "./protobuf.ts";

/** One model on its way into a joint graph. */
export interface JoinedModel {
  /** An ONNX file with input `features` and output `probabilities`. */
  readonly onnx: Uint8Array;
  /** Rows that one prediction reads. */
  readonly window: number;
}

/** Several models as one, with what each reads and gives. */
export interface JointModel {
  readonly onnx: Uint8Array;
  /** Columns of each model's features, in order. */
  readonly features: readonly number[];
  /** Numbers in each model's prediction, in order. */
  readonly outputs: readonly number[];
}

/** One field of a message. */
interface Field {
  readonly number: number;
  /** Of a number. */
  readonly value: number;
  /** Of a nested message or text; empty for numbers. */
  readonly body: Uint8Array;
  readonly isDelimited: boolean;
  /** The whole field, to be copied. */
  readonly raw: Uint8Array;
}

/** Fields of a message whose text is a name, or messages in which there are some. */
type Names = { readonly [field: number]: "name" | Names };

const NODE: Names = { 1: "name", 2: "name", 3: "name" };
const VALUE: Names = { 1: "name", 2: { 1: { 2: { 1: { 2: "name" } } } } };
/** Nodes, constants, inputs, outputs and values of a GraphProto. */
const GRAPH: Names = { 1: NODE, 5: { 8: "name" }, 13: VALUE };
const IR_VERSION_FIELD = 1, GRAPH_FIELD = 7, OPSET_FIELD = 8;
const NODE_FIELD = 1, GRAPH_NAME_FIELD = 2, CONSTANT_FIELD = 5, INPUT_FIELD = 11, OUTPUT_FIELD = 12;

/**
 * Puts several models into one graph, side by side, for one prediction of each: tensor `features`
 * of model 2 becomes `m2_features`. One call then runs all of them, where a call, and every tensor
 * handed over, costs more than a small model. The arithmetic of each stays as it is. Models must
 * hold no graphs inside their nodes.
 *
 * @param models files of one IR version
 * @returns a model of one input, `features`: the newest rows of all models one after the other,
 * oldest row first, as one list; and one output, `probabilities` `[1, all predictions]`
 * @throws {CorruptArtifactError} when one is no such ONNX file
 */
export function joinModels(models: readonly JoinedModel[]): JointModel {
  const opsets = new Map<string, Uint8Array>();
  const graphs: Uint8Array[] = [];
  const features: number[] = [], outputs: number[] = [];
  let version: Uint8Array | null = null;
  models.forEach(({ onnx }, index) => {
    const fields = fieldsOf(onnx);
    const graph = fields.find(({ number }) => number === GRAPH_FIELD);
    if (graph === undefined) throw new CorruptArtifactError(`Cannot join model ${index}: no graph`);
    version ??= fields.find(({ number }) => number === IR_VERSION_FIELD)?.raw ?? null;
    for (const { number, raw } of fields) if (number === OPSET_FIELD) opsets.set(raw.join(), raw);
    const parts = fieldsOf(graph.body);
    features.push(widthOf(parts, INPUT_FIELD));
    outputs.push(widthOf(parts, OUTPUT_FIELD));
    graphs.push(renamed(parts.filter(({ number }) => number in GRAPH), GRAPH, prefixOf(index)));
  });
  const windows = models.map(({ window }) => window);
  const onnx = concatBytes([
    ...(version === null ? [] : [version]),
    ...opsets.values(),
    messageField(GRAPH_FIELD, [
      ...handOver(windows, features, outputs),
      ...graphs,
      stringField(GRAPH_NAME_FIELD, "joined"),
    ]),
  ]);
  return { onnx, features, outputs };
}

/** What stands before every name of one of the joined models. */
function prefixOf(index: number): string {
  return `m${index}_`;
}

/** Input, output and the operators between them and the models. */
function handOver(
  windows: readonly number[],
  features: readonly number[],
  outputs: readonly number[],
): Uint8Array[] {
  const sizes = windows.map((window, index) => window * features[index]!);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const names = (of: string) => windows.map((_, index) => prefixOf(index) + of);
  const integers = (name: string, values: readonly number[]): Uint8Array =>
    messageField(CONSTANT_FIELD, tensor(BigInt64Array.from(values, BigInt), [values.length], name));
  const input: Value = { name: INPUT_NAME, type: "float32", shape: [sum(sizes)] };
  const output: Value = { name: OUTPUT_NAME, type: "float32", shape: [1, sum(outputs)] };
  const operators = [
    node("Split", [INPUT_NAME, "sizes"], names("list")),
    ...windows.map((_, index) => {
      const [list, shape, rows] = ["list", "shape", INPUT_NAME].map((of) => prefixOf(index) + of);
      return node("Reshape", [list!, shape!], [rows!]);
    }),
    node("Concat", names(OUTPUT_NAME), [OUTPUT_NAME], { axis: { kind: "int", value: 1 } }),
  ];
  return [
    messageField(INPUT_FIELD, valueInfo(input)),
    messageField(OUTPUT_FIELD, valueInfo(output)),
    integers("sizes", sizes),
    ...windows.map((window, index) =>
      integers(`${prefixOf(index)}shape`, [window, features[index]!])
    ),
    ...operators.map((fields) => messageField(NODE_FIELD, fields)),
  ];
}

/** Columns of the one input or output of a graph, which is a matrix. */
function widthOf(graph: readonly Field[], field: number): number {
  const [value, ...more] = graph.filter(({ number }) => number === field);
  const inside = (fields: readonly Field[], number: number): Field[] =>
    fields.filter((one) => one.number === number);
  const [type] = inside(fieldsOf(value?.body ?? new Uint8Array()), 2);
  const [tensorType] = inside(fieldsOf(type?.body ?? new Uint8Array()), 1);
  const [shape] = inside(fieldsOf(tensorType?.body ?? new Uint8Array()), 2);
  const axes = inside(fieldsOf(shape?.body ?? new Uint8Array()), 1);
  const width = inside(fieldsOf(axes[1]?.body ?? new Uint8Array()), 1)[0]?.value;
  if (width !== undefined && axes.length === 2 && more.length === 0) return width;
  throw new CorruptArtifactError("Cannot join the model: its input or output is no matrix");
}

function renamed(fields: readonly Field[], names: Names, prefix: string): Uint8Array {
  return concatBytes(fields.map(({ body, isDelimited, number, raw }) => {
    const kind = names[number];
    // An empty name stands for an input that is left out.
    if (kind === undefined || !isDelimited || body.length === 0) return raw;
    return kind === "name"
      ? stringField(number, prefix + new TextDecoder().decode(body))
      : bytesField(number, renamed(fieldsOf(body), kind, prefix));
  }));
}

/** Bytes after the tag by wire type; text and messages say their length themselves. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0, scale = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) {
        throw new CorruptArtifactError("Cannot read the model: it is cut off");
      }
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wireType = tag % 8, number = Math.floor(tag / 8);
    const isDelimited = wireType === 2;
    const length = isDelimited ? varint() : wireType === 0 ? 0 : FIXED_BYTES[wireType];
    if (length === undefined) {
      throw new CorruptArtifactError("Cannot read the model: unknown field");
    }
    const value = wireType === 0 ? varint() : 0;
    const body = bytes.subarray(at, isDelimited ? at + length : at);
    at += length;
    if (at > bytes.length) throw new CorruptArtifactError("Cannot read the model: it is cut off");
    fields.push({ number, value, body, isDelimited, raw: bytes.subarray(start, at) });
  }
  return fields;
}

import { CorruptArtifactError } from "../domain/errors.ts";
import { bytesField, concatBytes, messageField, stringField } from "./protobuf.ts";

/** One field of a message. */
interface Field {
  readonly number: number;
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
const GRAPH: Names = { 1: NODE, 5: { 8: "name" }, 11: VALUE, 12: VALUE, 13: VALUE };
const GRAPH_FIELD = 7, OPSET_FIELD = 8, IR_VERSION_FIELD = 1, GRAPH_NAME_FIELD = 2;

/** What stands before every name of one of the joined models. */
export function joinedPrefix(index: number): string {
  return `m${index}_`;
}

/**
 * Puts several models into one graph, side by side: tensor `features` of model 2 becomes
 * `m2_features`. One call then runs all of them, where a call costs more than a small model. The
 * arithmetic of each stays as it is. Models must hold no graphs inside their nodes.
 *
 * @param models ONNX files of one IR version
 * @throws {CorruptArtifactError} when one is no ONNX file
 */
export function joinModels(models: readonly Uint8Array[]): Uint8Array {
  const opsets = new Map<string, Uint8Array>();
  const graphs: Uint8Array[] = [];
  let version: Uint8Array | null = null;
  models.forEach((model, index) => {
    const fields = fieldsOf(model);
    const graph = fields.find(({ number }) => number === GRAPH_FIELD);
    if (graph === undefined) throw new CorruptArtifactError(`Cannot join model ${index}: no graph`);
    version ??= fields.find(({ number }) => number === IR_VERSION_FIELD)?.raw ?? null;
    for (const { number, raw } of fields) if (number === OPSET_FIELD) opsets.set(raw.join(), raw);
    const named = fieldsOf(graph.body).filter(({ number }) => number in GRAPH);
    graphs.push(renamed(named, GRAPH, joinedPrefix(index)));
  });
  return concatBytes([
    ...(version === null ? [] : [version]),
    ...opsets.values(),
    messageField(GRAPH_FIELD, [...graphs, stringField(GRAPH_NAME_FIELD, "joined")]),
  ]);
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
    if (wireType === 0) varint();
    const body = bytes.subarray(at, isDelimited ? at + length : at);
    at += length;
    if (at > bytes.length) throw new CorruptArtifactError("Cannot read the model: it is cut off");
    fields.push({ number, body, isDelimited, raw: bytes.subarray(start, at) });
  }
  return fields;
}

import type { JsonValue } from "../../core/mod.ts";
import type { RecordedMessage, VenueLanguage } from "./recorded_message.ts";

/** How often something was there, and how it looked the first time. */
export interface Seen {
  times: number;
  readonly example: string;
}

/** A place in messages of one name, over all of them. */
export interface FieldShape {
  /** How often it was there. */
  times: number;
  /** By kind of value. */
  readonly types: Map<string, Seen>;
  /** By value, of a field whose values are few. */
  readonly values: Map<string, Seen>;
}

/** Messages of one name, over all of them. */
export interface MessageShape {
  times: number;
  /** By path: `body[].ordStatus`; the empty one is the whole document. */
  readonly fields: Map<string, FieldShape>;
  readonly waits: number[];
  readonly example: string;
}

const LONGEST_EXAMPLE = 160;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})$/;

/** What messages look like, by their names. */
export function messageShapes(
  messages: readonly RecordedMessage[],
  { enumerations }: Pick<VenueLanguage, "enumerations">,
): ReadonlyMap<string, MessageShape> {
  const shapes = new Map<string, MessageShape>();
  for (const { document, name, waitedMs } of messages) {
    let shape = shapes.get(name);
    if (shape === undefined) {
      shape = { times: 0, fields: new Map(), waits: [], example: exampleOf(document) };
      shapes.set(name, shape);
    }
    shape.times++;
    if (waitedMs !== null) shape.waits.push(waitedMs);
    addValue(shape.fields, "", "", document, new Set(enumerations));
  }
  return shapes;
}

/** Path of the object or list that a place is in; null for the whole document. */
export function parentPath(path: string): string | null {
  if (path === "") return null;
  return path.endsWith("[]")
    ? path.slice(0, -2)
    : path.slice(0, Math.max(0, path.lastIndexOf(".")));
}

/** Name of the field at a place. */
export function fieldName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).replaceAll("[]", "");
}

function addValue(
  fields: Map<string, FieldShape>,
  path: string,
  field: string,
  value: JsonValue,
  enumerations: ReadonlySet<string>,
): void {
  let shape = fields.get(path);
  if (shape === undefined) {
    shape = { times: 0, types: new Map(), values: new Map() };
    fields.set(path, shape);
  }
  shape.times++;
  see(shape.types, typeOf(value), value);
  if (Array.isArray(value)) {
    for (const item of value) addValue(fields, `${path}[]`, field, item, enumerations);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      addValue(fields, `${path}.${name}`, name, inner, enumerations);
    }
  } else if (enumerations.has(field) && value !== null) see(shape.values, String(value), value);
}

function see(seen: Map<string, Seen>, what: string, value: JsonValue): void {
  const before = seen.get(what);
  if (before === undefined) seen.set(what, { times: 1, example: exampleOf(value) });
  else before.times++;
}

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "true or false";
  if (typeof value !== "string") return typeof value;
  const moment = MOMENT.exec(value);
  if (moment === null) return "text";
  const [, second, fraction = "", zone] = moment;
  const digits = second === undefined ? "to the minute" : `with ${fraction.length} decimals`;
  return `moment ${digits}, ${zone === "Z" ? "Z" : "offset"}`;
}

function exampleOf(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= LONGEST_EXAMPLE ? text : `${text.slice(0, LONGEST_EXAMPLE)}…`;
}

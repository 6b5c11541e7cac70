import type { JsonValue } from "../core/mod.ts";

/** An object of JSON. */
export interface JsonFields {
  readonly [name: string]: JsonValue;
}

/** The fields of an object; null for anything else. */
export function fieldsOf(value: JsonValue | undefined): JsonFields | null {
  return typeof value === "object" && value !== null && !isList(value) ? value : null;
}

/** The items of a list; none of anything else. */
export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

/** Text of a field; null for anything else. */
export function textIn(fields: JsonFields, name: string): string | null {
  const value = fields[name];
  return typeof value === "string" ? value : null;
}

/** Finite number of a field; null for anything else. */
export function numberIn(fields: JsonFields, name: string): number | null {
  const value = fields[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

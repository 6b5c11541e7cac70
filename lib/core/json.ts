import { z } from "zod";

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Checks any JSON value. */
export const jsonSchema: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;

/**
 * The one text of a value: keys in the order of their UTF-16 units, no spaces, numbers as
 * JavaScript writes them (RFC 8785). Equal values are equal bytes, so that their hash names them.
 *
 * @throws {TypeError} when a number is not finite, as JSON would change it to null
 * @example
 * ```ts
 * import { canonicalJson } from "./json.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(canonicalJson({ b: [1, 2.5], a: { d: null, c: "é" } }), '{"a":{"c":"é","d":null},"b":[1,2.5]}');
 * ```
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`Cannot write a number as JSON: current value is ${value}`);
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1);
  return `{${
    entries.map(([key, own]) => `${JSON.stringify(key)}:${canonicalJson(own)}`).join(",")
  }}`;
}

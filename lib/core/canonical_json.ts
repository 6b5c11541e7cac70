import { createHash } from "node:crypto";
import type { JsonValue } from "./json.ts";

/**
 * The one way to write a JSON document: keys sorted, no spaces, numbers in their shortest form, so
 * that the order of keys and the layout of a file change nothing (RFC 8785).
 *
 * @throws {RangeError} for a number that JSON cannot hold
 * @example
 * ```ts
 * import { canonicalJson } from "./canonical_json.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(canonicalJson({ tick: 0.250, lot: [1, null], "€": "é" }), '{"lot":[1,null],"tick":0.25,"€":"é"}');
 * ```
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot write a number as JSON: current value is ${value}`);
    }
    return `${value}`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  // Joined by hand, as lists of parts take twice the time.
  let text = "";
  if (isList(value)) {
    for (const each of value) text += `${text === "" ? "" : ","}${canonicalJson(each)}`;
    return `[${text}]`;
  }
  // Without a comparison, keys are sorted by UTF-16 code units, as the RFC asks.
  for (const key of Object.keys(value).sort()) {
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(value[key]!)}`;
  }
  return `{${text}}`;
}

/**
 * SHA-256 of what a JSON document says, in hexadecimal: of its canonical form. Documents that a
 * user brings along, such as an instrument, are hashed one by one by it and recorded by name.
 *
 * @throws {RangeError} for a number that JSON cannot hold
 * @example
 * ```ts
 * import { jsonSha256 } from "./canonical_json.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(jsonSha256({ symbol: "MES", tick: 0.25 }), jsonSha256({ tick: 0.25, symbol: "MES" }));
 * ```
 */
export function jsonSha256(document: JsonValue): string {
  return createHash("sha256").update(canonicalJson(document)).digest("hex");
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

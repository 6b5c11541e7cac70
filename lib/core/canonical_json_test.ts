import fc from "fast-check";
import { assertEquals } from "../../tests/assert.ts";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { canonicalJson, jsonSha256 } from "./canonical_json.ts";
import type { JsonValue } from "./json.ts";

Deno.test("canonicalJson() gives the examples of RFC 8785", () => {
  const values = JSON.parse(
    `{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]}`,
  );
  assertEquals(
    canonicalJson(values),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys = ["€", "\r", "\ufb33", "1", "\u{1f600}", "\x80", "ö"];
  const sorted = ["\r", "1", "\x80", "ö", "€", "\u{1f600}", "\ufb33"];
  assertEquals(
    canonicalJson(Object.fromEntries(keys.map((key) => [key, key]))),
    `{${sorted.map((key) => `${JSON.stringify(key)}:${JSON.stringify(key)}`).join(",")}}`,
  );
});

Deno.test("canonicalJson() says the same as the document, in whatever order its keys come", () => {
  const shuffled = (value: JsonValue): JsonValue => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(shuffled);
    return Object.fromEntries(
      Object.entries(value).toReversed().map(([key, part]) => [key, shuffled(part)]),
    );
  };
  fc.assert(fc.property(fc.json(), (text) => {
    const document = JSON.parse(text) as JsonValue;
    assertEquals(JSON.parse(canonicalJson(document)), document);
    assertEquals(jsonSha256(shuffled(document)), jsonSha256(document));
  }));
});

Deno.test("canonicalJson() refuses numbers that JSON cannot hold", () => {
  assertThrows(() => canonicalJson([Infinity]), RangeError, "current value is Infinity");
});

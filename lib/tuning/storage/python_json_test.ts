import fc from "fast-check";
import { assertEquals } from "../../../tests/assert.ts";
import { formatPythonJson, parsePythonJson } from "./python_json.ts";

Deno.test("parsePythonJson() reads whatever formatPythonJson() writes", () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.double().map((number) => number + 0),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("NaN", '"Infinity"', "\\", "\u0000Infinity"),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("a", "NaN", "-Infinity"), tie("value"), {
        noNullPrototype: true,
      }),
    ),
  }));
  fc.assert(fc.property(value, (any) => {
    const text = formatPythonJson(any as number);
    assertEquals(parsePythonJson(text), any);
  }));
});

Deno.test("parsePythonJson() reads what json.dumps() of Python 3.11 writes", () => {
  // json.dumps({"a": [math.nan, math.inf, -math.inf, 1e22, 0.1], "é\n": "NaN, -Infinity"})
  const text = '{"a": [NaN, Infinity, -Infinity, 1e+22, 0.1], "\\u00e9\\n": "NaN, -Infinity"}';
  assertEquals(parsePythonJson(text), {
    a: [NaN, Infinity, -Infinity, 1e22, 0.1],
    "é\n": "NaN, -Infinity",
  });
});

import { assertEquals } from "../../tests/assert.ts";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { parseJson } from "./parse_json.ts";

Deno.test("parseJson() bounds the depth, whatever strings hold and however it is nested", () => {
  const nested = (open: string, close: string, depth: number) =>
    open.repeat(depth) + "1" + close.repeat(depth);
  assertEquals(JSON.stringify(parseJson(nested("[", "]", 200))), nested("[", "]", 200));
  for (const text of [nested("[", "]", 201), nested('{"a":', "}", 1e5), "[".repeat(1e6)]) {
    assertThrows(() => parseJson(text), SyntaxError, "more than 200 levels");
  }
  const brackets = JSON.stringify(["[".repeat(1e6), '\\"[{', "\\"]);
  assertEquals(JSON.stringify(parseJson(brackets)), brackets);
  for (const text of ["", "[1", '"a', '"\\', "]"]) {
    assertThrows(() => parseJson(text), SyntaxError, "");
  }
});

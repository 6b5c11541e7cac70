import { assertEquals } from "../../tests/assert.ts";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { editSettings, parseSettings } from "./edit_settings.ts";

const TEXT = `{
    // lots of a position
    "lots": 1, /* kept */
    "list": [1, 2],
    "inner": { "a": true } // end
}
`;

Deno.test("editSettings() keeps comments, order and indentation", () => {
  const changed = editSettings(TEXT, [
    { at: ["lots"], value: 3 },
    { at: ["inner", "b"], value: "new" },
    { at: ["list", 1], value: 9 },
  ]);
  assertEquals(parseSettings(changed), { lots: 3, list: [1, 9], inner: { a: true, b: "new" } });
  for (const comment of ["    // lots of a position\n", "/* kept */", "// end"]) {
    assertEquals(changed.includes(comment), true, comment);
  }
  assertEquals(Object.keys(parseSettings(changed) as object), ["lots", "list", "inner"]);
});

Deno.test("editSettings() removes, and makes objects on the way", () => {
  assertEquals(parseSettings(editSettings(TEXT, [{ at: ["inner"] }])), { lots: 1, list: [1, 2] });
  const deep = editSettings("{}\n", [{ at: ["a", "b", "c"], value: null }]);
  assertEquals(parseSettings(deep), { a: { b: { c: null } } });
});

Deno.test("editSettings() keeps CRLF and tabs", () => {
  const text = '{\r\n\t"a": 1\r\n}\r\n';
  assertEquals(
    editSettings(text, [{ at: ["b"], value: 2 }]),
    '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}\r\n',
  );
});

Deno.test("editSettings() takes keys that objects have by birth for keys like any other", () => {
  const changed = editSettings("{}", [{ at: ["__proto__", "polluted"], value: true }]);
  assertEquals(JSON.stringify(JSON.parse(changed)).includes("polluted"), true);
  assertEquals(({} as { polluted?: boolean }).polluted, undefined);
});

Deno.test("editSettings() refuses what it cannot set", () => {
  assertThrows(() => editSettings("{", [{ at: ["a"], value: 1 }]), InputError, "line 1");
  assertThrows(() => editSettings(TEXT, [{ at: ["no"] }]), InputError, "no such setting");
  assertThrows(() => editSettings('{"a": 1}', [{ at: ["a", "b"], value: 1 }]), InputError, "a");
});

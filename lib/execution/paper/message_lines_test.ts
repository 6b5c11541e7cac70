import fc from "fast-check";
import { assertEquals } from "../../../tests/assert.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { MessageLines } from "./message_lines.ts";

Deno.test("MessageLines cuts the same lines out of bytes that come in any pieces", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", ""))),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (texts, sizes) => {
        const bytes = new TextEncoder().encode(texts.map((text) => `${text}\n`).join("") + "rest");
        const lines = new MessageLines(), found: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          found.push(...lines.push(bytes.subarray(at, at += size)));
        }
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        const said = texts.map((text) => decoder.decode(new TextEncoder().encode(text)));
        assertEquals(found, said);
      },
    ),
  );
});

Deno.test("MessageLines refuses a line that is too long, in pieces too", () => {
  const lines = new MessageLines(10);
  assertEquals(lines.push(new TextEncoder().encode("0123456789\n01234")), ["0123456789"]);
  assertThrows(() => lines.push(new TextEncoder().encode("567890")), RangeError, "longer than 10");
});

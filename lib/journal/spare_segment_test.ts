import { join } from "node:path";
import { assert, assertEquals } from "../../tests/assert.ts";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { readAnchor, SpareSegment } from "./spare_segment.ts";

const BYTES = 16_384;
const text = (n: number): string => JSON.stringify({ n, more: "€".repeat(n % 7) });

Deno.test("notes are read back in their order, and none of those that the journal has", () =>
  inFolder((folder) => {
    const path = join(folder, "spare.bin");
    {
      using spare = SpareSegment.open(path, BYTES);
      assertEquals(spare.notesAfter(0), []);
      for (let n = 1; n <= 5; n++) assert(spare.write({ number: n, text: text(n) }));
    }
    using spare = SpareSegment.open(path, BYTES);
    assertEquals(spare.notesAfter(0).map(({ number }) => number), [1, 2, 3, 4, 5]);
    assertEquals(spare.notesAfter(0)[4], { number: 5, text: text(5) });
    // The journal has them all, but the process ended before it could say so here.
    assertEquals(spare.notesAfter(5), []);
    spare.restart();
    // A shorter and a longer note over the first, in front of what is left of the others.
    for (const n of [6, 7]) {
      assert(spare.write({ number: n, text: text(n) }));
      assertEquals(spare.notesAfter(5).map(({ number }) => number), n === 6 ? [6] : [6, 7]);
    }
  }));

Deno.test("a note that was cut off anywhere was never there, and those before it are", () =>
  inFolder((folder) => {
    const path = join(folder, "spare.bin");
    {
      using spare = SpareSegment.open(path, BYTES);
      for (const n of [1, 2]) spare.write({ number: n, text: text(n) });
    }
    const whole = Deno.readFileSync(path);
    const end = whole.findLastIndex((byte) => byte !== 0) + 1;
    let noticed = 0;
    for (let cut = 4_096; cut < end; cut++) {
      const torn = whole.slice();
      torn.fill(0, cut);
      Deno.writeFileSync(path, torn);
      using spare = SpareSegment.open(path, BYTES);
      const notes = spare.notesAfter(0);
      assertEquals(
        notes,
        [{ number: 1, text: text(1) }, { number: 2, text: text(2) }]
          .slice(0, notes.length),
      );
      noticed = Math.max(noticed, notes.length);
      assert(spare.write({ number: notes.length + 1, text: text(9) }));
      assertEquals(spare.notesAfter(0).at(-1)?.text, text(9));
    }
    assertEquals(noticed, 1);
  }));

Deno.test("the anchor is the newest one that is whole", () =>
  inFolder((folder) => {
    const path = join(folder, "spare.bin");
    assertEquals(readAnchor(path), null);
    using spare = SpareSegment.open(path, BYTES);
    assertEquals(readAnchor(path), null);
    const hash = (n: number): string => new Uint8Array(32).fill(n).toHex();
    for (let n = 1; n <= 5; n++) {
      spare.setAnchor({ sequence: n, hash: hash(n) });
      assertEquals(readAnchor(path), { sequence: n, hash: hash(n) });
    }
    const bytes = Deno.readFileSync(path);
    // The fifth lies in the first place; it is torn.
    bytes.fill(0, 530, 540);
    Deno.writeFileSync(path, bytes);
    assertEquals(readAnchor(path)?.sequence, 4);
  }));

Deno.test("the room is there from the start, and a file that cannot be made is named", () =>
  inFolder((folder) => {
    const path = join(folder, "spare.bin");
    using _spare = SpareSegment.open(path, BYTES);
    const { blocks, size } = Deno.statSync(path);
    assertEquals(size, BYTES);
    assert(blocks === null || blocks * 512 >= BYTES, `${blocks} blocks`);
    assertThrows(() => SpareSegment.open(folder, BYTES), Error, "");
    assertThrows(
      () => SpareSegment.open(join(path, "x"), BYTES),
      InputError,
      "Cannot use a path below a file",
    );
  }));

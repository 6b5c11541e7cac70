import { InputError } from "../../core/errors.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { stackingFolds } from "./stacking_folds.ts";

Deno.test("stackingFolds() says how many rows would do, and that many do", () => {
  const folds = (count: number) => {
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const labels = {
      classes: new Int8Array(count),
      start: rows,
      end: rows.map((row) => row + 20),
    };
    return stackingFolds({ rows, labels, window: 30, embargoBars: 20 }, 5);
  };
  assertThrows(() => folds(40), InputError, "40 rows: a block of them leaves none to learn from");
  assertThrows(() => folds(40), InputError, "and 88 would do");
  assert(folds(88).every(({ train }) => train.length > 0));
  assertEquals(folds(88).length, 5);
});

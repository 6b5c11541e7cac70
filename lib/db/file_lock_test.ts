import { join } from "node:path";
import { assertEquals } from "../../tests/assert.ts";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { isLocked, lockFile } from "./file_lock.ts";

const WORDS = { owner: "one", refusal: "Cannot do it", remedy: "wait" };

Deno.test("isLocked() says whether somebody has a lock, and takes none", () =>
  inFolder((folder) => {
    const path = join(folder, "lock");
    assertEquals(isLocked(path), false);
    {
      using _lock = lockFile(path, WORDS);
      assertEquals([isLocked(path), isLocked(path)], [true, true]);
      assertThrows(() => lockFile(path, WORDS), InputError, "Cannot do it as one (process");
    }
    assertEquals(isLocked(path), false);
    lockFile(path, WORDS)[Symbol.dispose]();
  }));

import { rejects as assertRejects } from "node:assert/strict";
import { join } from "node:path";
import { InputError } from "../../core/errors.ts";
import { assertEquals } from "../../../tests/assert.ts";
import { openCheckpointFolder } from "./checkpoint_file.ts";

Deno.test("openCheckpointFolder() keeps stages apart and clears what it has written alone", async () => {
  const folder = join(await Deno.makeTempDir(), "training");
  try {
    const { checkpoints, clear } = openCheckpointFolder(folder);
    const names = ["fold 1 of 5", "fold 1 of 5, stacking fold 1", "../final/fit"];
    await clear();
    for (const [index, name] of names.entries()) {
      assertEquals(await checkpoints(name).load(), null);
      await checkpoints(name).save(Uint8Array.of(9));
      await checkpoints(name).save(Uint8Array.of(index));
    }
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 3);
    assertEquals(await checkpoints(names[1]!).load(), Uint8Array.of(1));
    await checkpoints(names[1]!).clear();
    assertEquals(await checkpoints(names[1]!).load(), null);
    await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
    await clear();
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), [
      "notes.txt",
    ]);
  } finally {
    await Deno.remove(join(folder, ".."), { recursive: true });
  }
});

Deno.test("a checkpoint that cannot be written names the file", async () => {
  const folder = await Deno.makeTempFile();
  const { checkpoints } = openCheckpointFolder(folder);
  await assertRejects(checkpoints("final fit").save(Uint8Array.of(1)), InputError);
  await Deno.remove(folder);
});

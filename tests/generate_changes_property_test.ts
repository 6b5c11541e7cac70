import fc from "fast-check";
import type { Change, ChangeSet } from "../lib/codegen/change_set.ts";
import { createFileSystem, type FileSystem } from "../lib/codegen/file_system.ts";
import { applyChanges, openTree } from "../lib/codegen/generate_code_changes.ts";
import { rollbackChange } from "../lib/codegen/rollback_change.ts";
import { RefusedError } from "../lib/core/errors.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  changeSet,
  NOON,
  type PlacedFile,
  placeFiles,
  snapshot,
  VOUCHED,
} from "./fixtures/change_tree.ts";
import { createMemoryFileSystem } from "./fixtures/memory_file_system.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const NAMES = ["a.txt", "b c.txt", "lib/d.txt", "lib/deep/e.csv", "größe/f.md", "lib/g.txt"];
const NEW_NAMES = ["new.txt", "lib/new.txt", "fresh/deep/new.txt", "größe/neu.md"];

const ending = fc.constantFrom("\n", "\r\n");
const word = fc.constantFrom("one", "two", "three", "päivää", "日本", "", "  indented", "// a\tb");

/** Text of one style: line ending, last line ended or not, with or without a byte order mark. */
const text = fc.record({
  lines: fc.array(word, { maxLength: 12 }),
  ending,
  isEnded: fc.boolean(),
  mark: fc.constantFrom("", "", "\ufeff"),
}).map(({ lines, ending, isEnded, mark }) =>
  mark + lines.join(ending) + (isEnded && lines.length > 0 ? ending : "")
);

const single = fc.array(fc.constantFrom(0x61, 0x0a, 0xe4, 0xff, 0x20), { minLength: 1 })
  .map((bytes) => Uint8Array.from(bytes));

const placed: fc.Arbitrary<PlacedFile> = fc.record({
  content: fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: single }),
  mode: fc.constantFrom(0o644, 0o644, 0o755, 0o600, 0o664),
});

interface Sample {
  readonly placed: Readonly<Record<string, PlacedFile>>;
  readonly set: ChangeSet;
}

/** A tree of one to six files and a change of each of some of them, with a new file or two. */
const sample: fc.Arbitrary<Sample> = fc.record({
  files: fc.array(placed, { minLength: 1, maxLength: NAMES.length }),
  picks: fc.array(fc.constantFrom("edit", "file", "delete", "rename", "program", "none"), {
    minLength: NAMES.length,
    maxLength: NAMES.length,
  }),
  made: fc.array(text, { maxLength: 2 }),
  content: text,
  replacement: fc.string({ maxLength: 8 }).filter((value) => !value.includes("\0")),
}).map(({ files, picks, made, content, replacement }) => {
  const free = [...NEW_NAMES];
  const changes: Change[] = made.map((content) => ({ kind: "file", path: free.shift()!, content }));
  for (const [index, file] of files.entries()) {
    const path = NAMES[index]!;
    const pick = picks[index]!;
    if (pick === "none") continue;
    if (pick === "delete") changes.push({ kind: "delete", path });
    else if (pick === "rename" && free.length > 0) {
      changes.push({ kind: "rename", path, to: free.shift()! });
    } else if (
      pick === "edit" && typeof file.content === "string" && file.content.includes("one")
    ) {
      const count = file.content.split("one").length - 1;
      changes.push({ kind: "edit", path, search: "one", replace: replacement, count });
    } else if (typeof file.content === "string") {
      changes.push({ kind: "file", path, content, executable: pick === "program" });
    }
  }
  const tree = Object.fromEntries(files.map((file, index) => [NAMES[index]!, file]));
  return { placed: tree, set: changeSet(...changes) };
}).filter(({ set }) => set.changes.length > 0);

/** Apply, apply again, roll back, apply again, roll back: the tree is what it was. */
async function checkRoundTrip(
  files: FileSystem,
  root: string,
  { placed, set }: Sample,
): Promise<boolean> {
  placeFiles(files, root, placed);
  const tree = openTree(root, { now: () => NOON, files });
  const before = snapshot(files, root, { times: true });
  let id: string;
  try {
    id = (await applyChanges(tree, set, VOUCHED)).record.id;
  } catch (error) {
    // A set that happens to say what the tree says already.
    assert(error instanceof RefusedError && error.message.includes("has it all"), String(error));
    return false;
  }
  const after = snapshot(files, root, { times: false });
  await assertRejects(applyChanges(tree, set, VOUCHED), RefusedError, `stands as ${id}`);
  assertEquals(snapshot(files, root, { times: false }), after);
  assertEquals((await rollbackChange(tree, id, WHY)).kind, "rolled back");
  assertEquals(snapshot(files, root, { times: true }), before);
  await assertRejects(rollbackChange(tree, id, WHY), RefusedError, "rolled back already");
  return true;
}

const WHY = { why: "test", origin: "test", ...VOUCHED };

Deno.test("rollbackChange() restores the tree after 1,000 random change sets", async () => {
  let applied = 0;
  await fc.assert(
    fc.asyncProperty(sample, async (one) => {
      const files = createMemoryFileSystem(NOON);
      files.makeFolder("/home");
      if (await checkRoundTrip(files, "/home", one)) applied++;
    }),
    { numRuns: 1_000 },
  );
  assert(applied > 900, `only ${applied} change sets changed anything`);
});

Deno.test("rollbackChange() restores the tree on the real file system", async () => {
  await fc.assert(
    fc.asyncProperty(sample, async (one) => {
      await inFolder(async (root) => {
        await checkRoundTrip(createFileSystem(), root, one);
      });
    }),
    { numRuns: 25 },
  );
});

Deno.test("a rollback is a change like any other and can be rolled back", async () => {
  await fc.assert(
    fc.asyncProperty(sample, async ({ placed, set }) => {
      const files = createMemoryFileSystem(NOON);
      files.makeFolder("/home");
      placeFiles(files, "/home", placed);
      const tree = openTree("/home", { now: () => NOON, files });
      const applied = await applyChanges(tree, set, VOUCHED).catch(() => null);
      if (applied === null) return;
      const after = snapshot(files, "/home", { times: false });
      const undone = await rollbackChange(tree, applied.record.id, WHY);
      assert(undone.kind === "rolled back");
      const again = await rollbackChange(tree, undone.record.id, WHY);
      assertEquals(again.kind, "rolled back");
      assertEquals(snapshot(files, "/home", { times: false }), after);
    }),
    { numRuns: 100 },
  );
});

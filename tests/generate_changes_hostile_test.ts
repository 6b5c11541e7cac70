import { join } from "node:path";
import type { Change } from "../lib/codegen/change_set.ts";
import { parseChangeSet } from "../lib/codegen/change_set.ts";
import { createFileSystem, type FileSystem } from "../lib/codegen/file_system.ts";
import { applyChanges, openTree } from "../lib/codegen/generate_code_changes.ts";
import { InputError, RefusedError } from "../lib/core/errors.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  changeSet,
  interceptCalls,
  NOON,
  placeFiles,
  snapshot,
  VOUCHED,
} from "./fixtures/change_tree.ts";
import { assertRejects, assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const files = createFileSystem();
const PLACED = {
  "a.txt": "one\ntwo\nthree\n",
  "lib/b.ts": "export const B = 1;\n",
  "lib/locked.ts": { content: "fixed\n", mode: 0o444 },
  "image.png": { content: Uint8Array.of(0x89, 0x50, 0, 0x0a) },
  "deno.jsonc": '{ "permissions": { "train": { "net": { "deny": true } } } }\n',
};

const write = (path: string, content = "x\n"): Change => ({ kind: "file", path, content });
const edit = (search: string, replace = "x", count = 1): Change => ({
  kind: "edit",
  path: "a.txt",
  search,
  replace,
  count,
});
const diff = (text: string): Change => ({ kind: "diff", diff: text });
const CONSENT = "consent";

/** Hostile changes and a part of the line that refuses them. */
const REFUSED: Readonly<Record<string, readonly [readonly Change[], string]>> = {
  "a path that leaves the tree": [[write("../escape.txt")], "holds '..'"],
  "a path that leaves and comes back": [[write("lib/../../tree/a.txt")], "holds '..'"],
  "an absolute path": [[write("/etc/passwd")], "is absolute"],
  "a drive": [[write("C:/windows/win.ini")], "Windows reserves"],
  "backslashes": [[write("lib\\..\\..\\escape.txt")], "a backslash"],
  "an alternate stream": [[write("a.txt:hidden")], "Windows reserves"],
  "a zero byte in a path": [[write("a.txt\0.png")], "invisible character"],
  "text that runs backwards in a path": [[write("lib/\u202etxt.ts")], "invisible character"],
  "letters that are not composed": [[write("lib/e\u0301.ts")], "not composed"],
  "the git folder": [[write(".git/hooks/pre-commit")], "another program"],
  "the git folder in other letters": [[write(".GIT/config")], "another program"],
  "the git folder by its short name": [[write("GIT~1/config")], "another program"],
  "a git folder further down": [[write("lib/.git/config")], "another program"],
  "the log of the changes": [[write(".changes/log.jsonl")], "another program"],
  "installed packages": [[write("node_modules/zod/index.js")], "another program"],
  "a device": [[write("lib/NUL.txt")], "is a device"],
  "a name that ends in a dot": [[write("lib/b.ts.")], "ends in a dot"],
  "a name that is too long": [[write(`${"x".repeat(300)}.ts`)], "bytes long"],
  "the same file in other letters": [[write("A.TXT")], '"a.txt" is there already'],
  "two spellings of one new file": [[write("new.ts"), write("NEW.ts")], "two spellings"],
  "a file as a folder": [[write("a.txt/b.txt")], "a.txt is no folder"],
  "a folder as a file": [[write("lib")], "it is a folder"],
  "a file below a new file": [[write("new"), write("new/b.txt")], "two such changes"],
  "a linked file": [[write("link.txt")], "symbolic link"],
  "a file behind a linked folder": [[write("linked/b.txt")], "linked is a link"],
  "a pipe": [[write("pipe")], "a device or a pipe"],
  "a read-only file": [[write("lib/locked.ts")], "read-only"],
  "a binary file": [[write("image.png")], "binary"],
  "binary content": [[write("new.bin", "a\0b")], "binary"],
  "a huge content": [[write("new.txt", "x".repeat((1 << 20) + 1))], "bytes, more than"],
  "a huge file": [[{ kind: "delete", path: "huge.txt" }], "bytes, more than"],
  "too many files": [
    Array.from({ length: 201 }, (_, index) => write(`many/${index}.ts`)),
    "the limit is 200",
  ],
  "an edit that fits nowhere": [[edit("four")], "occurs 0 times"],
  "an edit that fits too often": [[edit("e", "E")], "occurs 3 times"],
  "edits of the same text": [[edit("two\nthree"), edit("one\ntwo")], "two edits of the same text"],
  "two whole files at one path": [[write("a.txt"), write("a.txt", "y")], "two such changes"],
  "a rename onto a file": [[{ kind: "rename", path: "a.txt", to: "lib/b.ts" }], "one already"],
  "an edit of nothing": [[{ ...edit("x"), path: "none.txt" } as Change], "there is none"],
  "settings below a number": [
    [{
      kind: "settings",
      path: "deno.jsonc",
      set: [{ at: ["a", "b"], value: 1 }, { at: ["a", "b", "c"], value: 1 }],
    }],
    "Cannot set",
  ],
  "a setting to remove that is not there": [
    [{ kind: "settings", path: "deno.jsonc", set: [{ at: ["nope"] }] }],
    "no such setting",
  ],
  "settings in a file that is no JSON": [
    [{ kind: "settings", path: "a.txt", set: [{ at: ["a"], value: 1 }] }],
    "as JSON",
  ],
  "words as a diff": [[diff("please change it\n")], "names no file"],
  "a diff that ends too early": [
    [diff("--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-one\n")],
    "diff",
  ],
  "a diff that does not fit": [
    [diff("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-uno\n+eins\n")],
    "not in the file",
  ],
  "a diff that leaves the tree": [
    [diff("--- /dev/null\n+++ b/../../escape.txt\n@@ -0,0 +1 @@\n+x\n")],
    "holds '..'",
  ],
  "a diff that makes a link": [
    [diff(
      "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n",
    )],
    "mode 120000",
  ],
  "a binary diff": [
    [diff("diff --git a/x b/x\nnew file mode 100644\nGIT binary patch\nliteral 1\nIc$x\n")],
    "binary content",
  ],
  "a diff of two files as one": [
    [diff("--- a/a.txt\n+++ b/lib/b.ts\n@@ -1 +1 @@\n-one\n+eins\n")],
    "names two files",
  ],
  "half a character": [[edit("one", "\ud800")], "half a character"],
  "permissions without consent": [
    [{
      kind: "settings",
      path: "deno.jsonc",
      set: [{ at: ["permissions", "train", "net"], value: true }],
    }],
    CONSENT,
  ],
  "a second configuration with permissions": [
    [write("lib/deno.json", '{ "permissions": { "default": { "all": true } } }')],
    CONSENT,
  ],
};

/** A tree beside a folder that nothing may be written to. */
async function inTree(test: (tree: string, outside: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const [tree, outside] = [join(folder, "tree"), join(folder, "outside")];
    for (const path of [tree, outside]) Deno.mkdirSync(path);
    placeFiles(files, tree, PLACED);
    placeFiles(files, outside, { "b.txt": "theirs\n", "b.ts": "theirs\n" });
    await test(tree, outside);
  });
}

/** Puts links, a pipe and a huge file into a tree. */
async function makeHostile(tree: string, outside: string): Promise<void> {
  Deno.writeTextFileSync(join(tree, "huge.txt"), "x".repeat((1 << 20) + 1));
  Deno.symlinkSync(join(outside, "b.txt"), join(tree, "link.txt"));
  Deno.symlinkSync(outside, join(tree, "linked"));
  await new Deno.Command("mkfifo", { args: [join(tree, "pipe")] }).output();
}

Deno.test(`applyChanges() refuses ${Object.keys(REFUSED).length} hostile inputs in words`, async (t) => {
  await inTree(async (root, outside) => {
    await makeHostile(root, outside);
    const before = snapshotBoth(root, outside);
    for (const [name, [changes, words]] of Object.entries(REFUSED)) {
      await t.step(name, async () => {
        const tree = openTree(root, { now: () => NOON });
        const kind = words === CONSENT ? RefusedError : InputError;
        await assertRejects(applyChanges(tree, changeSet(...changes), VOUCHED), kind, words);
        assertEquals(snapshotBoth(root, outside), before);
        assertEquals(files.inspect(join(root, ".changes/log.jsonl")), null);
      });
    }
  });
});

function snapshotBoth(root: string, outside: string) {
  return [root, outside].map((folder) => snapshot(files, folder, { times: true }));
}

Deno.test("parseChangeSet() refuses what is no change set, in one line", () => {
  const hostile: readonly unknown[] = [
    null,
    [],
    {},
    { why: "x", changes: [] },
    { why: "", changes: [write("a")] },
    { why: "two\nlines", changes: [write("a")] },
    { why: "x", changes: [{ kind: "run", path: "a" }] },
    { why: "x", changes: [{ ...write("a"), mode: "0777" }] },
    { why: "x", changes: [{ kind: "edit", path: "a", search: "", replace: "b" }] },
    { why: "x", changes: [{ kind: "edit", path: "a", search: "a", replace: "b", count: 0 }] },
    { why: "x", changes: [write("a")], __proto__: { origin: "x" }, extra: 1 },
  ];
  for (const json of hostile) {
    let message = "";
    try {
      parseChangeSet(json);
    } catch (error) {
      assert(error instanceof InputError);
      message = error.message;
    }
    assert(message.includes("Cannot read the change set") && !message.includes("\n"), message);
  }
});

const TWO_FILES = changeSet(
  { kind: "file", path: "a.txt", content: "changed\n" },
  { kind: "file", path: "lib/b.ts", content: "changed\n" },
  { kind: "file", path: "lib/new/c.ts", content: "made\n" },
);

/** Names of calls that write to the tree itself. */
const STEPS = ["rename", "remove", "makeFolder"];

Deno.test("applyChanges() writes nothing outside when a folder is swapped for a link", async () => {
  for (let call = 0, running = true; running; call++) {
    await inTree(async (root, outside) => {
      const before = snapshot(files, outside, { times: true });
      const target = join(root, "lib");
      let seen = 0;
      let swappedAtStep = false;
      const swapping = interceptCalls(files, (name, values, run) => {
        if (seen++ === call) {
          Deno.renameSync(target, `${target}-moved`);
          Deno.symlinkSync(outside, target);
          swappedAtStep = STEPS.includes(name) && String(values.at(-1)).startsWith(target);
        }
        return run();
      });
      const tree = openTree(root, { now: () => NOON, files: swapping });
      const fault = await applyChanges(tree, TWO_FILES, VOUCHED).then(() => null, (error) => error);
      running = seen > call;
      if (!running) return assertEquals(fault, null);
      // A swap between the last look and the one call that moves the file: found, not prevented.
      if (swappedAtStep) return assert(fault instanceof Error, `call ${call}`);
      assertEquals(snapshot(files, outside, { times: true }), before, `call ${call}`);
      const wholly = fault === null ? "changed\n" : "one\ntwo\nthree\n";
      assertEquals(Deno.readTextFileSync(join(root, "a.txt")), wholly, `call ${call}: ${fault}`);
    });
  }
});

Deno.test("applyChanges() undoes all when another program changes a file in between", async () => {
  await inTree(async (root) => {
    let renames = 0;
    const meddling = interceptCalls(files, (name, values, run) => {
      const isStep = name === "rename" && String(values[1]).startsWith(root) &&
        !String(values[1]).includes(".changes");
      if (isStep && ++renames === 1) {
        Deno.writeTextFileSync(join(root, "lib/b.ts"), "someone else's\n");
      }
      return run();
    });
    const tree = openTree(root, { now: () => NOON, files: meddling });
    await assertRejects(applyChanges(tree, TWO_FILES, VOUCHED), InputError, "lib/b.ts");
    assertEquals(Deno.readTextFileSync(join(root, "a.txt")), "one\ntwo\nthree\n");
    assertEquals(Deno.readTextFileSync(join(root, "lib/b.ts")), "someone else's\n");
    assertEquals(files.inspect(join(root, "lib/new")), null);
  });
});

Deno.test("applyChanges() leaves nothing behind wherever a call finds the disk full", async () => {
  const growing = ["write", "append", "makeFolder"];
  for (let call = 0, running = true; running; call++) {
    await inTree(async (root) => {
      const before = snapshot(files, root, { times: true });
      let seen = 0;
      const full: FileSystem = interceptCalls(files, (name, values, run) => {
        if (!growing.includes(name) || seen++ < call) return run();
        if (name === "write") files.write(values[0] as string, new Uint8Array());
        throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
      });
      const tree = openTree(root, { now: () => NOON, files: full });
      const fault = await applyChanges(tree, TWO_FILES, VOUCHED).then(() => null, (error) => error);
      running = fault !== null;
      if (!running) return;
      assert(fault instanceof InputError && fault.message.includes("no room left"), String(fault));
      assertEquals(snapshot(files, root, { times: true }), before, `call ${call}`);
      // With room again, the same tree takes the same change.
      await applyChanges(openTree(root, { now: () => NOON }), TWO_FILES, VOUCHED);
      assertEquals(Deno.readTextFileSync(join(root, "a.txt")), "changed\n");
    });
  }
});

async function mounts(folder: string): Promise<boolean> {
  try {
    const args = ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder];
    return (await new Deno.Command("mount", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

Deno.test("applyChanges() leaves nothing behind on a real disk that is full", async () => {
  await inFolder(async (folder) => {
    if (!await mounts(folder)) {
      console.log(
        "generate-changes: no small file system can be mounted, a real full disk is not tried",
      );
      return;
    }
    try {
      placeFiles(files, folder, { "a.txt": "one\n", "ballast": "x".repeat(64 * 1024) });
      const before = snapshot(files, folder, { times: true });
      const set = changeSet(
        { kind: "file", path: "a.txt", content: "two\n" },
        { kind: "file", path: "large.txt", content: "y\n".repeat(60 * 1024) },
      );
      const tree = openTree(folder, { now: () => NOON });
      await assertRejects(applyChanges(tree, set, VOUCHED), InputError, "no room left");
      assertEquals(snapshot(files, folder, { times: true }), before);
      Deno.removeSync(join(folder, "ballast"));
      const small = changeSet(...set.changes.slice(0, 1));
      assertEquals((await applyChanges(tree, small, VOUCHED)).record.files.length, 1);
    } finally {
      await new Deno.Command("umount", { args: [folder] }).output();
    }
  });
});

Deno.test("two runs at once take turns, and a lock dies with its owner", async () => {
  await inFolder(async (root) => {
    placeFiles(files, root, { "a.txt": "0\n" });
    const notes: string[] = [];
    const open = () => openTree(root, { now: () => NOON, note: (line) => notes.push(line) });
    const turns = Array.from(
      { length: 5 },
      (_, turn) =>
        applyChanges(
          open(),
          changeSet({ kind: "file", path: `${turn}.txt`, content: "x" }),
          VOUCHED,
        ),
    );
    const ids = (await Promise.all(turns)).map(({ record }) => record.id);
    assertEquals(new Set(ids).size, 5);
    assert(notes.includes("waiting for another run on this tree to end"));
    assertEquals(files.list(root).filter((name) => name.endsWith(".txt")).length, 6);
  });
});

Deno.test("deep and huge values are refused in one line, in settings, sets and files", async () => {
  await inFolder(async (root) => {
    const deep = "[".repeat(1e5) + "]".repeat(1e5);
    placeFiles(files, root, { "deep.json": deep, "a.json": "{}\n" });
    const tree = openTree(root, { now: () => NOON });
    const set = (path: string, value: number): Change => ({
      kind: "settings",
      path,
      set: [{ at: ["a"], value }],
    });
    await assertRejects(
      applyChanges(tree, changeSet(set("deep.json", 1)), VOUCHED),
      InputError,
      "nested more than 200 levels",
    );
    const json = { why: "x", changes: [set("a.json", Infinity)] };
    assertThrows(() => parseChangeSet(json), InputError, "Cannot read the change set");
    assertEquals(Deno.readTextFileSync(join(root, "a.json")), "{}\n");
  });
});

import { join } from "node:path";
import type { Change } from "../lib/codegen/change_set.ts";
import { createFileSystem } from "../lib/codegen/file_system.ts";
import { applyChanges, openTree, planChanges } from "../lib/codegen/generate_code_changes.ts";
import { rollbackChange } from "../lib/codegen/rollback_change.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  changeSet,
  NOON,
  type PlacedFiles,
  placeFiles,
  snapshot,
  VOUCHED,
} from "./fixtures/change_tree.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

interface Case {
  readonly files: PlacedFiles;
  readonly changes: readonly Change[];
}

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join("");

const CASES: Readonly<Record<string, Case>> = {
  "a new file": { files: {}, changes: [{ kind: "file", path: "a/b/new.txt", content: "x\ny\n" }] },
  "an empty new file": { files: {}, changes: [{ kind: "file", path: "empty", content: "" }] },
  "a changed file, far apart": {
    files: { "a.txt": LINES },
    changes: [
      { kind: "edit", path: "a.txt", search: "line 3\n", replace: "three\n" },
      { kind: "edit", path: "a.txt", search: "line 36\n", replace: "" },
    ],
  },
  "a deleted file": {
    files: { "a.txt": LINES, "b.txt": "" },
    changes: [
      { kind: "delete", path: "a.txt" },
    ],
  },
  "a deleted empty file": { files: { "a.txt": "" }, changes: [{ kind: "delete", path: "a.txt" }] },
  "a filled empty file": {
    files: { "a.txt": "" },
    changes: [{ kind: "file", path: "a.txt", content: "now\n" }],
  },
  "an emptied file": {
    files: { "a.txt": "now\n" },
    changes: [{ kind: "file", path: "a.txt", content: "" }],
  },
  "a renamed file": {
    files: { "old/a.txt": LINES },
    changes: [{ kind: "rename", path: "old/a.txt", to: "new/deep/b.txt" }],
  },
  "a renamed and changed file": {
    files: { "a.txt": LINES },
    changes: [{
      kind: "diff",
      diff:
        "diff --git a/a.txt b/b.txt\nrename from a.txt\nrename to b.txt\n--- a/a.txt\n+++ b/b.txt\n" +
        "@@ -1,2 +1,2 @@\n-line 0\n+zero\n line 1\n",
    }],
  },
  "no final newline, before and after": {
    files: { "a.txt": "one\ntwo" },
    changes: [{ kind: "edit", path: "a.txt", search: "two", replace: "zwei" }],
  },
  "a new file without a final newline": {
    files: {},
    changes: [{ kind: "file", path: "a.txt", content: "one" }],
  },
  "CRLF": {
    files: { "a.txt": "one\r\ntwo\r\nthree\r\n" },
    changes: [{ kind: "edit", path: "a.txt", search: "two\nthree", replace: "zwei\ndrei" }],
  },
  "mixed line endings and a lone CR": {
    files: { "a.txt": "one\r\ntwo\nthr\ree\n" },
    changes: [{ kind: "edit", path: "a.txt", search: "two", replace: "zwei" }],
  },
  "Unicode names and content": {
    files: { "größe/żółć 日本.txt": "päivää\n", "émoji 🎈.txt": "🎈\n" },
    changes: [
      { kind: "edit", path: "größe/żółć 日本.txt", search: "päivää", replace: "iltaa ✓" },
      { kind: "rename", path: "émoji 🎈.txt", to: "größe/🎈 ballon.txt" },
    ],
  },
  "names with spaces and quotes": {
    files: { "a file with spaces.txt": "x\n", "it's #1 {ok} %20 $HOME `id`.txt": "y\n" },
    changes: [
      { kind: "edit", path: "a file with spaces.txt", search: "x", replace: "z" },
      { kind: "edit", path: "it's #1 {ok} %20 $HOME `id`.txt", search: "y", replace: "z" },
    ],
  },
  "bytes that are no UTF-8": {
    files: { "latin.txt": { content: Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65, 0x0a) } },
    changes: [{ kind: "edit", path: "latin.txt", search: "gr", replace: "Gr" }],
  },
  "a byte order mark": {
    files: { "bom.txt": "\ufeffone\ntwo\n" },
    changes: [{ kind: "edit", path: "bom.txt", search: "one", replace: "eins" }],
  },
  "lines that look like a patch": {
    files: { "a.sql": "-- one\n++ two\n@@ three\ndiff --git a b\n" },
    changes: [
      { kind: "edit", path: "a.sql", search: "-- one\n", replace: "-- two\n--- a/x\n+++ b/x\n" },
    ],
  },
  "a program": {
    files: { "run.sh": { content: "#!/bin/sh\n", mode: 0o755 } },
    changes: [
      { kind: "edit", path: "run.sh", search: "sh\n", replace: "sh\nexit 1\n" },
      { kind: "file", path: "other.sh", content: "#!/bin/sh\n", executable: true },
    ],
  },
  "a file that becomes a program": {
    files: { "run.sh": "#!/bin/sh\n" },
    changes: [{ kind: "file", path: "run.sh", content: "#!/bin/sh\n", executable: true }],
  },
  "everything at once": {
    files: { "a.txt": LINES, "b.txt": LINES, "c.txt": "c\n", "d.txt": "" },
    changes: [
      { kind: "edit", path: "a.txt", search: "line 7\n", replace: "seven" },
      { kind: "rename", path: "b.txt", to: "e/b.txt" },
      { kind: "delete", path: "c.txt" },
      { kind: "file", path: "f/g.txt", content: "g" },
      { kind: "file", path: "d.txt", content: "d\n" },
    ],
  },
};

const files = createFileSystem();

async function run(folder: string, program: string, ...args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    env: { LC_ALL: "C.UTF-8", GIT_CEILING_DIRECTORIES: join(folder, "..") },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, `${program} ${args.join(" ")}: ${said}`);
}

/** Contents and whether they may be run; a patch knows no other permissions and no empty folder. */
function contents(root: string): readonly string[] {
  return Object.entries(snapshot(files, root, { times: false })).flatMap(([path, found]) =>
    found === "folder" ? [] : [`${path} ${found.startsWith("755")} ${found.split(" ")[1]}`]
  );
}

async function has(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

const TOOLS = {
  git: {
    forward: ["apply", "--whitespace=nowarn"],
    reversed: ["apply", "--whitespace=nowarn", "-R"],
    dry: "--check",
  },
  patch: {
    forward: ["-p1", "--binary", "-s", "-f", "-i"],
    reversed: ["-p1", "--binary", "-s", "-f", "-R", "-i"],
    dry: "--dry-run",
  },
} as const;

for (const [program, { forward, reversed, dry }] of Object.entries(TOOLS)) {
  const found = await has(program);
  if (!found) console.log(`generate-changes: ${program} is absent, its patches are not tried`);
  for (const [name, { files: placed, changes }] of Object.entries(CASES)) {
    Deno.test({
      name: `${program} takes the patch of ${name}, forward and reversed`,
      ignore: !found,
      fn: async () => {
        await inFolder(async (root) => {
          for (const copy of ["ours", "theirs"]) {
            Deno.mkdirSync(join(root, copy));
            placeFiles(files, join(root, copy), placed);
          }
          const [ours, theirs] = [join(root, "ours"), join(root, "theirs")];
          const before = contents(theirs);
          const tree = openTree(ours, { now: () => NOON });
          const plan = await planChanges(tree, changeSet(...changes));
          const patch = join(root, "change.patch");
          Deno.writeFileSync(patch, plan.patch);
          const { record } = await applyChanges(tree, changeSet(...changes), VOUCHED);
          assertEquals(
            Deno.readFileSync(join(ours, ".changes", record.id, "change.patch")),
            plan.patch as Uint8Array<ArrayBuffer>,
          );
          await run(theirs, program, ...insertDry(forward, dry), patch);
          assertEquals(contents(theirs), before);
          await run(theirs, program, ...forward, patch);
          assertEquals(contents(theirs), contents(ours));
          await run(theirs, program, ...insertDry(reversed, dry), patch);
          await run(theirs, program, ...reversed, patch);
          assertEquals(contents(theirs), before);
          const outcome = await rollbackChange(tree, record.id, {
            ...VOUCHED,
            why: "test",
            origin: "test",
          });
          assertEquals(outcome.kind, "rolled back");
          assertEquals(contents(ours), before);
        });
      },
    });
  }
}

/** The dry flag goes in front of the last one, which takes the file. */
function insertDry(args: readonly string[], dry: string): readonly string[] {
  return [...args.slice(0, 1), dry, ...args.slice(1)];
}

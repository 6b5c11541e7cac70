import { join } from "node:path";
import { copyFiles } from "./fixtures/copy_files.ts";
import type { Change } from "../lib/codegen/change_set.ts";
import { applyChanges, openTree } from "../lib/codegen/generate_code_changes.ts";
import { rollbackChange } from "../lib/codegen/rollback_change.ts";
import { createFileSystem } from "../lib/codegen/file_system.ts";
import { createScaffold } from "../lib/codegen/scaffolds/create_scaffold.ts";
import { SCAFFOLD_KINDS } from "../lib/codegen/scaffolds/scaffold_kind.ts";
import { InputError } from "../lib/core/errors.ts";
import { assert, assertEquals } from "./assert.ts";
import { changeSet, NOON, snapshot, VOUCHED } from "./fixtures/change_tree.ts";
import { PROJECT } from "./fixtures/run_command.ts";
import { assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

type Scaffold = Extract<Change, { kind: "scaffold" }>;

/** The longest name that is allowed: no line may become too long for the format. */
const LONG = "abcdefghij-abcdefghij-abcdefgh";

const SCAFFOLDS: readonly Scaffold[] = [
  { kind: "scaffold", scaffold: "feature", name: "x" },
  ...(["indicator", "strategy", "learner", "sampler"] as const).map((scaffold): Scaffold => ({
    ...{ kind: "scaffold", scaffold, name: LONG },
  })),
];

/** Tests that hold for every registered part, not for one. */
const COMMON_TESTS = [
  "lib/features/features_test.ts",
  "lib/features/feature_state_test.ts",
];

/** What is needed to check and test the scaffolded parts. */
const COPIED = [
  "deno.json",
  "deno.lock",
  "mod.ts",
  "lib",
  "tasks",
  "tests/fixtures",
  "tests/assert.ts",
];

async function deno(folder: string, ...args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, `deno ${args.slice(0, 2).join(" ")}: ${said}`);
}

Deno.test("every scaffold passes format, lint, types and its own tests as it is", async () => {
  await inFolder(async (root) => {
    for (const path of COPIED) copyFiles(join(PROJECT, path), join(root, path));
    Deno.symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
    const files = createFileSystem();
    const before = snapshot(files, root, { times: true });
    const tree = openTree(root, { now: () => NOON });
    const ids: string[] = [];
    const touched = new Set<string>();
    // One set cannot add to the list of features twice.
    for (const scaffolds of [SCAFFOLDS.slice(0, 1), SCAFFOLDS.slice(1)]) {
      const { record } = await applyChanges(tree, changeSet(...scaffolds), VOUCHED);
      ids.push(record.id);
      for (const { path } of record.files) touched.add(path);
    }
    const paths = [...touched];
    await deno(root, "fmt", "--check", "-q", ...paths);
    await deno(root, "lint", "-q", ...paths);
    await deno(root, "check", "-q", "--doc", ...paths.filter((path) => path !== "mod.ts"));
    await deno(
      root,
      "test",
      "-q",
      "-P=test",
      "--no-check",
      ...paths.filter(isTest),
      ...COMMON_TESTS,
    );

    for (const id of ids.reverse()) {
      const outcome = await rollbackChange(tree, id, { ...VOUCHED, why: "test", origin: "test" });
      assertEquals(outcome.kind, "rolled back");
    }
    assertEquals(snapshot(files, root, { times: true }), before);
  });
});

function isTest(path: string): boolean {
  return path.endsWith("_test.ts");
}

Deno.test("createScaffold() refuses names that make no part", () => {
  const refused: readonly (readonly [Omit<Scaffold, "kind">, string])[] = [
    [{ scaffold: "feature", name: "RangePosition" }, "Cannot use the name"],
    [{ scaffold: "feature", name: "../escape" }, "Cannot use the name"],
    [{ scaffold: "strategy", name: "a--b" }, "Cannot use the name"],
    [{ scaffold: "sampler", name: "x".repeat(31) }, "Cannot use the name"],
  ];
  for (const [request, words] of refused) {
    assertThrows(() => createScaffold({ kind: "scaffold", ...request }), InputError, words);
  }
  assertEquals(new Set(SCAFFOLDS.map(({ scaffold }) => scaffold)).size, SCAFFOLD_KINDS.length);
});

import { join } from "node:path";
import { changesOf, readChangeLog } from "../lib/codegen/change_log.ts";
import { createFileSystem } from "../lib/codegen/file_system.ts";
import { applyChanges, openTree, planChanges } from "../lib/codegen/generate_code_changes.ts";
import { pruneBackups } from "../lib/codegen/prune_backups.ts";
import { rollbackChange } from "../lib/codegen/rollback_change.ts";
import { showChange } from "../lib/codegen/show_change.ts";
import type { Tree } from "../lib/codegen/tree.ts";
import { verifyChanges } from "../lib/codegen/verify_changes.ts";
import { CorruptArtifactError, InputError, RefusedError } from "../lib/core/errors.ts";
import { assert, assertEquals } from "./assert.ts";
import { changeSet, NOON, placeFiles, snapshot, VOUCHED } from "./fixtures/change_tree.ts";
import { createMemoryFileSystem } from "./fixtures/memory_file_system.ts";
import { PROJECT, runCommand } from "./fixtures/run_command.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const WHY = { why: "test", origin: "test", ...VOUCHED };
const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");
const SET = changeSet({ kind: "edit", path: "a.ts", search: "line 3\n", replace: "three\n" });

function memoryTree(placed: Readonly<Record<string, string>>): Tree {
  const files = createMemoryFileSystem(NOON);
  files.makeFolder("/home");
  placeFiles(files, "/home", placed);
  return openTree("/home", { now: () => NOON, files });
}

function textOf(tree: Tree, path: string): string {
  return new TextDecoder().decode(tree.files.read(`/home/${path}`));
}

/** What somebody writes by hand. */
function overwrite(tree: Tree, path: string, text: string): void {
  tree.files.remove(`/home/${path}`);
  tree.files.write(`/home/${path}`, new TextEncoder().encode(text));
}

Deno.test("planChanges() writes nothing, and apply does exactly what it said", async () => {
  const tree = memoryTree({ "a.ts": LINES });
  const plan = await planChanges(tree, SET);
  assertEquals(tree.files.list("/home"), ["a.ts"]);
  assertEquals(plan.files[0]?.addedLines, 1);
  const { record } = await applyChanges(tree, SET, { ...VOUCHED, expect: plan.sha256 });
  assertEquals(record.files[0]?.after?.sha256, plan.files[0]?.after);
  assertEquals(record.id, "20240102T120000Z-" + plan.sha256.slice(0, 8));
});

Deno.test("applyChanges() refuses when the tree is no longer as it was planned", async () => {
  const tree = memoryTree({ "a.ts": LINES });
  const { sha256 } = await planChanges(tree, SET);
  overwrite(tree, "a.ts", LINES + "more\n");
  await assertRejects(
    applyChanges(tree, SET, { ...VOUCHED, expect: sha256 }),
    RefusedError,
    "it is now",
  );
  assertEquals(textOf(tree, "a.ts"), LINES + "more\n");
});

Deno.test("whole files keep line endings, encoding, permissions and the last line", async () => {
  const tree = memoryTree({ "a.txt": "\ufeffone\r\ntwo" });
  tree.files.setMode("/home/a.txt", 0o600);
  await applyChanges(
    tree,
    changeSet({ kind: "file", path: "a.txt", content: "eins\nzwei\n" }),
    VOUCHED,
  );
  const bytes = tree.files.read("/home/a.txt");
  assertEquals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), "\ufeffeins\r\nzwei");
  assertEquals(tree.files.inspect("/home/a.txt")?.mode, 0o600);
});

Deno.test("rollbackChange() shows the conflict, writes nothing, and joins on request", async () => {
  const tree = memoryTree({ "a.ts": LINES });
  const { record } = await applyChanges(tree, SET, VOUCHED);
  const edited = textOf(tree, "a.ts").replace("line 17", "seventeen");
  overwrite(tree, "a.ts", edited);
  const conflict = await rollbackChange(tree, record.id, WHY);
  assert(conflict.kind === "conflict");
  assertEquals(conflict.conflicts[0]?.since, "changed");
  assertEquals(conflict.conflicts[0]?.merge, {
    text: LINES.replace("line 17", "seventeen"),
    conflicts: 0,
  });
  assertEquals(textOf(tree, "a.ts"), edited);
  const joined = await rollbackChange(tree, record.id, { ...WHY, merge: true });
  assertEquals(joined.kind, "rolled back");
  assertEquals(textOf(tree, "a.ts"), LINES.replace("line 17", "seventeen"));
});

Deno.test("rollbackChange() never joins lines that both changed, nor files that are gone", async () => {
  const tree = memoryTree({ "a.ts": LINES });
  const { record } = await applyChanges(tree, SET, VOUCHED);
  overwrite(tree, "a.ts", textOf(tree, "a.ts").replace("three", "trois"));
  const both = await rollbackChange(tree, record.id, { ...WHY, merge: true });
  assert(both.kind === "conflict" && both.conflicts[0]?.merge?.conflicts === 1);
  assert(both.conflicts[0].merge.text.includes("<<<<<<< as it is now\ntrois\n"));
  tree.files.remove("/home/a.ts");
  const gone = await rollbackChange(tree, record.id, { ...WHY, merge: true });
  assert(gone.kind === "conflict" && gone.conflicts[0]?.since === "removed");
});

Deno.test("rollbackChange() undoes a change below a later one of another file", async () => {
  const tree = memoryTree({ "a.ts": LINES, "b.ts": "b\n" });
  const first = await applyChanges(tree, SET, VOUCHED);
  await applyChanges(tree, changeSet({ kind: "file", path: "b.ts", content: "B\n" }), VOUCHED);
  assertEquals((await rollbackChange(tree, first.record.id, WHY)).kind, "rolled back");
  assertEquals([textOf(tree, "a.ts"), textOf(tree, "b.ts")], [LINES, "B\n"]);
  await assertRejects(rollbackChange(tree, "nope", WHY), InputError, "Cannot find a change");
});

Deno.test("permission changes need their own consent, in both directions", async () => {
  const tree = memoryTree({
    "deno.json": '{\n  "permissions": { "train": { "net": false } }\n}\n',
  });
  const set = changeSet({
    kind: "settings",
    path: "deno.json",
    set: [{ at: ["permissions", "train", "net"], value: ["example.com"] }],
  });
  assertEquals((await planChanges(tree, set)).permissionChanges, [{
    path: "deno.json",
    setting: "permissions.train.net",
    before: "false",
    after: '["example.com"]',
  }]);
  await assertRejects(applyChanges(tree, set, VOUCHED), RefusedError, "permissions.train.net");
  const { record } = await applyChanges(tree, set, { ...VOUCHED, allowPermissionChanges: true });
  await assertRejects(rollbackChange(tree, record.id, WHY), RefusedError, "without consent");
  const undone = await rollbackChange(tree, record.id, { ...WHY, allowPermissionChanges: true });
  assertEquals(undone.kind, "rolled back");
});

Deno.test("verifyChanges() finds a damaged backup, an altered log and an edited file", async () => {
  const tree = memoryTree({ "a.ts": LINES });
  const { record } = await applyChanges(tree, SET, VOUCHED);
  const states = async () => (await verifyChanges(tree)).map(({ state }) => state);
  assertEquals(await states(), ["whole", "whole", "whole"]);
  overwrite(tree, "a.ts", "edited\n");
  assertEquals(await states(), ["whole", "whole", "changed since"]);
  overwrite(tree, `.changes/${record.id}/000-a.ts.bak`, "damaged\n");
  assertEquals(await states(), ["whole", "damaged", "changed since"]);
  await applyChanges(tree, changeSet({ kind: "file", path: "b.ts", content: "b\n" }), VOUCHED);
  overwrite(tree, ".changes/log.jsonl", textOf(tree, ".changes/log.jsonl").replace("test", "Test"));
  assertEquals((await states())[0], "damaged");
  const altered = "line 2 of the change log does not follow";
  await assertRejects(rollbackChange(tree, record.id, WHY), RefusedError, altered);
  await assertRejects(pruneBackups(tree, { keep: 0 }), RefusedError, altered);
  overwrite(tree, ".changes/log.jsonl", "{}\n");
  await assertRejects(verifyChanges(tree), CorruptArtifactError, "line 1");
});

Deno.test("pruneBackups() keeps the newest, and the log tells what is gone", async () => {
  const tree = memoryTree({ "a.ts": LINES });
  for (const name of ["one", "two", "three"]) {
    await applyChanges(tree, changeSet({ kind: "file", path: name, content: name }), VOUCHED);
  }
  const [first = "", second = ""] = changesOf(await readChangeLog(tree)).map(({ id }) => id);
  assertEquals(await pruneBackups(tree, { keep: 1, dryRun: true }), [first, second]);
  assertEquals(await pruneBackups(tree, { keep: 1 }), [first, second]);
  assertEquals(await pruneBackups(tree, { keep: 1 }), []);
  await assertRejects(rollbackChange(tree, first, WHY), InputError, "pruned");
  assertEquals((await showChange(tree, first)).patch, null);
  assert((await verifyChanges(tree)).every(({ state }) => state !== "damaged"));
});

Deno.test("a lock dies with its owner", async () => {
  await inFolder(async (root) => {
    const module = new URL("../lib/codegen/file_system.ts", import.meta.url).href;
    const code = `import { createFileSystem } from ${JSON.stringify(module)};
      await createFileSystem().lock(Deno.args[0], () => {});
      console.log("held");
      setInterval(() => {}, 1000);`;
    const script = join(root, "hold.ts");
    Deno.writeTextFileSync(script, code);
    Deno.mkdirSync(join(root, ".changes"));
    await using owner = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-check", "-A", script, join(root, ".changes/lock")],
      stdout: "piped",
    }).spawn();
    const reader = owner.stdout.getReader();
    await reader.read();
    const notes: string[] = [];
    const tree = openTree(root, { now: () => NOON, note: (line) => notes.push(line) });
    const applied = applyChanges(
      tree,
      changeSet({ kind: "file", path: "b.ts", content: "b\n" }),
      VOUCHED,
    );
    while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    owner.kill("SIGKILL");
    assertEquals((await applied).record.files.length, 1);
    await reader.cancel();
    await owner.status;
  });
});

/** The flag that a refusal names. */
function consentIn(text: string): readonly string[] {
  return /--allow-code [0-9a-f]{64}/.exec(text)?.[0].split(" ") ?? [];
}

Deno.test("deno task generate-changes plans, applies, lists, shows and rolls back", async () => {
  await inFolder(async (root) => {
    const files = createFileSystem();
    placeFiles(files, root, { "a.txt": LINES });
    const before = snapshot(files, root, { times: true });
    const grant = [`--allow-read=${root}`, `--allow-write=${root}`];
    const run = (...args: readonly string[]) =>
      runCommand("generate-changes", [...args, "--root", root], grant);
    const edit = ["--edit", "a.txt", "--search", "line 3\n", "--replace", "three\n"];

    const plan = await run(...edit);
    assertEquals(plan.code, 0, plan.stderr);
    assert(plan.stdout.includes("-line 3\n+three\n"), plan.stdout);
    assertEquals(snapshot(files, root, { times: true }), before);

    const unasked = await run("apply", ...edit, "--why", "shorter");
    assertEquals(unasked.code, 3);
    const consent = consentIn(unasked.stderr);
    assert(plan.stdout.includes(consent.join(" ")), plan.stdout);
    const applied = await run("apply", ...edit, ...consent, "--why", "shorter", "--json");
    assertEquals(applied.code, 0, applied.stderr);
    const { id } = JSON.parse(applied.stdout);
    const again = await run("apply", ...edit);
    assertEquals([again.code, again.stderr], [
      3,
      `error: Cannot apply it again: it stands as ${id}\n`,
    ]);
    const log = await run("log", "--json");
    assertEquals(JSON.parse(log.stdout).changes[0].why, "shorter");
    assert((await run("show", id)).stdout.includes("+three"));

    const back = await run("rollback", id, ...consentIn((await run("rollback", id)).stderr));
    assertEquals(back.code, 0, back.stderr);
    assertEquals(snapshot(files, root, { times: true }), before);
    assertEquals((await run("verify")).code, 0);
    assertEquals((await run("--edit", "../x", "--search", "a", "--replace", "b")).code, 2);
  });
});

Deno.test("a plan is coloured under the task's own permissions, and spells control codes out", async () => {
  await inFolder(async (root) => {
    placeFiles(createFileSystem(), root, { "a.ts": "one\n" });
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-q",
        "--no-prompt",
        "-P=generate-changes",
        `--preload=${join(PROJECT, "cli/generate_changes.ts")}`,
        `--allow-read=${root}`,
        join(PROJECT, "cli/main.ts"),
        "generate-changes",
        ...["--root", root, "--file", "a.ts", "--content", "\x1b[2Jgone\u202e"],
      ],
      env: { FORCE_COLOR: "1", NO_COLOR: "" },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert(text.includes("\x1b[31m-one\x1b[39m"), new TextDecoder().decode(stderr));
    assert(text.includes("\x1b[32m+\\u{1b}[2Jgone\\u{202e}\x1b[39m"), text);
    assert(text.includes("invisible characters: a.ts"), text);
  });
});

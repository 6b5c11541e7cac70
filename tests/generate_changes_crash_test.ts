import { changesOf, readChangeLog } from "../lib/codegen/change_log.ts";
import { createFileSystem, type FileSystem } from "../lib/codegen/file_system.ts";
import { applyChanges, openTree } from "../lib/codegen/generate_code_changes.ts";
import { rollbackChange } from "../lib/codegen/rollback_change.ts";
import { withState } from "../lib/codegen/state.ts";
import { verifyChanges } from "../lib/codegen/verify_changes.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  changeSet,
  CRASH_MOMENTS,
  type CrashMoment,
  type DyingFileSystem,
  dyingFileSystem,
  interceptCalls,
  NOON,
  placeFiles,
  snapshot,
  VOUCHED,
} from "./fixtures/change_tree.ts";
import { createMemoryFileSystem, type MemoryFileSystem } from "./fixtures/memory_file_system.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const FILES = {
  "a.ts": "one\ntwo\nthree\n",
  "run.sh": { content: "#!/bin/sh\n", mode: 0o755 },
  "old/name.txt": "kept\n",
  "gone.txt": "bye\n",
};
const SET = changeSet(
  { kind: "edit", path: "a.ts", search: "two", replace: "zwei" },
  { kind: "file", path: "new/deep/b.ts", content: "made\n" },
  { kind: "rename", path: "old/name.txt", to: "new/name.txt" },
  { kind: "delete", path: "gone.txt" },
  { kind: "file", path: "run.sh", content: "#!/bin/sh\nexit 1\n" },
);
const HOME = "/home";
const WHY = { why: "test", origin: "test", ...VOUCHED };
/** More calls than an operation makes. */
const MANY = 2_000;

const OPERATIONS = { applyChanges: apply, rollbackChange: rollback } as const;
type OperationName = keyof typeof OPERATIONS;

function treeOf(files: FileSystem, root: string) {
  return openTree(root, { now: () => NOON, files });
}

async function apply(files: FileSystem, root: string): Promise<void> {
  await applyChanges(treeOf(files, root), SET, VOUCHED);
}

async function rollback(files: FileSystem, root: string): Promise<void> {
  const tree = treeOf(files, root);
  const [change] = changesOf(await readChangeLog(tree));
  await rollbackChange(tree, change!.id, WHY);
}

async function prepare(files: FileSystem, root: string, operation: OperationName): Promise<void> {
  placeFiles(files, root, FILES);
  if (operation === "rollbackChange") await apply(files, root);
}

/** How far an operation came; `repeated` when another moment gives the same. */
type Progress = "died" | "ended" | "repeated";

/** Runs the operation until it dies. */
async function runAndDie(
  files: FileSystem,
  root: string,
  operation: OperationName,
  call: number,
  moment: CrashMoment,
): Promise<Progress> {
  const dying = dyingFileSystem(files, call, moment);
  try {
    await OPERATIONS[operation](dying.files, root);
    return "ended";
  } catch (error) {
    assert(dying.isDead(), String(error));
    return moment === "during" && dying.wasWhole() ? "repeated" : "died";
  }
}

/** Where every run starts: files placed and, for a rollback, the change applied. */
const START: Readonly<Record<OperationName, MemoryFileSystem>> = {
  applyChanges: await preparedMemory("applyChanges"),
  rollbackChange: await preparedMemory("rollbackChange"),
};

/** What may be left: the tree as it was, and as it becomes when nothing fails. */
const OUTCOMES: Readonly<Record<OperationName, readonly Snapshot[]>> = {
  applyChanges: await outcomes("applyChanges"),
  rollbackChange: await outcomes("rollbackChange"),
};

type Snapshot = ReturnType<typeof snapshot>;

async function outcomes(operation: OperationName): Promise<readonly Snapshot[]> {
  const files = START[operation].losePower("kept");
  const before = snapshot(files, HOME, { times: false });
  await OPERATIONS[operation](files, HOME);
  return [before, snapshot(files, HOME, { times: false })];
}

async function preparedMemory(operation: OperationName): Promise<MemoryFileSystem> {
  const files = createMemoryFileSystem(NOON);
  files.makeFolder(HOME);
  await prepare(files, HOME, operation);
  files.sync(HOME, "folder");
  return files;
}

async function assertAllOrNothing(
  files: FileSystem,
  root: string,
  operation: OperationName,
  place: string,
): Promise<void> {
  const tree = treeOf(files, root);
  await withState(tree, () => Promise.resolve());
  assertEquals(files.inspect(`${root}/.changes/pending`), null);
  const checks = await verifyChanges(tree);
  assert(checks.every(({ state }) => state === "whole"), `${place}: ${JSON.stringify(checks)}`);
  const changes = changesOf(await readChangeLog(tree)).length;
  const made = changes - (operation === "applyChanges" ? 0 : 1);
  const kept = files.list(`${root}/.changes`).filter((name) => name.includes("-"));
  assertEquals(kept.length, changes, place);
  assertEquals(snapshot(files, root, { times: false }), OUTCOMES[operation][made]!, place);
}

/** Whether a start came to its end. */
async function restarts({ files, isDead }: DyingFileSystem): Promise<boolean> {
  try {
    await withState(treeOf(files, HOME), () => Promise.resolve());
    return true;
  } catch (error) {
    assert(isDead(), String(error));
    return false;
  }
}

/** What is left of the memory when the program, or the whole machine, goes. */
const LEFT: Readonly<Record<string, (files: MemoryFileSystem) => MemoryFileSystem>> = {
  "the program dies": (files) => files,
  "the power fails": (files) => files.losePower("lost"),
  "the power fails after the names are written": (files) => files.losePower("kept"),
};

for (const operation of ["applyChanges", "rollbackChange"] as const) {
  for (const [left, survive] of Object.entries(LEFT)) {
    Deno.test(`${operation}() leaves all or nothing wherever ${left}`, async () => {
      // What the power leaves before a call is what it leaves after the call before.
      const moments = left === "the program dies" ? CRASH_MOMENTS : (["during", "after"] as const);
      for (const moment of moments) {
        for (let call = 0;; call++) {
          assert(call < MANY);
          const files = START[operation].losePower("kept");
          const progress = await runAndDie(files, HOME, operation, call, moment);
          if (progress === "ended") break;
          if (progress === "repeated") continue;
          const place = `${left} ${moment} call ${call}`;
          await assertAllOrNothing(survive(files), HOME, operation, place);
        }
      }
    });
  }

  Deno.test(`${operation}() survives a second death while the first is being mended`, async () => {
    for (let call = 0;; call += 3) {
      const first = START[operation].losePower("kept");
      if (await runAndDie(first, HOME, operation, call, "after") === "ended") break;
      for (let second = call % 7;; second += 7) {
        const files = first.losePower("kept");
        const dying = dyingFileSystem(files, second, "after");
        if (await restarts(dying)) break;
        await assertAllOrNothing(files.losePower("lost"), HOME, operation, `${call}, ${second}`);
      }
    }
  });

  Deno.test(`${operation}() leaves all or nothing on the real file system`, async () => {
    for (let call = 0, running = true; running; call += 10) {
      await inFolder(async (root) => {
        const files = createFileSystem();
        await prepare(files, root, operation);
        const moment = CRASH_MOMENTS[call % CRASH_MOMENTS.length]!;
        running = await runAndDie(files, root, operation, call, moment) !== "ended";
        if (running) await assertAllOrNothing(files, root, operation, `${moment} call ${call}`);
      });
    }
  });
}

const DELETIONS = changeSet(
  { kind: "edit", path: "a.ts", search: "two", replace: "zwei" },
  { kind: "delete", path: "gone.txt" },
  { kind: "delete", path: "old/name.txt" },
);

/** The disk is full when the log is to be written: all steps are done and must be undone. */
function withFullLog(files: FileSystem): FileSystem {
  return interceptCalls(files, (name, _, run) => {
    if (name === "append") throw Object.assign(new Error("full"), { code: "ENOSPC" });
    return run();
  });
}

async function fails(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch {
    return true;
  }
}

Deno.test("a failed change is all or nothing wherever its undoing is cut off", async () => {
  const [before] = OUTCOMES.applyChanges;
  for (let call = 0;; call++) {
    const files = START.applyChanges.losePower("kept");
    const dying = dyingFileSystem(files, call, "after");
    assert(
      await fails(() => applyChanges(treeOf(withFullLog(dying.files), HOME), DELETIONS, VOUCHED)),
    );
    for (const left of Object.values(LEFT)) {
      const tree = treeOf(left(files.losePower("kept")), HOME);
      await withState(tree, () => Promise.resolve());
      const changes = changesOf(await readChangeLog(tree));
      if (changes.length === 0) {
        assertEquals(snapshot(tree.files, HOME, { times: false }), before!, `call ${call}`);
        continue;
      }
      // Cut off before the failure was known: finished, and still to be undone.
      assertEquals((await rollbackChange(tree, changes[0]!.id, WHY)).kind, "rolled back");
      assertEquals(snapshot(tree.files, HOME, { times: false }), before!, `call ${call}`);
    }
    if (!dying.isDead()) break;
  }
});

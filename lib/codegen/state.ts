import { InputError } from "../core/mod.ts";
import { repairLog } from "./change_log.ts";
import { explainFault } from "./explain_fault.ts";
import { pendingPath, readJournal, removeAll } from "./journal.ts";
import { commit, undoUnlessLogged } from "./transaction.ts";
import { statePath, type Tree } from "./tree.ts";

/**
 * Runs `body` alone: any other run on the same tree waits. What a crash has left is finished or
 * undone first.
 */
export async function withState<T>(tree: Tree, body: () => Promise<T>): Promise<T> {
  try {
    makeStateFolder(tree);
    using _lock = await tree.files.lock(statePath(tree, "lock"), () => {
      tree.note("waiting for another run on this tree to end");
    });
    await recover(tree);
    return await body();
  } catch (error) {
    throw explainFault(error);
  }
}

/** Whether a crash has left something to finish or undo. */
export function isInterrupted(tree: Tree): boolean {
  requireOwnFiles(tree);
  return tree.files.inspect(pendingPath(tree)) !== null;
}

async function recover(tree: Tree): Promise<void> {
  await repairLog(tree);
  const interrupted = readJournal(tree);
  if (interrupted.kind === "none") {
    // Nothing in the tree had been touched.
    removeAll(tree, pendingPath(tree));
    return;
  }
  const { kind, record } = interrupted;
  const fault = kind === "undo" ? null : await faultOf(() => commit(tree, record));
  if (kind === "finish" && fault === null) {
    tree.note(`finished ${record.kind} ${record.id}, which had been interrupted`);
    return;
  }
  if (!await undoUnlessLogged(tree, record)) throw fault;
  tree.note(`undid ${record.kind} ${record.id}, which had been interrupted`);
}

async function faultOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return error;
  }
}

function makeStateFolder(tree: Tree): void {
  requireOwnFiles(tree);
  const { files } = tree;
  if (files.inspect(statePath(tree)) === null) files.makeFolder(statePath(tree));
  const ignore = statePath(tree, ".gitignore");
  if (files.inspect(ignore) === null) files.write(ignore, new TextEncoder().encode("*\n"));
}

/** The machinery's own files must not lead anywhere else either. */
function requireOwnFiles(tree: Tree): void {
  const kinds = { "": "folder", lock: "file", "log.jsonl": "file", pending: "folder" } as const;
  for (const [name, kind] of Object.entries(kinds)) {
    const path = statePath(tree, ...name === "" ? [] : [name]);
    const found = tree.files.inspect(path)?.kind ?? kind;
    if (found !== kind) {
      throw new InputError(`Cannot keep changes in it as it is a ${found}, not a ${kind}`, {
        where: path,
        remedy: "move it away",
      });
    }
  }
}

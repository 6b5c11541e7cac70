import { Command } from "commander";
import {
  applyChanges,
  type Consent,
  openTree,
  planChanges,
  rollbackChange,
  type Tree,
} from "../lib/codegen/mod.ts";
import {
  applyDocument,
  listChanges,
  planDocument,
  pruneDocument,
  requestedChanges,
  rollbackDocument,
  showChangeDocument,
  verifyDocument,
} from "../tasks/generate_changes.ts";
import {
  changeCommand,
  type ChangeFlags,
  changeRequest,
  treeCommand,
  type TreeFlags,
} from "./change_options.ts";
import { conflictText, diffText, planText } from "./change_text.ts";
import { table } from "./console.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { nightsCommand } from "./night_changes.ts";
import { integer } from "./options.ts";
import { type CommandContext, runCommand } from "./run.ts";

interface ConsentFlags {
  readonly allowCode?: string;
  readonly allowPermissionChanges?: true;
}

interface ApplyFlags extends ChangeFlags, ConsentFlags {
  readonly expect?: string;
}

interface RollbackFlags extends TreeFlags, ConsentFlags {
  readonly why: string;
  readonly origin: string;
  readonly merge?: true;
}

/** `deno task generate-changes`. */
export function command(): Command {
  const changes = new Command("generate-changes")
    .description("Change code and settings so that it can always be undone; plan is the default.");
  changes.addCommand(plan(), { isDefault: true });
  for (const child of [apply(), nightsCommand(), rollback(), log(), show(), verify(), prune()]) {
    changes.addCommand(child);
  }
  return changes;
}

function plan(): Command {
  return changeCommand("plan", "Show what would change; nothing is written.")
    .action((options: ChangeFlags) =>
      withTree(options, async (tree, context) => {
        const set = requestedChanges(await changeRequest(options));
        const document = planDocument(await planChanges(tree, set));
        context.result(document, () => planText(document));
      })
    );
}

function apply(): Command {
  const command = changeCommand(
    "apply",
    "Make all the changes, or none, and keep what undoes them.",
  );
  return addConsentOptions(command)
    .option("--expect <sha256>", "refuse unless the plan is still this one")
    .action((options: ApplyFlags) =>
      withTree(options, async (tree, context) => {
        const set = requestedChanges(await changeRequest(options));
        const applied = await applyChanges(tree, set, {
          ...consentOf(options),
          ...(options.expect === undefined ? {} : { expect: options.expect }),
        });
        const document = applyDocument(applied, tree);
        context.result(document, () =>
          `${planText(document)}\n\napplied as ${document.id}; to undo it, whatever it broke:\n` +
          document.undo);
      })
    );
}

function rollback(): Command {
  const command = treeCommand(
    "rollback",
    "Undo a change; refused when its files have changed since.",
  );
  return addConsentOptions(command)
    .argument("<id>", "see the log")
    .option("--why <text>", "reason, kept in the log", "not given")
    .option("--origin <text>", "who asks, kept in the log", "by hand")
    .option("--merge", "keep what came after, where the lines do not meet")
    .action((id: string, options: RollbackFlags) =>
      withTree(options, async (tree, context) => {
        const { merge = false, origin, why } = options;
        const outcome = await rollbackChange(tree, id, {
          merge,
          origin,
          why,
          ...consentOf(options),
        });
        const document = rollbackDocument(outcome, id, tree);
        context.result(document, () =>
          document.kind === "conflict"
            ? conflictText(document.conflicts, id)
            : `${planText(document)}\n\nrolled back ${id} by ${document.id}`);
        if (document.kind === "conflict") {
          throw new ExitWith(EXIT.refused);
        }
      })
    );
}

function log(): Command {
  return treeCommand("log", "All changes, newest first.")
    .action((options: TreeFlags) =>
      withTree(options, async (tree, context) => {
        const document = await listChanges(tree);
        if (document.fault !== null) context.note(`warning: ${document.fault}`);
        context.result(document, () =>
          document.changes.length === 0 ? "no changes made yet" : table(
            ["id", "what", "files", "origin", "why", "undone by"],
            document.changes.map((change) => [
              change.id,
              change.undoes === null ? "apply" : `rollback of ${change.undoes}`,
              String(change.files),
              change.origin,
              change.why,
              change.undoneBy ?? "",
            ]),
          ));
      })
    );
}

function show(): Command {
  return treeCommand("show", "Everything that is kept about one change, with its diff.")
    .argument("<id>", "see the log")
    .action((id: string, options: TreeFlags) =>
      withTree(options, async (tree, context) => {
        const document = await showChangeDocument(tree, id);
        context.result(document, () => {
          const { patch, ...record } = document;
          const diff = patch === null ? "its backups were pruned" : diffText(patch);
          return `${JSON.stringify(record, null, 2)}\n\n${diff}`;
        });
      })
    );
}

function verify(): Command {
  return treeCommand("verify", "Hash the log, the backups and the changed files again.")
    .action((options: TreeFlags) =>
      withTree(options, async (tree, context) => {
        const document = await verifyDocument(tree);
        context.result(document, () =>
          table(
            ["subject", "state", "detail"],
            document.checks.map(({ subject, state, detail }) => [subject, state, detail]),
          ));
        if (!document.ok) throw new ExitWith(EXIT.failed);
      })
    );
}

function prune(): Command {
  return treeCommand("prune", "Remove the backups of old changes; the log stays.")
    .option("--keep <n>", "newest changes whose backups stay", integer(0), 50)
    .option("--dry-run", "only say what would go")
    .action((options: TreeFlags & { keep: number; dryRun?: true }) =>
      withTree(options, async (tree, context) => {
        const document = await pruneDocument(tree, {
          keep: options.keep,
          dryRun: options.dryRun ?? false,
        });
        const verb = document.dryRun ? "would be" : "were";
        context.result(
          document,
          () => `the backups of ${document.removed.length} changes ${verb} removed`,
        );
      })
    );
}

function addConsentOptions(command: Command): Command {
  return command
    .option("--allow-code <sha256>", "consent to change what runs, by the plan's own hash")
    .option("--allow-permission-changes", "consent to change permission sets and tasks");
}

function consentOf({ allowCode, allowPermissionChanges }: ConsentFlags): Consent {
  return {
    allowPermissionChanges: allowPermissionChanges ?? false,
    ...(allowCode === undefined ? {} : { allowCode }),
  };
}

function withTree(
  options: TreeFlags,
  body: (tree: Tree, context: CommandContext) => Promise<void>,
): Promise<void> {
  return runCommand(options, async (context) => {
    await body(openTree(options.root, context), context);
  });
}

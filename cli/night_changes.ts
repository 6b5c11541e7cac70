import { Option } from "commander";
import { openTree } from "../lib/codegen/mod.ts";
import { REPORTS_FOLDER } from "../lib/core/program.ts";
import { nightChanges, type NightChangesDocument } from "../tasks/generate_changes/night_sets.ts";
import { treeCommand, type TreeFlags } from "./change_options.ts";
import { planText } from "./change_text.ts";
import { userPath } from "./options.ts";
import { runCommand } from "./run.ts";

interface NightsFlags extends TreeFlags {
  readonly reports: string;
  readonly autoApply?: true;
}

/** `deno task generate-changes nights`. */
export function nightsCommand() {
  return treeCommand("nights", "What nights have moved, as changes that wait for a person.")
    .option("--auto-apply", "apply them: files of deployments, each with what undoes it")
    .addOption(
      new Option("--reports <folder>", "folder where nights leave their change sets")
        .argParser(userPath).default(REPORTS_FOLDER, "reports/"),
    )
    .action((options: NightsFlags) =>
      runCommand(options, async (context) => {
        const tree = openTree(options.root, context);
        const document = await nightChanges(tree, options.reports, options.autoApply ?? false);
        context.result(document, () => nightsText(document));
      })
    );
}

function nightsText({ nights }: NightChangesDocument): string {
  if (nights.length === 0) return "no night has moved anything that waits";
  return nights.map(({ change, origin, path }) =>
    `${origin}, ${path}\n${planText(change)}\n\n` +
    ("id" in change
      ? `applied as ${change.id}; to undo it:\n${change.undo}`
      : "not applied: add --auto-apply, or apply it by its manifest")
  ).join("\n\n");
}

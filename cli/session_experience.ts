import type { Command } from "commander";
import { join } from "node:path";
import type { SessionExperienceDocument } from "../tasks/sessions/experience.ts";
import { modelsOption, userPath } from "./options.ts";
import { runCommand } from "./run.ts";

interface ExperienceFlags {
  readonly json?: true;
  readonly sessions: string;
  readonly models: string;
  readonly out?: string;
  readonly system?: string;
}

/** `deno task sessions experience`. */
export function experienceCommand(base: Command): Command {
  return base
    .argument("<name>", "the session")
    .option(
      "--out <file>",
      "the log, a file that is not there yet (default: experience.jsonl beside the journal)",
      userPath,
    )
    .option("--system <reference>", "who decided (default: the system that traded last)")
    .addOption(modelsOption())
    .action((session: string, options: ExperienceFlags) =>
      runCommand(options, async (context) => {
        // Whoever only lists or halts sessions does not wait for what computes features.
        const { logExperience } = await import("../tasks/sessions/experience.ts");
        const { models, sessions, system = null } = options;
        const out = options.out ?? join(sessions, session, "experience.jsonl");
        const document = await logExperience(
          { session, system, out },
          { sessions, models },
          { now: () => context.now() },
        );
        context.result(document, () => experienceText(document));
      })
    );
}

function experienceText(
  { decisions, episodes, explored, notes, out, session, system }: SessionExperienceDocument,
): string {
  const runs = episodes === 1 ? "one run" : `${episodes} runs`;
  return [
    `${decisions} decisions of ${system} in ${session}, in ${runs}; in ${explored} of them other ` +
    "positions had a chance",
    ...notes.map((note) => `- ${note}`),
    out,
  ].join("\n");
}

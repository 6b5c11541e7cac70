import type { Command } from "commander";
import { diagnose } from "../tasks/doctor.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { baseCommand } from "./options.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";

/** `deno task doctor`. */
export function command(): Command {
  return baseCommand("doctor", "Say what is wrong with this set-up, by trying each part.")
    .action((options: { readonly json?: true }) =>
      runCommand(options, async (context) => {
        const document = await diagnose(context);
        context.result(document, () =>
          document.checks.map((check) =>
            `${check.ok ? paint("green", "ok  ") : paint("red", "FAIL")} ${check.name}: ` +
            check.found + (check.remedy === null ? "" : `\n     -> ${check.remedy}`)
          ).join("\n"));
        if (!document.ok) {
          throw new ExitWith(EXIT.failed);
        }
      })
    );
}

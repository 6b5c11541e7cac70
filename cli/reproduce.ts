import type { Command } from "commander";
import { LISTED, readRun, reproduceRun } from "../lib/evaluation/mod.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { baseCommand, modelsOption, reportsOption, userPath } from "./options.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";

interface ReproduceFlags {
  readonly json?: true;
  readonly data?: string;
  readonly models: string;
  readonly reports: string;
}

/** `deno task reproduce`. */
export function command(): Command {
  return baseCommand(
    "reproduce",
    "Run a backtest again from its own JSON file; compare every number to the bit.",
  )
    .argument("<run>", "JSON file that backtest wrote, or the run id")
    .option("--data <file>", "the bars, when they are no longer where they were", userPath)
    .addOption(modelsOption())
    .addOption(reportsOption())
    .action((reference: string, options: ReproduceFlags) =>
      runCommand(options, async (context) => {
        const document = await reproduceRun(
          readRun(reference, options.reports, userPath),
          {
            models: options.models,
            ...(options.data === undefined ? {} : { path: options.data }),
          },
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        const { differences, first, same, verdict } = document;
        context.result(document, () =>
          [
            paint(same ? "green" : "red", verdict),
            ...first.map((one) =>
              `${one.path}: ${JSON.stringify(one.first)} became ${JSON.stringify(one.second)}`
            ),
            ...(differences > LISTED ? [`… and ${differences - LISTED} more`] : []),
          ].join("\n"));
        if (!same) throw new ExitWith(EXIT.failed);
      })
    );
}

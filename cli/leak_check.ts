import { type Command, Option } from "commander";
import { BLEND_KINDS } from "../lib/blend/mod.ts";
import { CONFIDENCE_SHARE } from "../lib/system/mod.ts";
import { leakCheck } from "../tasks/leak_check.ts";
import { EXIT, ExitWith } from "./exit.ts";
import {
  addDataOptions,
  addMarketOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  integer,
  type MarketFlags,
  marketRequest,
  modelsOption,
  number,
  requireModels,
  requireNoFlags,
  seedOption,
  SYSTEM_FLAGS,
  userPath,
} from "./options.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";

interface LeakCheckFlags extends DataFlags, MarketFlags {
  readonly json?: true;
  readonly system?: string;
  readonly model?: readonly string[];
  readonly policy?: string;
  readonly blend?: string;
  readonly confidenceShare: number;
  readonly bars: number;
  readonly ends: number;
  readonly refit?: true;
  readonly workers: number;
  readonly models: string;
  readonly seed: number;
}

/** `deno task leak-check`. */
export function command(): Command {
  const base = baseCommand(
    "leak-check",
    "Change the future and see whether a model's past decisions notice; the verdict is recorded.",
  )
    .option("--system <reference>", "a trading system: name, name@version or name@alias")
    .option(
      "--model <reference...>",
      "in its place models: name, name@version or name@alias; several for a blend",
    )
    .option("--policy <reference>", "a learnt policy beside the models")
    .addOption(
      new Option("--blend <kind>", "check all of them traded as one; nothing is recorded")
        .choices(BLEND_KINDS),
    )
    .option(
      "--confidence-share <share>",
      "--blend: oldest share of the unseen bars, which teaches confidence",
      number(0.05, 0.9),
      CONFIDENCE_SHARE,
    )
    .requiredOption("--data <file>", "CSV or Parquet file of bars", userPath)
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    );
  return addMarketOptions(addDataOptions(base))
    .option("--bars <n>", "most bars replayed, around where training stopped", integer(100), 3_000)
    .option("--ends <n>", "futures changed, each cut off once and made random once", integer(1), 32)
    .option("--refit", "train the model again too, twice, on the bars of its training")
    .option("--workers <n>", "--refit: threads", integer(1), navigator.hardwareConcurrency)
    .addOption(modelsOption())
    .addOption(seedOption())
    .action((options: LeakCheckFlags, command: Command) =>
      runCommand(options, async (context) => {
        const { system } = options;
        if (system !== undefined) requireNoFlags(command, SYSTEM_FLAGS, "--system");
        const { bars, blend, confidenceShare, ends, refit = false, seed, workers } = options;
        const { policy } = options;
        const document = await leakCheck(
          dataRequest(options),
          {
            ...(system === undefined ? { models: requireModels(options) } : { models: [], system }),
            ...(policy === undefined ? {} : { policy }),
            ...(blend === undefined ? {} : { blend: { kind: blend, confidenceShare } }),
            market: marketRequest(options),
            ...{ bars, ends, refit, seed, workers },
          },
          options.models,
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () =>
          [
            paint(document.passed ? "green" : "red", document.verdict),
            `replayed ${document.window.bars} bars from ${document.window.from}: ` +
            Object.entries(document.stages).map(([stage, columns]) => `${columns} ${stage}`)
              .join(", "),
            ...(document.passed ? [] : [`leaking: ${document.leakingColumns.join(", ")}`]),
            ...document.notes,
            `${document.seconds.toFixed(1)} s, ONNX Runtime ${document.engine}`,
          ].join("\n"));
        if (!document.passed) throw new ExitWith(EXIT.failed);
      })
    );
}

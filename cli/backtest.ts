import { type Command, Option } from "commander";
import { BLEND_KINDS } from "../lib/blend/mod.ts";
import { backtest } from "../tasks/backtest.ts";
import { CONFIDENCE_SHARE } from "../lib/system/mod.ts";
import { backtestSummary } from "./backtest_summary.ts";
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
  reportsOption,
  requireModels,
  requireNoFlags,
  seedOption,
  SYSTEM_FLAGS,
  userPath,
} from "./options.ts";
import { riskRequest } from "./risk_options.ts";
import { runCommand } from "./run.ts";
import { taskCommandLine } from "./started_as.ts";

interface BacktestFlags extends DataFlags, MarketFlags {
  readonly json?: true;
  readonly system?: string;
  readonly model?: readonly string[];
  readonly policy?: string;
  readonly blend?: string;
  readonly confidenceShare: number;
  readonly risk?: string;
  readonly from?: string;
  readonly to?: string;
  readonly momentumBars: number;
  readonly inSample?: true;
  readonly models: string;
  readonly reports: string;
  readonly seed: number;
}

/** `deno task backtest`. */
export function command(): Command {
  const base = baseCommand("backtest", "Test registered models on bars they have not seen.")
    .option(
      "--system <reference>",
      "a trading system: name, name@version or name@alias; brings blend, costs, sizes and rules",
    )
    .option(
      "--model <reference...>",
      "in its place models: name, name@version or name@alias; several to compare",
    )
    .option("--policy <reference>", "a learnt policy beside the models")
    .addOption(
      new Option("--blend <kind>", "trade all of them as one; each is shown alone beside it")
        .choices(BLEND_KINDS),
    )
    .option(
      "--confidence-share <share>",
      "--blend: oldest share of the unseen bars, which teaches confidence and is not tested on",
      number(0.05, 0.9),
      CONFIDENCE_SHARE,
    )
    .option("--risk <file>", "JSON file of risk rules and sizing", userPath)
    .requiredOption("--data <file>", "CSV or Parquet file of bars", userPath)
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    );
  return addMarketOptions(addDataOptions(base))
    .option("--from <date>", "first day of the test (default: after the last bar seen)")
    .option("--to <date>", "day after the last one of the test (default: end of the data)")
    .option("--momentum-bars <n>", "look-back of the momentum baseline", integer(1), 252)
    .option("--in-sample", "allow a test on bars the model was trained on; the report says so")
    .addOption(modelsOption())
    .addOption(reportsOption())
    .addOption(seedOption())
    .action((options: BacktestFlags, command: Command) =>
      runCommand(options, async (context) => {
        const { system } = options;
        if (system !== undefined) requireNoFlags(command, SYSTEM_FLAGS, "--system");
        const document = await backtest(
          dataRequest(options),
          {
            ...(system === undefined ? { models: requireModels(options) } : { models: [], system }),
            ...(options.policy === undefined ? {} : { policy: options.policy }),
            ...blendRequest(options),
            risk: riskRequest(
              options.risk,
              options.blend === undefined ? [] : [options.blend],
              context.note,
            ),
            ...(options.from === undefined ? {} : { from: options.from }),
            ...(options.to === undefined ? {} : { to: options.to }),
            inSample: options.inSample ?? false,
            market: marketRequest(options),
            momentumBars: options.momentumBars,
            seed: options.seed,
            command: taskCommandLine("backtest"),
          },
          { models: options.models, reports: options.reports },
          {
            clock: context,
            signal: context.signal,
            onProgress: context.progress,
          },
        );
        context.result(document, () => backtestSummary(document));
      })
    );
}

function blendRequest({ blend, confidenceShare }: BacktestFlags) {
  return blend === undefined ? {} : { blend: { kind: blend, confidenceShare } };
}

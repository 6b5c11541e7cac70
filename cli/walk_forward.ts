import { type Command, Option } from "commander";
import { BLEND_KINDS } from "../lib/blend/mod.ts";
import {
  DEFAULT_POLICY_SETTINGS,
  type SystemRecipe,
  systemRecipe,
  WALK_FORWARD_KINDS,
  type WalkForwardKind,
} from "../lib/evaluation/mod.ts";
import { DEMO_POLICY, DEMO_RECIPES } from "../tasks/demo.ts";
import { TUNING_STORAGE } from "../lib/core/program.ts";
import { defaultRecipe } from "../lib/models/training.ts";
import { MODEL_CHOICES } from "./recipe_options.ts";
import { walkForward, type WalkForwardDocument } from "../tasks/walk_forward.ts";
import { blendLines, comparisonTable, findingLines } from "./backtest_summary.ts";
import {
  addDataOptions,
  addMarketOptions,
  baseCommand,
  costRequest,
  type DataFlags,
  dataRequest,
  integer,
  type MarketFlags,
  marketRequest,
  modelsOption,
  number,
  reportsOption,
  requireNoFlags,
  seedOption,
  SYSTEM_FLAGS,
  userPath,
} from "./options.ts";
import { paint } from "./paint.ts";
import { riskRequest } from "./risk_options.ts";
import { runCommand } from "./run.ts";
import { taskCommandLine } from "./started_as.ts";

/** How large networks and policies are. */
const SIZES = ["small", "medium"] as const;

interface WalkForwardFlags extends DataFlags, MarketFlags {
  readonly json?: true;
  readonly system?: string;
  readonly model: readonly string[];
  readonly policy?: true;
  readonly blend: readonly string[];
  readonly size: typeof SIZES[number];
  readonly windows: number;
  readonly trainShare: number;
  readonly scheme: WalkForwardKind;
  readonly gap: number;
  readonly folds: number;
  readonly unproven?: true;
  readonly risk?: string;
  readonly momentumBars: number;
  readonly workers: number;
  readonly models: string;
  readonly reports: string;
  readonly storage: string;
  readonly seed: number;
}

/** `deno task walk-forward`. */
export function command(): Command {
  const base = baseCommand(
    "walk-forward",
    "Refit and test window by window, and judge all test windows as one result.",
  )
    .requiredOption("--data <file>", "CSV or Parquet file of bars", userPath)
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    )
    .option(
      "--system <reference>",
      "a trading system whose parts and blend are fitted again in every window, in place of --model",
    )
    .addOption(
      new Option("--model <kinds...>", "what to fit again in every window")
        .choices(MODEL_CHOICES).default(["forest"]),
    )
    .option("--policy", "learn a policy in every window too")
    .addOption(
      new Option("--blend <kinds...>", "trade all of them as one; the first kind leads")
        .choices(BLEND_KINDS).default([], "none"),
    )
    .addOption(
      new Option("--size <size>", "of networks and policies; small are those of the demo")
        .choices(SIZES).default("medium"),
    )
    .option("--windows <n>", "refits; with a blend the first only teaches", integer(2), 6)
    .option(
      "--train-share <share>",
      "share of the bars before the first test",
      number(0.1, 0.9),
      0.4,
    )
    .addOption(
      new Option("--scheme <name>", "rolling forgets the oldest bars, expanding keeps them")
        .choices(WALK_FORWARD_KINDS).default("expanding"),
    )
    .option("--gap <bars>", "bars between training and test that neither reads", integer(0), 100)
    .option("--folds <n>", "purged folds inside each training", integer(2), 3)
    .option(
      "--unproven",
      "follow what did not prove itself in training too, to see what it would have done",
    )
    .option("--risk <file>", "JSON file of risk rules", userPath);
  return addMarketOptions(addDataOptions(base))
    .option("--momentum-bars <n>", "look-back of the momentum baseline", integer(1), 252)
    .option("--workers <n>", "threads", integer(1), navigator.hardwareConcurrency)
    .option("--storage <file>", "SQLite file of the trial ledger", userPath, TUNING_STORAGE)
    .addOption(modelsOption())
    .addOption(reportsOption())
    .addOption(seedOption())
    .action((options: WalkForwardFlags, command: Command) =>
      runCommand(options, async (context) => {
        const { policy, risk, seed, system } = options;
        if (system !== undefined) {
          requireNoFlags(command, [...SYSTEM_FLAGS, "size", "folds"], "--system");
        }
        const recipe = system === undefined
          ? null
          : await systemRecipe(options.models, system, { clock: context });
        const document = await walkForward(
          dataRequest(options),
          {
            recipes: options.model.map((kind) => recipeOf(kind, options.size)),
            policy: policy === undefined ? null : { ...policyOf(options.size), seed },
            training: {
              costs: costRequest(options),
              folds: options.folds,
              ...{ seed, workers: options.workers },
            },
            unproven: options.unproven ?? false,
            blends: options.blend,
            windows: {
              windows: options.windows,
              trainShare: options.trainShare,
              kind: options.scheme,
              gapBars: options.gap,
            },
            market: marketRequest(options),
            risk: riskRequest(risk, options.blend, context.note),
            ...(recipe === null ? {} : ofSystem(recipe, marketRequest(options))),
            momentumBars: options.momentumBars,
            ...{ seed, storage: options.storage },
            command: taskCommandLine("walk-forward"),
          },
          { models: options.models, reports: options.reports },
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () => summary(document));
      })
    );
}

/** Everything that decides comes from the system; of the account only cash and margin count. */
function ofSystem({ market, ...recipe }: SystemRecipe, {
  cashUsd,
  marginUsd,
}: ReturnType<typeof marketRequest>) {
  return {
    ...{ ...recipe, recipes: [], policy: null },
    market: { ...market, cashUsd, ...(marginUsd === undefined ? {} : { marginUsd }) },
  };
}

function recipeOf(kind: string, size: WalkForwardFlags["size"]) {
  const small = DEMO_RECIPES.find((recipe) => recipe.kind === kind);
  return size === "small" && small !== undefined ? small : defaultRecipe(kind);
}

function policyOf(size: WalkForwardFlags["size"]) {
  return size === "small" ? DEMO_POLICY : DEFAULT_POLICY_SETTINGS;
}

function summary(document: WalkForwardDocument): string {
  const { period } = document;
  const day = (instant: string): string => instant.slice(0, 10);
  return [
    ...document.conclusions.map((line, index) => index === 0 ? paint("bold", line) : line),
    "",
    `${document.symbol}, ${day(period.from)} to ${day(period.to)}: ` +
    `${period.bars.toLocaleString("en")} bars, ${
      period.days.toLocaleString("en")
    } days, ${document.windows.length} windows`,
    "",
    comparisonTable(document.strategies),
    ...blendLines(document.blend),
    "",
    ...findingLines(document.findings),
    "",
    `report  ${document.report}`,
    `json    ${document.json}`,
    `${document.seconds.toFixed(1)} s`,
  ].join("\n");
}

import { type Command, Option } from "commander";
import { InputError } from "../lib/core/mod.ts";
import { BLEND_KINDS } from "../lib/blend/mod.ts";
import { CONFIDENCE_SHARE } from "../lib/system/mod.ts";
import { demo, DEMO_POLICY, DEMO_RECIPES, type DemoDocument } from "../tasks/demo.ts";
import { defaultTraining } from "../lib/training/mod.ts";
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
  reportsOption,
  seedOption,
  userPath,
} from "./options.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";
import { taskCommandLine } from "./started_as.ts";

interface DemoFlags extends Omit<DataFlags, "data" | "symbol">, MarketFlags {
  readonly json?: true;
  readonly data?: string;
  readonly symbol?: string;
  readonly blend: string;
  readonly momentumBars: number;
  readonly workers: number;
  readonly models: string;
  readonly reports: string;
  readonly seed: number;
}

/** Fewer than `train` cuts, so that everything ends within a minute and a half. */
const DEMO_FOLDS = 3;

/** `deno task demo`. */
export function command(): Command {
  const base = baseCommand(
    "demo",
    "The whole story: bars, training, ONNX, an honest test, one report. Simulated bars unless --data.",
  )
    .option("--data <file>", "your own bars instead of simulated ones", userPath)
    .option("--symbol <symbol>", "instrument of --data");
  return addMarketOptions(addDataOptions(base))
    .addOption(
      new Option("--blend <kind>", "how models and policy are blended")
        .choices(BLEND_KINDS).default("confidence-weighted"),
    )
    .option("--momentum-bars <n>", "look-back of the momentum baseline", integer(1), 252)
    .option("--workers <n>", "threads", integer(1), navigator.hardwareConcurrency)
    .addOption(modelsOption())
    .addOption(reportsOption())
    .addOption(seedOption())
    .action((options: DemoFlags) =>
      runCommand(options, async (context) => {
        const { data, symbol } = options;
        if (data !== undefined && symbol === undefined) {
          throw new InputError("Cannot read bars of an unknown instrument", {
            where: "--data",
            remedy: "add --symbol, for example --symbol MES",
          });
        }
        const document = await demo(
          {
            ...(data === undefined || symbol === undefined
              ? {}
              : { data: dataRequest({ ...options, data, symbol }) }),
            trainings: DEMO_RECIPES.map((recipe) => ({
              ...defaultTraining(recipe),
              // They stand side by side in the report.
              compare: false,
              folds: DEMO_FOLDS,
              costs: costRequest(options),
              seed: options.seed,
              workers: options.workers,
            })),
            policy: { ...DEMO_POLICY, seed: options.seed },
            blend: { kind: options.blend, confidenceShare: CONFIDENCE_SHARE },
            market: marketRequest(options),
            momentumBars: options.momentumBars,
            seed: options.seed,
            command: taskCommandLine("demo"),
          },
          { models: options.models, reports: options.reports },
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () => summary(document));
      })
    );
}

function summary(document: DemoDocument): string {
  const walk = document.randomWalk;
  return [
    paint("bold", document.verdict),
    "",
    comparisonTable(document.strategies),
    ...blendLines(document.blend),
    "",
    ...findingLines(document.findings),
    ...(walk === null ? [] : [
      "",
      "the same blend on a random walk, where nothing can be learnt:",
      comparisonTable(walk),
    ]),
    "",
    `models  ${document.models.map(({ name, version }) => `${name}@${version}`).join(", ")}`,
    `report  ${document.report}`,
    `json    ${document.json}`,
    `${document.seconds.toFixed(1)} s`,
  ].join("\n");
}

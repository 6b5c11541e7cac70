import { type Command, Option } from "commander";
import { parseTrainingSettings, type TrainingSettings } from "../lib/evaluation/mod.ts";
import { CALIBRATION_METHODS, type CalibrationMethod } from "../lib/models/mod.ts";
import { DEFAULT_FEATURES, parseFeatureSpec } from "../lib/features/mod.ts";
import { DEFAULT_LABELS, LABEL_KINDS, labelKindOf, type LabelSpec } from "../lib/labels/mod.ts";
import { train, type TrainDocument } from "../tasks/train.ts";
import { defaultTraining } from "../lib/training/mod.ts";
import { table } from "./console.ts";
import {
  addCostOptions,
  addDataOptions,
  baseCommand,
  type CostFlags,
  costRequest,
  type DataFlags,
  dataRequest,
  integer,
  modelName,
  modelsOption,
  number,
  readJson,
  requireNoFlags,
  sameData,
  sameRegistry,
  seedOption,
  userPath,
} from "./options.ts";
import {
  addRecipeOptions,
  recipeAttributes,
  type RecipeFlags,
  recipeOf,
} from "./recipe_options.ts";
import { runCommand } from "./run.ts";

interface TrainFlags extends DataFlags, CostFlags, RecipeFlags {
  readonly json?: true;
  readonly name?: string;
  readonly recipe?: string;
  readonly holdout: number;
  readonly folds: number;
  readonly labels?: string;
  readonly horizon?: number;
  readonly features?: string;
  readonly calibration: CalibrationMethod;
  readonly edge: number;
  readonly workers: number;
  readonly models: string;
  readonly seed: number;
}

/** `deno task train`. */
export function command(): Command {
  const base = baseCommand("train", "Train a model on bars without look-ahead and register it.")
    .requiredOption("--data <file>", "CSV or Parquet file of bars", userPath)
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    )
    .option("--name <name>", "name in the registry (default: <symbol>-<model>)", modelName);
  return addRecipeOptions(addCostOptions(addDataOptions(base)))
    .option(
      "--recipe <file>",
      "JSON file of settings, as tune writes it, in place of the flags for the same things",
      userPath,
    )
    .option("--holdout <share>", "newest share of the bars never touched", number(0, 0.9), 1 / 3)
    .option("--folds <n>", "purged walk-forward folds", integer(2), 5)
    .addOption(
      new Option("--labels <kind>", "how a row is labelled")
        .choices(LABEL_KINDS.map(({ kind }) => kind)),
    )
    .option("--horizon <bars>", "bars ahead that the labels look", integer(1))
    .option("--features <file>", "JSON feature spec (default: the built-in one)", userPath)
    .addOption(
      new Option("--calibration <method>", "probability calibration")
        .choices(CALIBRATION_METHODS).default("platt"),
    )
    .option(
      "--edge <multiple>",
      "trade from this multiple of the round-trip cost",
      number(0, 100),
      1,
    )
    .option("--workers <n>", "threads", integer(1), navigator.hardwareConcurrency)
    .addOption(modelsOption())
    .addOption(seedOption())
    .action((options: TrainFlags, command: Command) =>
      runCommand(options, async (context) => {
        if (options.recipe !== undefined) requireNoFlags(command, RECIPE_FILE_FLAGS, "--recipe");
        const settings = trainingSettings(options);
        const document = await train(
          dataRequest(options),
          {
            ...defaultTraining(settings.recipe),
            ...settings,
            ...(options.name === undefined ? {} : { name: options.name }),
            costs: costRequest(options),
            holdout: options.holdout,
            folds: options.folds,
            seed: options.seed,
            workers: options.workers,
            backend: options.backend,
          },
          options.models,
          {
            clock: context,
            signal: context.signal,
            onProgress: context.progress,
          },
        );
        context.result(
          document,
          () => summary(document, sameData(options) + sameRegistry(options)),
        );
      })
    );
}

/** What a recipe file says. */
const RECIPE_FILE_FLAGS = [
  ...recipeAttributes(),
  ...["features", "labels", "horizon", "calibration", "edge"],
];

/** What the flags say, or a recipe file in their place. */
function trainingSettings(options: TrainFlags): TrainingSettings {
  const flags: TrainingSettings = {
    recipe: recipeOf(options),
    features: options.features === undefined
      ? DEFAULT_FEATURES
      : parseFeatureSpec(readJson(options.features)),
    labels: labelSpec(options.labels, options.horizon),
    calibration: options.calibration,
    edgeThreshold: options.edge,
  };
  return options.recipe === undefined
    ? flags
    : parseTrainingSettings(readJson(options.recipe), flags);
}

function labelSpec(name: string | undefined, horizon: number | undefined): LabelSpec {
  if (name === undefined && horizon === undefined) return DEFAULT_LABELS;
  const kind = labelKindOf(name ?? DEFAULT_LABELS.kind);
  return horizon === undefined ? kind.defaults : kind.withHorizon(kind.defaults, horizon);
}

function summary(document: TrainDocument, data: string): string {
  const figure = (value: number | null | undefined): string =>
    typeof value === "number" ? value.toFixed(4) : "n/a";
  const columns = [
    "accuracy",
    "baseRateAccuracy",
    "logLoss",
    "brier",
    "ece",
    "informationCoefficient",
  ];
  return [
    `${document.name}@${document.version}  ${document.kind}, ${document.features} features, ` +
    `${document.seconds.toFixed(1)} s`,
    `trained on ${document.data.firstTime} to ${document.data.lastTime}; ` +
    `bars from ${document.data.testFrom} on are unseen`,
    "",
    table(
      ["fold", "train", "test", ...columns],
      [
        ...document.folds.map((fold, index) => [
          String(index + 1),
          String(fold.trainRows),
          String(fold.testRows),
          ...columns.map((name) => figure(fold.metrics[name])),
        ]),
        ["mean", "", "", ...columns.map((name) => figure(document.metrics[name]))],
      ],
    ),
    "",
    table(
      ["on the same folds", ...columns],
      document.comparisons.map(({ name, metrics }) => [
        name,
        ...columns.map((column) => figure(metrics[column])),
      ]),
    ),
    "",
    table(
      ["on the newest fold", ...columns],
      [
        [document.kind, ...columns.map((name) => figure(document.folds.at(-1)?.metrics[name]))],
        ["shuffled labels", ...columns.map((name) => figure(document.permutedLabels?.[name]))],
      ],
    ),
    "",
    ...document.notes.map((note) => `- ${note}`),
    "",
    `registered as ${document.path}`,
    `next: deno task backtest --model ${document.name}@${document.version} ${data}`,
  ].join("\n");
}

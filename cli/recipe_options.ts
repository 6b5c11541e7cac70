import { type Command, InvalidArgumentError, Option } from "commander";
import { CLASSIFIER_KINDS, type ClassifierKind } from "../lib/records/model_manifest.ts";
import { DEFAULT_FOREST } from "../lib/models/forest/forest.ts";
import type { ModelRecipe } from "../lib/models/model_recipe.ts";
import { DEFAULT_HYBRID } from "../lib/models/hybrid/parameters.ts";
import { DEFAULT_LOGISTIC } from "../lib/models/logistic/logistic.ts";
import { DEFAULT_NETWORK, type NetworkParameters } from "../lib/models/network/parameters.ts";
import { type Backend, BACKENDS } from "../lib/tensor/backend.ts";
import { DEFAULT_RECIPES } from "../lib/training/train_on.ts";
import { integer, number } from "./options.ts";

/** Flags that say what to fit. */
export interface RecipeFlags {
  readonly model: ClassifierKind;
  readonly trees: number;
  readonly maxDepth?: number;
  readonly minLeaf: number;
  readonly l2: number;
  readonly window?: number;
  readonly units?: readonly number[];
  readonly members?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly dropout?: number;
  readonly layerNorm?: true;
  readonly backend: Backend;
}

/** Adds the flags of every kind of model; each has no effect on the others. */
export function addRecipeOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--model <kind>", "what to train").choices(CLASSIFIER_KINDS).default("forest"),
    )
    .option("--trees <n>", "forest, hybrid: trees", integer(1), DEFAULT_FOREST.trees)
    .option("--max-depth <n>", "forest, hybrid: depth limit (default: none)", integer(1))
    .option(
      "--min-leaf <share>",
      "forest, hybrid: smallest share of the weight in a leaf",
      number(0, 0.5),
      0.01,
    )
    .option("--l2 <strength>", "logistic: penalty", number(0, 1e6), DEFAULT_LOGISTIC.l2)
    .option("--window <bars>", `lstm, hybrid: bars it reads (${defaults("window")})`, integer(1))
    .option("--units <list>", `lstm, hybrid: layer widths (${defaults("units")})`, widths)
    .option("--members <n>", `lstm, hybrid: seeds averaged (${defaults("members")})`, integer(1))
    .option("--epochs <n>", `lstm, hybrid: most (${defaults("maximumEpochs")})`, integer(1))
    .option("--batch <n>", `lstm, hybrid: windows a step (${defaults("batchSize")})`, integer(1))
    .option(
      "--learning-rate <rate>",
      `lstm, hybrid: highest step size (${defaults("learningRate")})`,
      number(1e-7, 1),
    )
    .option("--dropout <share>", `lstm, hybrid: left out (${defaults("dropout")})`, number(0, 0.9))
    .option("--layer-norm", "lstm, hybrid: normalise each row first")
    .addOption(
      new Option("--backend <name>", "lstm, hybrid: where to compute; webgpu if the machine has it")
        .choices(BACKENDS).default("wasm"),
    );
}

/** The recipe that the flags describe. */
export function recipeOf(flags: RecipeFlags): ModelRecipe {
  const forest = {
    ...DEFAULT_RECIPES.forest.parameters,
    trees: flags.trees,
    maxDepth: flags.maxDepth ?? null,
    minLeafWeightFraction: flags.minLeaf,
  };
  switch (flags.model) {
    case "forest":
      return { kind: "forest", parameters: forest };
    case "logistic":
      return {
        kind: "logistic",
        parameters: { ...DEFAULT_RECIPES.logistic.parameters, l2: flags.l2 },
      };
    case "lstm":
      return { kind: "lstm", parameters: networkOf(flags, DEFAULT_NETWORK) };
    case "hybrid":
      return {
        kind: "hybrid",
        parameters: {
          ...DEFAULT_HYBRID,
          network: networkOf(flags, DEFAULT_HYBRID.network),
          forest,
        },
      };
  }
}

function networkOf(flags: RecipeFlags, base: NetworkParameters): NetworkParameters {
  return {
    ...base,
    window: flags.window ?? base.window,
    units: flags.units ?? base.units,
    members: flags.members ?? base.members,
    maximumEpochs: flags.epochs ?? base.maximumEpochs,
    batchSize: flags.batch ?? base.batchSize,
    learningRate: flags.learningRate ?? base.learningRate,
    dropout: flags.dropout ?? base.dropout,
    inputNormalization: flags.layerNorm ?? base.inputNormalization,
  };
}

/** The default of a parameter in words: of the lstm, and of the hybrid where it differs. */
function defaults(name: keyof NetworkParameters): string {
  const alone = String(DEFAULT_NETWORK[name]), stacked = String(DEFAULT_HYBRID.network[name]);
  return alone === stacked ? `default: ${alone}` : `default: ${alone}, hybrid ${stacked}`;
}

function widths(text: string): readonly number[] {
  const list = text.split(",").map(Number);
  if (
    list.length > 4 || list.some((width) => !Number.isInteger(width) || width < 1 || width > 1_024)
  ) {
    throw new InvalidArgumentError("It must be one to four widths from 1 to 1024, as 64,32.");
  }
  return list;
}

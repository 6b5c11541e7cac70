import { type Command, InvalidArgumentError, Option } from "commander";
import { familyOf, MODEL_FAMILIES } from "../lib/models/training.ts";
import type {
  FlagRule,
  FlagValue,
  ModelFamily,
  ModelRecipe,
  ParameterFlag,
} from "../lib/models/mod.ts";
import { type Backend, BACKENDS } from "../lib/tensor/mod.ts";
import { integer, number } from "./options.ts";

/** Flags that say what to fit; those of the families' parameters come beside them. */
export interface RecipeFlags {
  readonly model: string;
  readonly backend: Backend;
}

/** What `--model` may be. */
export const MODEL_CHOICES: readonly string[] = MODEL_FAMILIES.map(({ kind }) => kind);

/** One flag with the families whose parameter it sets. */
interface SharedFlag {
  readonly flag: ParameterFlag;
  readonly families: readonly ModelFamily[];
}

/** Adds the flags of every family of models; each has no effect on the others. */
export function addRecipeOptions(command: Command): Command {
  const ofNetworks = MODEL_FAMILIES.filter(({ usesTensorflow }) => usesTensorflow);
  return addFlags(
    command.addOption(
      new Option("--model <kind>", "what to train").choices(MODEL_CHOICES).default("forest"),
    ),
  ).addOption(
    new Option(
      "--backend <name>",
      `${kindsOf(ofNetworks)}: where to compute; webgpu if the machine has it`,
    ).choices(BACKENDS).default("wasm"),
  );
}

/** The attributes under which commander gives what `addRecipeOptions` asks for, but the backend. */
export function recipeAttributes(): string[] {
  return ["model", ...sharedFlags().map(({ flag }) => optionOf(flag, "").attributeName())];
}

/** The recipe that the flags describe. */
export function recipeOf(options: RecipeFlags): ModelRecipe {
  const family = familyOf(options.model);
  const given = options as unknown as Readonly<Record<string, FlagValue | undefined>>;
  const parameters = family.flags.reduce((current, flag) => {
    const value = given[optionOf(flag, "").attributeName()];
    return value === undefined ? current : flag.set(current, value);
  }, family.defaults);
  return { kind: family.kind, parameters };
}

function addFlags(command: Command): Command {
  return sharedFlags().reduce(
    (added, { families, flag }) =>
      added.addOption(optionOf(flag, `${kindsOf(families)}: ${flag.text}${defaults(flag.name)}`)),
    command,
  );
}

/** Every flag once, in the order of the families. */
function sharedFlags(): SharedFlag[] {
  const names = new Map<string, SharedFlag>();
  for (const family of MODEL_FAMILIES) {
    for (const flag of family.flags) {
      const known = names.get(flag.name);
      names.set(
        flag.name,
        known === undefined ? { flag, families: [family] } : {
          ...known,
          families: [...known.families, family],
        },
      );
    }
  }
  return [...names.values()];
}

function optionOf({ name, placeholder, rule }: ParameterFlag, description: string): Option {
  const option = new Option(
    placeholder === null ? `--${name}` : `--${name} <${placeholder}>`,
    description,
  );
  const parse = parserOf(rule);
  return parse === null ? option : option.argParser(parse);
}

function parserOf(rule: FlagRule): ((text: string) => FlagValue) | null {
  switch (rule.type) {
    case "integer":
      return integer(rule.low);
    case "number":
      return number(rule.low, rule.high);
    case "integers":
      return (text) => integers(text, rule);
    case "switch":
      return null;
  }
}

function integers(
  text: string,
  { high, low, most }: Extract<FlagRule, { readonly type: "integers" }>,
): readonly number[] {
  const list = text.split(",").map(Number);
  const isWrong = (value: number) => !Number.isInteger(value) || value < low || value > high;
  if (list.length <= most && !list.some(isWrong)) return list;
  throw new InvalidArgumentError(
    `It must be one to ${most} whole numbers from ${low} to ${high}, as 64,32.`,
  );
}

/** The default of a parameter in words: of the first family, and of others where it differs. */
function defaults(name: string): string {
  const own = MODEL_FAMILIES.flatMap((family) => {
    const flag = family.flags.find((one) => one.name === name && one.rule.type !== "switch");
    return flag === undefined
      ? []
      : [{ kind: family.kind, value: String(flag.read(family.defaults) ?? "none") }];
  });
  const [first, ...others] = own;
  if (first === undefined) return "";
  const apart = others.filter(({ value }) => value !== first.value)
    .map(({ kind, value }) => `, ${kind} ${value}`);
  return ` (default: ${first.value}${apart.join("")})`;
}

function kindsOf(families: readonly ModelFamily[]): string {
  return families.map(({ kind }) => kind).join(", ");
}

import { type Command, InvalidArgumentError, Option } from "commander";
import {
  ALGORITHMS,
  DEFAULT_EXPERIENCE,
  DEFAULT_POLICY,
  DEFAULT_REWARD,
  type ExperienceParameters,
  parseExperienceParameters,
  POLICY_SIZES,
  type PolicyParameters,
  type PolicySize,
  RECURRENT_POLICY,
  type RewardSettings,
} from "../lib/rl/mod.ts";
import {
  DEFAULT_POLICY_SETTINGS as DEFAULTS,
  parseTunablePolicy,
  type TunablePolicy as TargetSettings,
} from "../lib/evaluation/mod.ts";
import { InputError } from "../lib/core/mod.ts";
import { integer, number, readJson, userPath } from "./options.ts";

/** Flags that say what a policy sees, how it learns and what it is paid. */
export interface PolicyFlags {
  readonly algorithm?: string;
  readonly size?: PolicySize;
  readonly actions?: readonly number[];
  readonly members?: number;
  readonly steps?: number;
  readonly episodes?: number;
  readonly horizon?: number;
  readonly window?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly patience?: number;
  readonly discount?: number;
  readonly entropy?: readonly [number, number];
  readonly varianceWeight?: number;
  readonly drawdownWeight?: number;
  readonly leverageWeight?: number;
  readonly turnoverWeight?: number;
  readonly features?: string;
  readonly validation?: number;
  readonly evidence?: number;
  readonly recipe?: string;
}

/** Adds the flags of features, learner, reward and proof. */
export function addPolicyOptions(command: Command): Command {
  return command
    .option(
      "--recipe <file>",
      "JSON file of settings, as tune writes it; flags win over it",
      userPath,
    )
    .option("--features <file>", "JSON feature spec (default: the built-in one)", userPath)
    .option(
      "--validation <share>",
      `share of the others that early stopping watches (default: ${DEFAULTS.validationShare})`,
      number(0.01, 0.45),
    )
    .option(
      "--evidence <share>",
      `newest share of the others, which decides whether it may trade (default: ${DEFAULTS.evidenceShare})`,
      number(0.01, 0.45),
    )
    .addOption(
      new Option("--algorithm <name>", "how it learns (default: exact, --experience: iql)")
        .choices([...ALGORITHMS, "iql"]),
    )
    .addOption(
      new Option("--size <name>", "size of the network (default: medium, --experience: small)")
        .choices(POLICY_SIZES),
    )
    .option("--actions <list>", "positions to choose from (default: -1,0,1)", positions)
    .option("--members <n>", `seeds averaged (${defaults("members")})`, integer(1))
    .option("--steps <n>", `batches at most (${defaults("steps")})`, integer(1))
    .option("--episodes <n>", `episodes a batch (${defaults("episodes")})`, integer(1))
    .option("--horizon <bars>", `bars an episode (${defaults("horizon")})`, integer(2))
    .option("--window <bars>", "recurrent: bars it reads (default: 32)", integer(1))
    .option(
      "--learning-rate <rate>",
      `highest step size (${defaults("learningRate")})`,
      number(1e-7, 1),
    )
    .option("--weight-decay <rate>", `${defaults("weightDecay")}`, number(0, 10))
    .option("--patience <n>", `looks without a better one (${defaults("patience")})`, integer(1))
    .option(
      "--discount <share>",
      `reinforce, ppo: per bar (${defaults("discount")})`,
      number(0, 1),
    )
    .option("--entropy <list>", "its weight first and last (default: 0.03,0.001)", entropy)
    .option(
      "--variance-weight <w>",
      `reward: aversion to variance (default: ${DEFAULT_REWARD.varianceWeight})`,
      number(0, 1e3),
    )
    .option(
      "--drawdown-weight <w>",
      `reward: for each 5 % of deeper drawdown (default: ${DEFAULT_REWARD.drawdownWeight})`,
      number(0, 1e3),
    )
    .option(
      "--leverage-weight <w>",
      `reward: above a full position (default: ${DEFAULT_REWARD.leverageWeight})`,
      number(0, 1e3),
    )
    .option(
      "--turnover-weight <w>",
      `reward: per position turned, beside its cost (default: ${DEFAULT_REWARD.turnoverWeight})`,
      number(0, 1e3),
    );
}

/** Flags that are parameters of the learner. */
const PARAMETER_FLAGS = [
  "size",
  "actions",
  "members",
  "steps",
  "episodes",
  "horizon",
  "window",
  "learningRate",
  "weightDecay",
  "patience",
  "discount",
  "entropy",
] as const satisfies readonly (keyof PolicyParameters & keyof PolicyFlags)[];

/** Flags that are weights of the reward. */
const REWARD_FLAGS = [
  "varianceWeight",
  "drawdownWeight",
  "leverageWeight",
  "turnoverWeight",
] as const satisfies readonly (keyof RewardSettings & keyof PolicyFlags)[];

/** What the flags, the recipe file where they say nothing, and the defaults describe. */
export function policySettings(flags: PolicyFlags): TargetSettings {
  const { algorithm, evidence, features, recipe, validation } = flags;
  if (algorithm === "iql") {
    throw new InputError("Cannot learn by iql from bars", {
      where: "--algorithm",
      remedy: "give logged decisions with --experience, or another algorithm",
    });
  }
  const base = recipe === undefined ? DEFAULTS : parseTunablePolicy(readJson(recipe), DEFAULTS);
  return parseTunablePolicy({
    ...(features === undefined ? {} : { features: readJson(features) }),
    parameters: { ...(algorithm && { algorithm }), ...given(flags, PARAMETER_FLAGS) },
    reward: given(flags, REWARD_FLAGS),
    ...(validation === undefined ? {} : { validationShare: validation }),
    ...(evidence === undefined ? {} : { evidenceShare: evidence }),
  }, base);
}

/** How to learn from logged decisions, as far as the flags say. */
export function experienceParameters(flags: PolicyFlags): ExperienceParameters {
  const { algorithm = "iql", discount } = flags;
  if (algorithm !== "iql") {
    throw new InputError(`Cannot learn by ${algorithm} from logged decisions`, {
      where: "--algorithm",
      remedy: "leave it out, or say iql",
    });
  }
  const names = ["size", "members", "steps", "learningRate", "weightDecay", "patience"] as const;
  return parseExperienceParameters({
    ...given(flags, names),
    ...(discount === undefined ? {} : { implicit: { ...DEFAULT_EXPERIENCE.implicit, discount } }),
  });
}

/** Those of the named flags that were given. */
function given(
  flags: PolicyFlags,
  names: readonly (keyof PolicyFlags)[],
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  );
}

/** The default of a parameter in words, and of the recurrent policy where it differs. */
function defaults(name: keyof PolicyParameters): string {
  const usual = String(DEFAULT_POLICY[name]), recurrent = String(RECURRENT_POLICY[name]);
  return usual === recurrent ? `default: ${usual}` : `default: ${usual}, recurrent ${recurrent}`;
}

function positions(text: string): readonly number[] {
  const list = numbers(text);
  if (list.length < 2 || !list.includes(0)) {
    throw new InvalidArgumentError("It must be ascending positions with 0, as -1,-0.5,0,0.5,1.");
  }
  return list;
}

function entropy(text: string): readonly [number, number] {
  const [first, last = first, ...more] = numbers(text);
  if (first === undefined || last === undefined || more.length > 0 || first < 0 || last < 0) {
    throw new InvalidArgumentError("It must be one or two weights of at least 0, as 0.03,0.001.");
  }
  return [first, last];
}

function numbers(text: string): number[] {
  const list = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  if (list.some((value) => !Number.isFinite(value))) {
    throw new InvalidArgumentError("It must be numbers separated by commas.");
  }
  return list;
}

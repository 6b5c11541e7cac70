import { InputError } from "./errors.ts";

/** What a categorical parameter may be, as in Optuna. */
export type Category = string | number | boolean | null;

/** A real number between two bounds, both of which may be drawn. */
export interface FloatDistribution {
  /** Tells the distributions apart. */
  readonly type: "float";
  /** The least value. */
  readonly low: number;
  /** With a step, the last value that a step reaches. */
  readonly high: number;
  /** Equal ratios are as likely as each other; excludes a step. */
  readonly log: boolean;
  /** Values are `low + k · step`; null for any value. */
  readonly step: number | null;
}

/** A whole number between two bounds, both of which may be drawn. */
export interface IntDistribution {
  /** Tells the distributions apart. */
  readonly type: "int";
  /** The least value. */
  readonly low: number;
  /** The last value that a step reaches. */
  readonly high: number;
  /** Equal ratios are as likely as each other; excludes a step above 1. */
  readonly log: boolean;
  /** Values are `low + k · step`. */
  readonly step: number;
}

/** One of several choices without an order. */
export interface CategoricalDistribution<Choice extends Category = Category> {
  /** Tells the distributions apart. */
  readonly type: "categorical";
  /** In an order that matters to storages only. */
  readonly choices: readonly Choice[];
}

/** Where the values of a parameter come from, with the meaning and the JSON of Optuna 3 to 5. */
export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution;

/** Parameters by name. */
export type SearchSpace = Readonly<Record<string, Distribution>>;

/** A distribution over numbers. */
export type NumericDistribution = FloatDistribution | IntDistribution;

/** How many digits of bounds and steps count: `0.1 + 0.2` is three tenths. */
const DECIMALS = 12;

/**
 * A real number from `low` to `high`; on a logarithmic scale, or in steps.
 *
 * @throws {InputError} when low > high, a bound is not finite, log starts at or below 0, the step
 * is not positive, or log and step are asked for together
 * @example
 * ```ts
 * import { float } from "./distribution.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(float(0, 1, { step: 0.3 }).high, 0.9);
 * assertEquals(float(1e-5, 1e-1, { log: true }).step, null);
 * ```
 */
export function float(
  low: number,
  high: number,
  options: { readonly log?: boolean; readonly step?: number } = {},
): FloatDistribution {
  const { log = false, step = null } = options;
  checkBounds("float", low, high);
  if (log && step !== null) refuse("float", "log and step at once", "leave one of the two out");
  if (log && low <= 0) refuse("float", `log from ${low}`, "start above 0");
  if (step !== null && !(step > 0 && Number.isFinite(step))) {
    refuse("float", `a step of ${step}`, "use a step above 0");
  }
  return { type: "float", low, high: step === null ? high : lastStep(low, high, step), log, step };
}

/**
 * A whole number from `low` to `high`; on a logarithmic scale, or in steps.
 *
 * @throws {InputError} when low > high, a bound or the step is no whole number, log starts below
 * 1, or log and a step above 1 are asked for together
 * @example
 * ```ts
 * import { int } from "./distribution.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(int(1, 10, { step: 2 }).high, 9);
 * ```
 */
export function int(
  low: number,
  high: number,
  options: { readonly log?: boolean; readonly step?: number } = {},
): IntDistribution {
  const { log = false, step = 1 } = options;
  checkBounds("int", low, high);
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    refuse("int", `bounds ${low} and ${high}`, "use whole numbers");
  }
  if (!(Number.isSafeInteger(step) && step > 0)) {
    refuse("int", `a step of ${step}`, "use a whole step above 0");
  }
  if (log && step !== 1) refuse("int", "log and a step above 1 at once", "leave one out");
  if (log && low < 1) refuse("int", `log from ${low}`, "start at 1 or above");
  return { type: "int", low, high: low + Math.floor((high - low) / step) * step, log, step };
}

/**
 * One of the choices.
 *
 * @throws {InputError} when there is no choice, one comes twice or a number is NaN
 * @example
 * ```ts
 * import { categorical } from "./distribution.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(categorical(["gini", "entropy"]).choices.length, 2);
 * ```
 */
export function categorical<const Choice extends Category>(
  choices: readonly Choice[],
): CategoricalDistribution<Choice> {
  if (choices.length === 0) refuse("categorical", "no choices", "give at least one");
  if (new Set(choices).size < choices.length) {
    refuse("categorical", `repeated choices ${JSON.stringify(choices)}`, "name each once");
  }
  if (choices.some((choice) => typeof choice === "number" && !Number.isFinite(choice))) {
    refuse("categorical", "a choice that is not finite", "use finite numbers");
  }
  return { type: "categorical", choices };
}

/**
 * A value as storages and samplers hold it: a number is itself, a choice its index.
 *
 * @returns null when the value has the wrong type, lies outside or is not among the choices
 */
export function toInternal(distribution: Distribution, value: Category): number | null {
  if (distribution.type === "categorical") {
    const index = distribution.choices.indexOf(value);
    return index < 0 ? null : index;
  }
  return typeof value === "number" && containsInternal(distribution, value) ? value : null;
}

/** The value behind its stored number. */
export function toExternal(distribution: Distribution, internal: number): Category {
  return distribution.type === "categorical" ? distribution.choices[internal] ?? null : internal;
}

/** Whether a stored number can be a value of the distribution. */
export function containsInternal(distribution: Distribution, internal: number): boolean {
  switch (distribution.type) {
    case "categorical":
      return Number.isInteger(internal) && internal >= 0 &&
        internal < distribution.choices.length;
    case "int":
      return internal >= distribution.low && internal <= distribution.high &&
        (internal - distribution.low) % distribution.step === 0;
    case "float": {
      const { low, high, step } = distribution;
      if (!(internal >= low && internal <= high)) return false;
      if (step === null) return true;
      const steps = (internal - low) / step;
      return Math.abs(steps - Math.round(steps)) < 1e-8;
    }
  }
}

/** The only value of a distribution as its stored number; null when there are several. */
export function singleInternal(distribution: Distribution): number | null {
  if (distribution.type === "categorical") return distribution.choices.length === 1 ? 0 : null;
  return distribution.low === distribution.high ? distribution.low : null;
}

/** Whether two distributions are the same in everything. */
export function equalDistributions(a: Distribution, b: Distribution): boolean {
  if (a === b) return true;
  if (!compatibleDistributions(a, b)) return false;
  return a.type === "categorical" || b.type === "categorical" ||
    (a.low === b.low && a.high === b.high && a.step === b.step);
}

/**
 * Whether one parameter of a study may have both, as Optuna rules: the same kind and scale, or the
 * same choices in the same order. Bounds and steps may change during a study.
 */
export function compatibleDistributions(a: Distribution, b: Distribution): boolean {
  if (a.type === "categorical") {
    return b.type === "categorical" && a.choices.length === b.choices.length &&
      a.choices.every((choice, index) => choice === b.choices[index]);
  }
  return a.type === b.type && a.log === b.log;
}

/** A distribution in a few words, for messages. */
export function describeDistribution(distribution: Distribution): string {
  if (distribution.type === "categorical") return `one of ${JSON.stringify(distribution.choices)}`;
  const { type, low, high, log, step } = distribution;
  const scale = log ? ", log" : "";
  const steps = step === null || (type === "int" && step === 1) ? "" : `, step ${step}`;
  return `${type} from ${low} to ${high}${scale}${steps}`;
}

function checkBounds(type: string, low: number, high: number): void {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    refuse(type, `bounds ${low} and ${high}`, "use finite numbers");
  }
  if (low > high) refuse(type, `low ${low} above high ${high}`, "exchange the two");
}

/** The highest `low + k · step` that is not above high, counted in decimal digits as Optuna does. */
function lastStep(low: number, high: number, step: number): number {
  const steps = Math.floor(Number(((high - low) / step).toFixed(8)));
  return Number((low + steps * step).toPrecision(DECIMALS));
}

function refuse(type: string, fault: string, remedy: string): never {
  throw new InputError(`Cannot search a ${type} parameter with ${fault}`, { remedy });
}

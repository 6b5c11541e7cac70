import {
  describeDistribution,
  type Grid,
  InputError,
  ownValue,
  type Params,
  type SearchSpace,
  type Suggester,
  toInternal,
  type ValuesOf,
} from "../../core/mod.ts";

/**
 * One thing that can be tuned: what may vary in some settings, and how. It knows nothing of bars,
 * fits or scores; those are the same for every target.
 */
export interface Target<Settings> {
  /** What is searched, in a few words. */
  readonly summary: string;
  /** The parameters that give the settings one starts from; the first trial of a study. */
  defaults(base: Settings): Params;
  /** The values of the grid sampler; a parameter that is not listed keeps its default. */
  readonly grid: Grid;
  /** Asks for the parameters, and gives the settings that they make of `base`. */
  choose(suggester: Suggester, base: Settings): Promise<Settings>;
}

/** Settings, and the search space in which they were chosen. */
export interface Chosen<Settings> {
  /** What the parameters stand for. */
  readonly settings: Settings;
  /** The parameters that were asked for on the way. */
  readonly space: SearchSpace;
}

/**
 * The settings that given parameters stand for.
 *
 * @throws {InputError} when a parameter is missing or lies outside the search space
 * @example
 * ```ts
 * import { float } from "../../core/distribution.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 * import { settingsFor, type Target } from "./target.ts";
 *
 * const target: Target<{ readonly risk: number }> = {
 *   summary: "the share at risk",
 *   defaults: ({ risk }) => ({ risk }),
 *   grid: { risk: [0.01, 0.02] },
 *   choose: (suggester) => suggester.suggest({ risk: float(0, 0.1) }),
 * };
 * const { settings } = await settingsFor(target, { risk: 0.01 }, { risk: 0.02 });
 * assertEquals(settings.risk, 0.02);
 * ```
 */
export async function settingsFor<Settings>(
  target: Target<Settings>,
  base: Settings,
  params: Params,
): Promise<Chosen<Settings>> {
  let space: SearchSpace = {};
  const settings = await target.choose({
    suggest: <const Space extends SearchSpace>(asked: Space): Promise<ValuesOf<Space>> => {
      space = { ...space, ...asked };
      const given = Object.keys(asked).map((name) => {
        const value = ownValue(params, name);
        const distribution = asked[name]!;
        if (value !== undefined && toInternal(distribution, value) !== null) return [name, value];
        throw new InputError(
          `Cannot use ${JSON.stringify(value)} as ${describeDistribution(distribution)}`,
          { where: `parameter ${name}`, remedy: "start from settings inside the search space" },
        );
      });
      return Promise.resolve(Object.fromEntries(given) as ValuesOf<Space>);
    },
  }, base);
  return { settings, space };
}

/**
 * Every parameter with the values that the grid sampler tries.
 *
 * @param own values that replace the target's; what they leave out keeps its default
 * @throws {InputError} when they name a parameter that the target does not have
 */
export function gridOf<Settings>(target: Target<Settings>, base: Settings, own?: Grid): Grid {
  const defaults = target.defaults(base);
  const chosen = own ?? target.grid;
  const unknown = Object.keys(chosen).find((name) => !Object.hasOwn(defaults, name));
  if (unknown !== undefined) {
    throw new InputError(`Cannot vary '${unknown}' as it is no parameter of this target`, {
      where: "grid",
      remedy: `the parameters are ${Object.keys(defaults).join(", ")}`,
    });
  }
  const fixed = Object.entries(defaults).map(([name, value]) => [name, [value]]);
  return { ...Object.fromEntries(fixed) as Grid, ...chosen };
}

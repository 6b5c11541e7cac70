import { ownValue, type Random, toInternal } from "../../core/mod.ts";
import { violationOf } from "../constraints.ts";
import type { Direction } from "../storage/storage.ts";
import type { Trial } from "../trial.ts";
import { dominates, dominationRanks, type Losses, toLosses } from "./pareto.ts";
import { randomProposal } from "./random_sampler.ts";
import type { Sampler } from "./sampler.ts";

/** How NSGA-II breeds. */
export interface Nsga2Options {
  /** Trials of a generation. @default {50} */
  readonly populationSize?: number;
  /** Chance that a child has two parents. @default {0.9} */
  readonly crossoverProbability?: number;
  /** Chance that a parameter comes from the second parent. @default {0.5} */
  readonly swapProbability?: number;
  /** Chance that a parameter is drawn anew. @default one over the number of parameters */
  readonly mutationProbability?: number;
}

/** Attribute of a trial with the number of its generation, as Optuna names it. */
const GENERATION_KEY = "nsga2:generation";

interface Individual {
  readonly trial: Trial;
  readonly losses: Losses;
  readonly violation: number;
}

/**
 * Non-dominated sorting genetic algorithm (Deb et al. 2002) for several objectives, as Optuna's
 * `NSGAIISampler`: uniform crossover, mutation by drawing anew, elitism by fronts and crowding.
 * Trials that break constraints come after all that do not.
 *
 * @example
 * ```ts
 * import { nsga2Sampler } from "./nsga2_sampler.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(nsga2Sampler().name, "NSGA-II");
 * ```
 */
export function nsga2Sampler(options: Nsga2Options = {}): Sampler {
  const { populationSize = 50 } = options;
  return {
    name: "NSGA-II",
    propose({ directions, trial, trials, random }) {
      const { parents, generation } = parentPopulation(trials, directions, populationSize);
      const isKept = GENERATION_KEY in trial.systemAttributes;
      return {
        ...randomProposal(random),
        params: parents.length === 0 ? new Map() : breed(parents, random, options),
        attributes: isKept ? {} : { [GENERATION_KEY]: generation },
      };
    },
  };
}

/** The best of all full generations, and the number of the generation they are parents of. */
function parentPopulation(
  trials: readonly Trial[],
  directions: readonly Direction[],
  size: number,
): { readonly parents: readonly Individual[]; readonly generation: number } {
  const generations: Individual[][] = [];
  for (const trial of trials) {
    const generation = trial.systemAttributes[GENERATION_KEY];
    if (trial.state !== "COMPLETE" || typeof generation !== "number") continue;
    const losses = toLosses(trial.values!, directions);
    (generations[generation] ??= []).push({ trial, losses, violation: violationOf(trial) });
  }
  let parents: readonly Individual[] = [], generation = 0;
  while ((generations[generation]?.length ?? 0) >= size) {
    parents = elite([...parents, ...generations[generation]!], size);
    generation++;
  }
  return { parents, generation };
}

/** The first fronts, and of the one that does not fit whole the least crowded. */
function elite(population: readonly Individual[], size: number): readonly Individual[] {
  const feasible = population.filter(({ violation }) => violation === 0);
  const ranks = dominationRanks(feasible.map(({ losses }) => losses));
  const chosen: Individual[] = [];
  for (let rank = 0; chosen.length < size && chosen.length < feasible.length; rank++) {
    const front = feasible.filter((_, i) => ranks[i] === rank);
    const missing = size - chosen.length;
    chosen.push(...(front.length <= missing ? front : leastCrowded(front).slice(0, missing)));
  }
  const infeasible = population.filter(({ violation }) => violation > 0)
    .sort((a, b) => a.violation - b.violation);
  return [...chosen, ...infeasible.slice(0, size - chosen.length)];
}

/** By crowding distance: the gap between the neighbours, over all objectives; ends come first. */
function leastCrowded(front: readonly Individual[]): readonly Individual[] {
  const distances = new Map(front.map((individual) => [individual, 0]));
  for (let objective = 0; objective < front[0]!.losses.length; objective++) {
    const at = (individual: Individual): number => individual.losses[objective]!;
    const sorted = front.toSorted((a, b) => at(a) - at(b));
    const width = at(sorted.at(-1)!) - at(sorted[0]!) || 1;
    for (const [i, individual] of sorted.entries()) {
      const isEnd = i === 0 || i === sorted.length - 1;
      const gap = isEnd ? Infinity : (at(sorted[i + 1]!) - at(sorted[i - 1]!)) / width;
      distances.set(individual, distances.get(individual)! + gap);
    }
  }
  return front.toSorted((a, b) => {
    const left = distances.get(a)!, right = distances.get(b)!;
    return left === right ? 0 : right - left;
  });
}

/** A child's parameters; those that mutate are left out and so drawn anew. */
function breed(
  parents: readonly Individual[],
  random: Random,
  { crossoverProbability = 0.9, swapProbability = 0.5, mutationProbability }: Nsga2Options,
): ReadonlyMap<string, number> {
  const first = tournament(parents, random);
  const second = random.uniform() < crossoverProbability ? tournament(parents, random) : first;
  const names = Object.keys(first.trial.params);
  const mutation = mutationProbability ?? 1 / Math.max(1, names.length);
  const child = new Map<string, number>();
  for (const name of names) {
    const isSwapped = random.uniform() < swapProbability &&
      ownValue(second.trial.params, name) !== undefined;
    const { params, distributions } = isSwapped ? second.trial : first.trial;
    const internal = toInternal(distributions[name]!, params[name]!);
    if (random.uniform() >= mutation && internal !== null) child.set(name, internal);
  }
  return child;
}

/** The better of two parents drawn at random. */
function tournament(parents: readonly Individual[], random: Random): Individual {
  const first = parents[random.integer(parents.length)]!;
  const second = parents[random.integer(parents.length)]!;
  if (first.violation !== second.violation) {
    return first.violation < second.violation ? first : second;
  }
  return dominates(second.losses, first.losses) ? second : first;
}

import {
  compatibleDistributions,
  describeDistribution,
  type Distribution,
  InputError,
} from "../core/mod.ts";
import { isFinished, type Trial } from "./trial.ts";

/** Which distributions a study has searched so far, to notice when the search space changes. */
export class KnownDistributions {
  readonly #known = new Map<string, Distribution>();
  /** All trials before it have finished and are among the known. */
  #readTo = 0;

  /**
   * Takes in the trials that are new since the last time.
   *
   * @param trials by number
   */
  read(trials: readonly Trial[]): void {
    let finishedSoFar = true;
    for (let i = this.#readTo; i < trials.length; i++) {
      const { state, distributions } = trials[i]!;
      for (const name in distributions) this.#known.set(name, distributions[name]!);
      finishedSoFar &&= isFinished(state);
      if (finishedSoFar) this.#readTo = i + 1;
    }
  }

  /**
   * Adds a distribution.
   *
   * @throws {InputError} when the study has searched the parameter in another way
   */
  add(name: string, distribution: Distribution): void {
    const known = this.#known.get(name);
    if (known !== undefined && !compatibleDistributions(known, distribution)) {
      throw new InputError(
        `Cannot search as ${describeDistribution(distribution)}: ` +
          `this study has searched it as ${describeDistribution(known)}`,
        { where: `parameter ${name}`, remedy: "rename the parameter or begin another study" },
      );
    }
    this.#known.set(name, distribution);
  }
}

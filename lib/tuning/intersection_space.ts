import { type Distribution, equalDistributions, ownValue, singleInternal } from "../core/mod.ts";
import type { Trial } from "./trial.ts";

/** The parameters that every one of some trials has with the same distribution. */
export class IntersectionSpace {
  #common: readonly (readonly [string, Distribution])[] | null = null;
  #parameters: ReadonlyMap<string, Distribution> | null = null;

  /** By name; those with a single value are left out. Empty before the first trial. */
  get parameters(): ReadonlyMap<string, Distribution> {
    this.#parameters ??= new Map(
      (this.#common ?? [])
        .filter(([, distribution]) => singleInternal(distribution) === null)
        .sort(([a], [b]) => a < b ? -1 : 1),
    );
    return this.#parameters;
  }

  /** Drops the parameters that the trial has not, or from another distribution. */
  add({ distributions }: Trial): void {
    const isShared = ([name, distribution]: readonly [string, Distribution]): boolean => {
      const own = ownValue(distributions, name);
      return own !== undefined && equalDistributions(own, distribution);
    };
    if (this.#common?.every(isShared)) return;
    this.#common = this.#common?.filter(isShared) ?? Object.entries(distributions);
    this.#parameters = null;
  }
}

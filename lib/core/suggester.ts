import type {
  CategoricalDistribution,
  Category,
  Distribution,
  SearchSpace,
} from "./distribution.ts";

/** The value that a distribution gives. */
export type ValueOf<D extends Distribution> = D extends CategoricalDistribution<infer Choice>
  ? Choice
  : number;

/** The values that a search space gives, by name. */
export type ValuesOf<Space extends SearchSpace> = {
  readonly [Name in keyof Space]: ValueOf<Space[Name]>;
};

/** Values by name. */
export type Params = Readonly<Record<string, Category>>;

/** The values to try of each parameter. */
export type Grid = Readonly<Record<string, readonly Category[]>>;

/** Gives a value for each parameter it is asked for: a trial, or a list of values. */
export interface Suggester {
  /** Asks for a value of each parameter. */
  suggest<const Space extends SearchSpace>(space: Space): Promise<ValuesOf<Space>>;
}

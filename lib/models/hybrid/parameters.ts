import { InputError } from "../../core/mod.ts";
import {
  DEFAULT_FOREST,
  type ForestParameters,
  parseForestParameters,
} from "../forest/parameters.ts";
import {
  DEFAULT_NETWORK,
  type NetworkParameters,
  parseNetworkParameters,
} from "../network/parameters.ts";

/** How a network and a forest are stacked. */
export interface HybridParameters {
  /** Of the network that is kept, and of those that stand in for it out of fold. */
  readonly network: NetworkParameters;
  /** Of the forest on top. */
  readonly forest: ForestParameters;
  /** Blocks of rows, 2 … 10; a network is fitted for each, on the other blocks. */
  readonly stackingFolds: number;
}

/** Small networks of one member each, as there are `stackingFolds` + 1 of them to fit. */
export const DEFAULT_HYBRID: HybridParameters = {
  network: {
    ...DEFAULT_NETWORK,
    units: [16],
    learningRate: 5e-3,
    maximumEpochs: 8,
    patience: 3,
    members: 1,
  },
  forest: DEFAULT_FOREST,
  stackingFolds: 3,
};

/**
 * Checks hybrid parameters of unknown origin; what is absent is taken from `DEFAULT_HYBRID`.
 *
 * @throws {InputError} when a parameter is unknown or out of range
 * @example
 * ```ts
 * import { parseHybridParameters } from "./parameters.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parseHybridParameters({ network: { window: 16 } }).network.window, 16);
 * ```
 */
export function parseHybridParameters(json: unknown): HybridParameters {
  const { network, forest, stackingFolds, ...others } = Object(json) as Record<string, unknown>;
  const parameters = {
    network: parseNetworkParameters({ ...DEFAULT_HYBRID.network, ...Object(network) }),
    forest: parseForestParameters({ ...DEFAULT_HYBRID.forest, ...Object(forest) }),
    stackingFolds: stackingFolds ?? DEFAULT_HYBRID.stackingFolds,
  };
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined || !isStackingFolds(parameters.stackingFolds)) {
    throw new InputError(
      unknown === undefined
        ? `Cannot read the hybrid parameters: stackingFolds is a whole number from 2 to 10: current value is ${stackingFolds}`
        : `Cannot read the hybrid parameters: '${unknown}' is not known`,
      { remedy: `the parameters are ${Object.keys(DEFAULT_HYBRID).join(", ")}` },
    );
  }
  return { ...parameters, stackingFolds: parameters.stackingFolds };
}

/** True for a number of folds that a stack can have. */
export function isStackingFolds(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 2 && value <= 10;
}

import type { Classifier, Scaler } from "../classifier.ts";
import type { Forest } from "../forest/forest_model.ts";
import type { Network } from "../network/network_model.ts";

/**
 * A network and a forest stacked: the forest reads the newest feature row, unscaled, and behind it the
 * network's log probabilities (natural logarithm, floored at 1e-6), which were out of fold when it was fitted.
 */
export interface Hybrid extends Classifier {
  /** Tells the classifiers apart. */
  readonly kind: "hybrid";
  /** That of the network. */
  readonly window: number;
  /** Reads scaled rows. */
  readonly network: Network;
  /** Applied to the rows that the network reads. */
  readonly networkScaler: Scaler;
  /** Reads `features + classes` columns. */
  readonly forest: Forest;
}

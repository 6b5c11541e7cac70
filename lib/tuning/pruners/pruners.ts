import { InputError } from "../../core/mod.ts";
import { HYPERBAND_PRUNER } from "./hyperband_pruner.ts";
import { MEDIAN_PRUNER, PERCENTILE_PRUNER } from "./percentile_pruner.ts";
import { NO_PRUNER, type PrunerKind } from "./pruner.ts";
import { SUCCESSIVE_HALVING_PRUNER } from "./successive_halving_pruner.ts";
import { WILCOXON_PRUNER } from "./wilcoxon_pruner.ts";

/** What gives trials up after some of their steps, in the order of help and pages. */
export const PRUNERS: readonly PrunerKind[] = [
  MEDIAN_PRUNER,
  PERCENTILE_PRUNER,
  SUCCESSIVE_HALVING_PRUNER,
  HYPERBAND_PRUNER,
  WILCOXON_PRUNER,
  NO_PRUNER,
];

/**
 * The pruner of a name.
 *
 * @throws {InputError} when there is none
 */
export function prunerOf(name: string): PrunerKind {
  const kind = PRUNERS.find((one) => one.name === name);
  if (kind !== undefined) return kind;
  throw new InputError(`Cannot prune by '${name}'`, {
    remedy: `the pruners are ${PRUNERS.map((one) => one.name).join(", ")}`,
  });
}

import type { Change } from "../change_set.ts";
import { featureScaffold } from "./feature_scaffold.ts";
import { indicatorScaffold } from "./indicator_scaffold.ts";
import { learnerScaffold } from "./learner_scaffold.ts";
import { samplerScaffold } from "./sampler_scaffold.ts";
import type { ScaffoldRequest } from "./scaffold.ts";
import type { ScaffoldKind } from "./scaffold_kind.ts";
import { strategyScaffold } from "./strategy_scaffold.ts";

const SCAFFOLDS: Readonly<
  Record<ScaffoldKind, (request: ScaffoldRequest) => readonly Change[]>
> = {
  feature: featureScaffold,
  indicator: indicatorScaffold,
  strategy: strategyScaffold,
  learner: learnerScaffold,
  sampler: samplerScaffold,
};

/**
 * The files of a new part of the toolkit, with its test, and the edits that register it.
 *
 * @throws {InputError} when the name cannot be used
 */
export function createScaffold(
  { scaffold, name }: Extract<Change, { kind: "scaffold" }>,
): readonly Change[] {
  return SCAFFOLDS[scaffold]({ name });
}

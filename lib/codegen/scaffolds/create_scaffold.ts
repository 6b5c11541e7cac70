import type { Change } from "../change_set.ts";
import { featureScaffold } from "./feature_scaffold.ts";
import { indicatorScaffold } from "./indicator_scaffold.ts";
import { instrumentScaffold } from "./instrument_scaffold.ts";
import { learnerScaffold } from "./learner_scaffold.ts";
import { samplerScaffold } from "./sampler_scaffold.ts";
import { requireKnownValues, type ScaffoldRequest } from "./scaffold.ts";
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
  instrument: instrumentScaffold,
};

/**
 * The files of a new part of the toolkit, with its test, and the edits that register it.
 *
 * @throws {InputError} when the name or a value cannot be used
 */
export function createScaffold(
  { scaffold, name, values = {} }: Extract<Change, { kind: "scaffold" }>,
): readonly Change[] {
  if (scaffold !== "instrument") requireKnownValues(values, []);
  return SCAFFOLDS[scaffold]({ name, values });
}

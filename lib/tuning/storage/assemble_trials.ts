import {
  type Category,
  CorruptArtifactError,
  type Distribution,
  type JsonValue,
  toExternal,
} from "../../core/mod.ts";
import type { Trial, TrialState } from "../trial.ts";
import { parseDistribution } from "./distribution_json.ts";
import { parseAttribute } from "./python_json.ts";
import { ROW_KIND, type TrialRow } from "./read_trials.ts";
import { fromStoredTime, fromStoredValue } from "./stored_values.ts";

/**
 * Puts the rows of `readTrialRows()` together, one trial after the other, oldest first.
 *
 * @throws {CorruptArtifactError} when a row lacks what its kind holds
 */
export function assembleTrials(rows: readonly TrialRow[]): readonly Trial[] {
  const trials: Trial[] = [];
  for (let start = 0, end = 0; start < rows.length; start = end) {
    const id = rows[start]!.trial_id;
    while (end < rows.length && rows[end]!.trial_id === id) end++;
    trials.push(assemble(rows.slice(start, end)));
  }
  return trials;
}

function assemble([own, ...parts]: readonly TrialRow[]): Trial {
  if (own!.kind !== ROW_KIND.trial) {
    throw new CorruptArtifactError(`Cannot read trial ${own!.trial_id}: it has parts and no row`);
  }
  const params: [string, Category][] = [], distributions: [string, Distribution][] = [];
  const values: number[] = [];
  const intermediateValues = new Map<number, number>();
  const userAttributes: [string, JsonValue][] = [], systemAttributes: [string, JsonValue][] = [];
  for (const row of parts) {
    switch (row.kind) {
      case ROW_KIND.parameter: {
        const distribution = parseDistribution(held(row, "text"));
        distributions.push([row.name, distribution]);
        params.push([row.name, toExternal(distribution, held(row, "value"))]);
        break;
      }
      case ROW_KIND.value:
        values[held(row, "position")] = fromStoredValue(row.value, row.name);
        break;
      case ROW_KIND.intermediateValue:
        intermediateValues.set(held(row, "position"), fromStoredValue(row.value, row.name));
        break;
      case ROW_KIND.userAttribute:
        userAttributes.push([row.name, parseAttribute(row.name, held(row, "text"))]);
        break;
      case ROW_KIND.systemAttribute:
        systemAttributes.push([row.name, parseAttribute(row.name, held(row, "text"))]);
        break;
    }
  }
  return {
    id: own!.trial_id,
    number: held(own!, "position"),
    state: own!.name as TrialState,
    values: values.length === 0 ? null : values,
    params: Object.fromEntries(params),
    distributions: Object.fromEntries(distributions),
    intermediateValues,
    userAttributes: Object.fromEntries(userAttributes),
    systemAttributes: Object.fromEntries(systemAttributes),
    startedAt: fromStoredTime(own!.text),
    completedAt: fromStoredTime(own!.more_text),
  };
}

/** What a damaged page, or a row written by hand, may lack although nothing is read without it. */
function held<Column extends "position" | "text" | "value">(
  row: TrialRow,
  column: Column,
): NonNullable<TrialRow[Column]> {
  const found = row[column];
  if (found !== null) return found;
  throw new CorruptArtifactError(
    `Cannot read trial ${row.trial_id}: '${row.name}' has no ${column} in the storage`,
  );
}

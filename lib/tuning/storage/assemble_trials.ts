import { type Category, type Distribution, type JsonValue, toExternal } from "../../core/mod.ts";
import type { Trial, TrialState } from "../trial.ts";
import { parseDistribution } from "./distribution_json.ts";
import { parseAttribute } from "./python_json.ts";
import { ROW_KIND, type TrialRow } from "./read_trials.ts";
import { fromStoredTime, fromStoredValue } from "./stored_values.ts";

/** Puts the rows of `readTrialRows()` together, one trial after the other, oldest first. */
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
  const params: [string, Category][] = [], distributions: [string, Distribution][] = [];
  const values: number[] = [];
  const intermediateValues = new Map<number, number>();
  const userAttributes: [string, JsonValue][] = [], systemAttributes: [string, JsonValue][] = [];
  for (const row of parts) {
    switch (row.kind) {
      case ROW_KIND.parameter: {
        const distribution = parseDistribution(row.text!);
        distributions.push([row.name, distribution]);
        params.push([row.name, toExternal(distribution, row.value!)]);
        break;
      }
      case ROW_KIND.value:
        values[row.position!] = fromStoredValue(row.value, row.name);
        break;
      case ROW_KIND.intermediateValue:
        intermediateValues.set(row.position!, fromStoredValue(row.value, row.name));
        break;
      case ROW_KIND.userAttribute:
        userAttributes.push([row.name, parseAttribute(row.name, row.text!)]);
        break;
      case ROW_KIND.systemAttribute:
        systemAttributes.push([row.name, parseAttribute(row.name, row.text!)]);
        break;
    }
  }
  return {
    id: own!.trial_id,
    number: own!.position!,
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

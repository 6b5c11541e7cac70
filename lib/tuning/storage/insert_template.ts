import { ownValue, toInternal } from "../../core/mod.ts";
import { isFinished, type TrialTemplate } from "../trial.ts";
import type { SqlConnection } from "../../db/mod.ts";
import type { TrialKey } from "./storage.ts";
import {
  insertIntermediateValue,
  insertParameter,
  insertTrial,
  insertValues,
  setTrialState,
  upsertTrialAttribute,
} from "./write_trials.ts";

/**
 * Inserts a trial with everything it starts with. Belongs in a transaction: until it is whole the
 * trial is RUNNING, since parts are stored of unfinished trials only.
 *
 * @param now as it is stored
 * @returns null when there is no such study
 */
export async function insertTemplate(
  connection: SqlConnection,
  studyId: number,
  template: TrialTemplate,
  now: string,
): Promise<TrialKey | null> {
  const { state } = template;
  const key = await insertTrial(connection, studyId, {
    state: "RUNNING",
    start: state === "WAITING" ? null : now,
    end: isFinished(state) ? now : null,
  });
  if (key === null) return null;
  await insertParts(connection, key.id, template);
  if (state !== "RUNNING") await setTrialState(connection, key.id, state);
  return key;
}

async function insertParts(
  connection: SqlConnection,
  id: number,
  template: TrialTemplate,
): Promise<void> {
  const { distributions = {}, params = {}, intermediateValues = new Map() } = template;
  for (const [name, distribution] of Object.entries(distributions)) {
    const value = ownValue(params, name);
    const internal = toInternal(distribution, value ?? null);
    if (internal === null) {
      throw new RangeError(
        `Cannot store parameter ${name} as a value of its distribution: current value is ${value}`,
      );
    }
    await insertParameter(connection, id, name, distribution, internal);
  }
  for (const kind of ["user", "system"] as const) {
    for (const [key, value] of Object.entries(template[`${kind}Attributes`] ?? {})) {
      await upsertTrialAttribute(connection, kind, id, key, value);
    }
  }
  for (const [step, value] of intermediateValues) {
    await insertIntermediateValue(connection, id, step, value);
  }
  await insertValues(connection, id, template.values ?? []);
}

import type { Distribution, JsonValue } from "../../core/mod.ts";
import type { AttributeKind, FinishedState, TrialState } from "../trial.ts";
import { formatDistribution } from "./distribution_json.ts";
import { formatPythonJson } from "./python_json.ts";
import type { SqlConnection } from "../../db/mod.ts";
import type { TrialKey } from "./storage.ts";
import { toStoredValue } from "./stored_values.ts";

/** Selects a trial that may still change; nobody can finish it while our transaction lasts. */
const OPEN_TRIAL = "FROM trials WHERE trial_id = $1 AND state IN ('RUNNING', 'WAITING')";

/**
 * Inserts a trial with the study's next number. Belongs in a transaction, and in two statements:
 * the second one counts what was committed while the first waited for the study. Ids then grow in
 * the order of commits, which Optuna's cache relies on as ours does.
 *
 * @returns null when there is no such study
 */
export async function insertTrial(
  { words, query }: SqlConnection,
  studyId: number,
  trial: { readonly state: TrialState; readonly start: string | null; readonly end: string | null },
): Promise<TrialKey | null> {
  await query(`SELECT study_id FROM studies WHERE study_id = $1 ${words.forUpdate}`, [studyId]);
  const rows = await query<KeyRow>(
    `INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete)
     SELECT (SELECT count(*) FROM trials WHERE study_id = $1), study_id, $2, $3, $4
     FROM studies WHERE study_id = $1
     RETURNING trial_id, number`,
    [studyId, trial.state, trial.start, trial.end],
  );
  return firstKey(rows);
}

/** Takes the oldest waiting trial, which then is nobody else's; null when there is none. */
export async function claimWaitingTrial(
  { words, query }: SqlConnection,
  studyId: number,
  start: string,
): Promise<TrialKey | null> {
  const rows = await query<KeyRow>(
    `UPDATE trials SET state = 'RUNNING', datetime_start = $2
     WHERE state = 'WAITING' AND trial_id = (
       SELECT trial_id FROM trials WHERE study_id = $1 AND state = 'WAITING'
       ORDER BY trial_id LIMIT 1 ${words.skipLocked}
     )
     RETURNING trial_id, number`,
    [studyId, start],
  );
  return firstKey(rows);
}

/** Gives a trial that is being inserted the state it shall have. */
export async function setTrialState(
  { query }: SqlConnection,
  trialId: number,
  state: TrialState,
): Promise<void> {
  await query("UPDATE trials SET state = $2 WHERE trial_id = $1", [trialId, state]);
}

/** Whether there is such a trial. */
export async function hasTrial({ query }: SqlConnection, trialId: number): Promise<boolean> {
  return (await query("SELECT 1 FROM trials WHERE trial_id = $1", [trialId])).length > 0;
}

/** Ends an open trial; false when it had ended already. Its values follow, see `insertValues`. */
export async function finishTrial(
  { query }: SqlConnection,
  trialId: number,
  state: FinishedState,
  end: string,
): Promise<boolean> {
  const rows = await query(
    `UPDATE trials SET state = $2, datetime_complete = $3
     WHERE trial_id = $1 AND state IN ('RUNNING', 'WAITING') RETURNING trial_id`,
    [trialId, state, end],
  );
  return rows.length > 0;
}

/** Stores the values of all objectives. */
export async function insertValues(
  { query }: SqlConnection,
  trialId: number,
  values: readonly number[],
): Promise<void> {
  for (const [objective, value] of values.entries()) {
    const stored = toStoredValue(value);
    await query(
      `INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES ($1, $2, $3, $4)
       ON CONFLICT (trial_id, objective)
       DO UPDATE SET value = excluded.value, value_type = excluded.value_type`,
      [trialId, objective, stored.value, stored.type],
    );
  }
}

/** Stores a parameter of an open trial; false when the trial is not open. */
export async function insertParameter(
  { words, query }: SqlConnection,
  trialId: number,
  name: string,
  distribution: Distribution,
  value: number,
): Promise<boolean> {
  const rows = await query(
    `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
     SELECT trial_id, $2, $3, $4 ${OPEN_TRIAL} ${words.forShare}
     ON CONFLICT (trial_id, param_name) DO UPDATE SET
       param_value = excluded.param_value, distribution_json = excluded.distribution_json
     RETURNING trial_id`,
    [trialId, name, value, formatDistribution(distribution)],
  );
  return rows.length > 0;
}

/** Stores a report of an open trial; false when the trial is not open. */
export async function insertIntermediateValue(
  { words, query }: SqlConnection,
  trialId: number,
  step: number,
  value: number,
): Promise<boolean> {
  const stored = toStoredValue(value);
  const rows = await query(
    `INSERT INTO trial_intermediate_values
       (trial_id, step, intermediate_value, intermediate_value_type)
     SELECT trial_id, $2, $3, $4 ${OPEN_TRIAL} ${words.forShare}
     ON CONFLICT (trial_id, step) DO UPDATE SET
       intermediate_value = excluded.intermediate_value,
       intermediate_value_type = excluded.intermediate_value_type
     RETURNING trial_id`,
    [trialId, step, stored.value, stored.type],
  );
  return rows.length > 0;
}

/** Stores an attribute of an open trial; false when the trial is not open. */
export async function upsertTrialAttribute(
  { words, query }: SqlConnection,
  kind: AttributeKind,
  trialId: number,
  key: string,
  value: JsonValue,
): Promise<boolean> {
  const rows = await query(
    `INSERT INTO trial_${kind}_attributes (trial_id, "key", value_json)
     SELECT trial_id, $2, $3 ${OPEN_TRIAL} ${words.forShare}
     ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json
     RETURNING trial_id`,
    [trialId, key, formatPythonJson(value)],
  );
  return rows.length > 0;
}

interface KeyRow {
  readonly trial_id: number;
  readonly number: number;
}

function firstKey(rows: readonly KeyRow[]): TrialKey | null {
  const row = rows[0];
  return row === undefined ? null : { id: row.trial_id, number: row.number };
}

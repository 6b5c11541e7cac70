import type { JsonValue } from "../../core/mod.ts";
import type { AttributeKind, Attributes } from "../trial.ts";
import { formatPythonJson, parseAttribute } from "./python_json.ts";
import type { SqlConnection } from "../../db/mod.ts";
import type { Direction, StudyEntry } from "./storage.ts";

/**
 * Inserts a study; null when one of that name exists. Belongs in a transaction.
 *
 * @param directions one an objective, in order
 * @returns its id
 */
export async function insertStudy(
  { query }: SqlConnection,
  name: string,
  directions: readonly Direction[],
): Promise<number | null> {
  const rows = await query<{ study_id: number }>(
    "INSERT INTO studies (study_name) VALUES ($1) ON CONFLICT (study_name) DO NOTHING RETURNING study_id",
    [name],
  );
  const id = rows[0]?.study_id;
  if (id === undefined) return null;
  for (const [objective, direction] of directions.entries()) {
    await query(
      "INSERT INTO study_directions (direction, study_id, objective) VALUES ($1, $2, $3)",
      [direction.toUpperCase(), id, objective],
    );
  }
  return id;
}

/** Id of the study of that name; null when there is none. */
export async function selectStudyId(
  { query }: SqlConnection,
  name: string,
): Promise<number | null> {
  const rows = await query<{ study_id: number }>(
    "SELECT study_id FROM studies WHERE study_name = $1",
    [name],
  );
  return rows[0]?.study_id ?? null;
}

/** All studies, oldest first. */
export async function selectStudies({ query }: SqlConnection): Promise<readonly StudyEntry[]> {
  const rows = await query<{ study_id: number; study_name: string; direction: string }>(
    `SELECT study_id, study_name, CAST(direction AS TEXT) AS direction
     FROM studies JOIN study_directions USING (study_id) ORDER BY study_id, objective`,
  );
  const studies = new Map<number, { id: number; name: string; directions: Direction[] }>();
  for (const { study_id: id, study_name: name, direction } of rows) {
    const study = studies.get(id) ?? { id, name, directions: [] };
    study.directions.push(parseDirection(direction));
    studies.set(id, study);
  }
  return [...studies.values()];
}

/** Directions of a study in the order of its objectives; none when there is no such study. */
export async function selectDirections(
  { query }: SqlConnection,
  studyId: number,
): Promise<readonly Direction[]> {
  const rows = await query<{ direction: string }>(
    `SELECT CAST(direction AS TEXT) AS direction FROM study_directions
     WHERE study_id = $1 ORDER BY objective`,
    [studyId],
  );
  return rows.map((row) => parseDirection(row.direction));
}

/** Attributes of a study. */
export async function selectStudyAttributes(
  { query }: SqlConnection,
  kind: AttributeKind,
  studyId: number,
): Promise<Attributes> {
  const rows = await query<{ key: string; value_json: string }>(
    `SELECT "key", value_json FROM study_${kind}_attributes WHERE study_id = $1
     ORDER BY study_${kind}_attribute_id`,
    [studyId],
  );
  return Object.fromEntries(rows.map((row) => [row.key, parseAttribute(row.key, row.value_json)]));
}

/** Stores an attribute of a study. */
export async function upsertStudyAttribute(
  { query }: SqlConnection,
  kind: AttributeKind,
  studyId: number,
  key: string,
  value: JsonValue,
): Promise<void> {
  await query(
    `INSERT INTO study_${kind}_attributes (study_id, "key", value_json) VALUES ($1, $2, $3)
     ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json`,
    [studyId, key, formatPythonJson(value)],
  );
}

/** Tables that name a trial, which cannot go before they do. */
const TRIAL_PARTS = [
  "trial_heartbeats",
  "trial_intermediate_values",
  "trial_params",
  "trial_system_attributes",
  "trial_user_attributes",
  "trial_values",
];

/** Tables that name a study. */
const STUDY_PARTS = [
  "trials",
  "study_directions",
  "study_system_attributes",
  "study_user_attributes",
];

/** Deletes a study with all its trials. Belongs in a transaction. */
export async function deleteStudy(
  { words, query }: SqlConnection,
  studyId: number,
): Promise<void> {
  // Nobody adds a trial meanwhile.
  await query(`SELECT study_id FROM studies WHERE study_id = $1 ${words.forUpdate}`, [studyId]);
  for (const table of TRIAL_PARTS) {
    await query(
      `DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = $1)`,
      [studyId],
    );
  }
  for (const table of [...STUDY_PARTS, "studies"]) {
    await query(`DELETE FROM ${table} WHERE study_id = $1`, [studyId]);
  }
}

/** Optuna's third label, NOT_SET, means its default. */
function parseDirection(label: string): Direction {
  return label === "MAXIMIZE" ? "maximize" : "minimize";
}

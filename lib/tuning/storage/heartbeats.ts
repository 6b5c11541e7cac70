import type { SqlConnection } from "../../db/mod.ts";

/** Says that a trial's worker is alive, in the database's own time. */
export async function insertHeartbeat(
  { words, query }: SqlConnection,
  trialId: number,
): Promise<void> {
  await query(
    `INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES ($1, ${words.now})
     ON CONFLICT (trial_id) DO UPDATE SET heartbeat = excluded.heartbeat`,
    [trialId],
  );
}

/**
 * Running trials whose last heartbeat is older than the grace period, oldest first. A trial that
 * never had one is left alone, as in Optuna: its worker may not know of heartbeats.
 *
 * @param graceSeconds without a heartbeat
 */
export async function selectStaleTrials(
  { words, query }: SqlConnection,
  studyId: number,
  graceSeconds: number,
): Promise<readonly number[]> {
  const rows = await query<{ trial_id: number }>(
    `SELECT t.trial_id FROM trials t JOIN trial_heartbeats h ON h.trial_id = t.trial_id
     WHERE t.study_id = $1 AND t.state = 'RUNNING' AND ${words.secondsSinceHeartbeat} > $2
     ORDER BY t.trial_id`,
    [studyId, graceSeconds],
  );
  return rows.map((row) => row.trial_id);
}

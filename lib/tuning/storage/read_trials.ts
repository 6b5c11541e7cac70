import { DIALECT_WORDS, type DialectWords, type SqlConnection } from "../../db/mod.ts";

/** What a row of {@link readTrialRows} tells about its trial, in the order it comes. */
export const ROW_KIND = {
  trial: 0,
  parameter: 1,
  value: 2,
  intermediateValue: 3,
  userAttribute: 4,
  systemAttribute: 5,
} as const;

/** One fact about a trial; which columns hold what depends on the kind. */
export interface TrialRow {
  /** One of {@link ROW_KIND}. */
  readonly kind: number;
  /** Whose fact it is. */
  readonly trial_id: number;
  /** State of a trial, name of a parameter, key of an attribute, type of a value. */
  readonly name: string;
  /** Number of a trial, objective of a value, step of an intermediate value. */
  readonly position: number | null;
  /** Internal value of a parameter; a value unless its type says that it is infinite. */
  readonly value: number | null;
  /** Start of a trial, distribution of a parameter, JSON of an attribute. */
  readonly text: string | null;
  /** End of a trial. */
  readonly more_text: string | null;
}

const STATEMENTS = {
  sqlite: readStatement(DIALECT_WORDS.sqlite),
  postgresql: readStatement(DIALECT_WORDS.postgresql),
};

/**
 * Reads the trials of a study that may have changed since the last time: those made since and
 * those that had not finished. One statement, so each trial is seen at one instant.
 *
 * @param afterId the highest trial id seen; -1 for none
 * @param unfinished ids of the seen trials that had not finished
 * @returns each trial's own row first, then its parts in the order they were written
 */
export function readTrialRows(
  { words, query }: SqlConnection,
  studyId: number,
  afterId: number,
  unfinished: Iterable<number>,
): Promise<readonly TrialRow[]> {
  return query(STATEMENTS[words.dialect], [studyId, afterId, words.toIdList(unfinished)]);
}

/** The typed NULLs tell PostgreSQL what the columns of the union are. */
function readStatement(words: DialectWords): string {
  const none = "CAST(NULL AS TEXT)";
  // Said like this, SQLite looks the few trials up; a join may read the whole table.
  const ofChosen = "WHERE trial_id IN (SELECT trial_id FROM chosen)";
  const part = (kind: number, key: string, columns: string, table: string): string =>
    `SELECT ${kind}, trial_id, ${key}, ${columns} FROM ${table} ${ofChosen}`;
  return `
    WITH chosen AS MATERIALIZED (
      SELECT trial_id FROM trials WHERE study_id = $1 AND trial_id > $2
      UNION
      SELECT trial_id FROM trials WHERE study_id = $1 AND trial_id IN (${words.idsOf("$3")})
    )
    SELECT ${ROW_KIND.trial} AS kind, trial_id, 0 AS row_id, CAST(state AS TEXT) AS name,
      number AS position, CAST(NULL AS FLOAT) AS value, CAST(datetime_start AS TEXT) AS text,
      CAST(datetime_complete AS TEXT) AS more_text
    FROM trials ${ofChosen}
    UNION ALL ${
    part(
      ROW_KIND.parameter,
      "param_id",
      `param_name, CAST(NULL AS INTEGER), param_value, distribution_json, ${none}`,
      "trial_params",
    )
  }
    UNION ALL ${
    part(
      ROW_KIND.value,
      "trial_value_id",
      `CAST(value_type AS TEXT), objective, value, ${none}, ${none}`,
      "trial_values",
    )
  }
    UNION ALL ${
    part(
      ROW_KIND.intermediateValue,
      "trial_intermediate_value_id",
      `CAST(intermediate_value_type AS TEXT), step, intermediate_value, ${none}, ${none}`,
      "trial_intermediate_values",
    )
  }
    UNION ALL ${
    part(
      ROW_KIND.userAttribute,
      "trial_user_attribute_id",
      `"key", CAST(NULL AS INTEGER), CAST(NULL AS FLOAT), value_json, ${none}`,
      "trial_user_attributes",
    )
  }
    UNION ALL ${
    part(
      ROW_KIND.systemAttribute,
      "trial_system_attribute_id",
      `"key", CAST(NULL AS INTEGER), CAST(NULL AS FLOAT), value_json, ${none}`,
      "trial_system_attributes",
    )
  }
    ORDER BY trial_id, kind, row_id`;
}

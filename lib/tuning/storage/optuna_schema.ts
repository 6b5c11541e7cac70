import type { SqlDialect } from "../../db/mod.ts";

/** Alembic revision of the schema of Optuna 3.2 to 5.0, which is the one written here. */
export const SCHEMA_REVISION = "v3.2.0.a";

/** The one row of `version_info`: the schema's own number and the Optuna it is told to be of. */
export const VERSION_INFO = { schemaVersion: 12, libraryVersion: "5.0.0" } as const;

/** How a dialect spells the types that the two do not share. */
interface Types {
  readonly key: (name: string) => string;
  readonly time: string;
  readonly direction: string;
  readonly trialState: string;
  readonly valueType: string;
  readonly intermediateValueType: string;
}

const TYPES: Readonly<Record<SqlDialect, Types>> = {
  sqlite: {
    key: (name) => `${name} INTEGER NOT NULL PRIMARY KEY`,
    time: "DATETIME",
    direction: "VARCHAR(8)",
    trialState: "VARCHAR(8)",
    valueType: "VARCHAR(7)",
    intermediateValueType: "VARCHAR(7)",
  },
  postgresql: {
    key: (name) => `${name} SERIAL NOT NULL PRIMARY KEY`,
    time: "TIMESTAMP WITHOUT TIME ZONE",
    direction: "studydirection",
    trialState: "trialstate",
    valueType: "trialvaluetype",
    intermediateValueType: "trialintermediatevaluetype",
  },
};

/** Labels in the order in which Optuna makes the types. */
const POSTGRES_ENUMS = [
  "CREATE TYPE studydirection AS ENUM ('NOT_SET', 'MINIMIZE', 'MAXIMIZE')",
  "CREATE TYPE trialstate AS ENUM ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING')",
  "CREATE TYPE trialvaluetype AS ENUM ('FINITE', 'INF_POS', 'INF_NEG')",
  "CREATE TYPE trialintermediatevaluetype AS ENUM ('FINITE', 'INF_POS', 'INF_NEG', 'NAN')",
];

/**
 * Two SQLite workers may both find a trial waiting, and Python's then both believe to have it. With
 * this trigger the second one's claim fails and Optuna takes that for "lost the race". PostgreSQL
 * needs none: there the row itself is locked.
 */
export const SQLITE_CLAIM_GUARD = {
  name: "claim_waiting_trial_once",
  statement: `
    CREATE TRIGGER IF NOT EXISTS claim_waiting_trial_once BEFORE UPDATE OF state ON trials
    WHEN NEW.state = 'RUNNING' AND OLD.state <> 'WAITING'
    BEGIN SELECT RAISE(ABORT, 'trial is claimed already'); END`,
} as const;

/**
 * The statements that make Optuna's tables, equal to those that Optuna makes itself but for one
 * trigger on SQLite (see docs/decisions/0035).
 */
export function schemaStatements(dialect: SqlDialect): readonly string[] {
  return dialect === "sqlite"
    ? [...createTables(TYPES.sqlite), SQLITE_CLAIM_GUARD.statement]
    : [...POSTGRES_ENUMS, ...createTables(TYPES.postgresql)];
}

function createTables(types: Types): readonly string[] {
  const study = "REFERENCES studies (study_id)";
  const trial = "REFERENCES trials (trial_id)";
  const attributes = (owner: "study" | "trial", kind: "user" | "system", reference: string) =>
    `CREATE TABLE ${owner}_${kind}_attributes (
      ${types.key(`${owner}_${kind}_attribute_id`)},
      ${owner}_id INTEGER ${reference},
      "key" VARCHAR(512),
      value_json TEXT,
      UNIQUE (${owner}_id, "key")
    )`;
  return [
    `CREATE TABLE studies (
      ${types.key("study_id")},
      study_name VARCHAR(512) NOT NULL
    )`,
    "CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)",
    `CREATE TABLE version_info (
      version_info_id INTEGER NOT NULL PRIMARY KEY CHECK (version_info_id = 1),
      schema_version INTEGER,
      library_version VARCHAR(256)
    )`,
    `CREATE TABLE study_directions (
      ${types.key("study_direction_id")},
      direction ${types.direction} NOT NULL,
      study_id INTEGER NOT NULL ${study},
      objective INTEGER NOT NULL,
      UNIQUE (study_id, objective)
    )`,
    attributes("study", "user", study),
    attributes("study", "system", study),
    `CREATE TABLE trials (
      ${types.key("trial_id")},
      number INTEGER,
      study_id INTEGER ${study},
      state ${types.trialState} NOT NULL,
      datetime_start ${types.time},
      datetime_complete ${types.time}
    )`,
    "CREATE INDEX ix_trials_study_id ON trials (study_id)",
    attributes("trial", "user", trial),
    attributes("trial", "system", trial),
    `CREATE TABLE trial_params (
      ${types.key("param_id")},
      trial_id INTEGER ${trial},
      param_name VARCHAR(512),
      param_value FLOAT,
      distribution_json TEXT,
      UNIQUE (trial_id, param_name)
    )`,
    `CREATE TABLE trial_values (
      ${types.key("trial_value_id")},
      trial_id INTEGER NOT NULL ${trial},
      objective INTEGER NOT NULL,
      value FLOAT,
      value_type ${types.valueType} NOT NULL,
      UNIQUE (trial_id, objective)
    )`,
    `CREATE TABLE trial_intermediate_values (
      ${types.key("trial_intermediate_value_id")},
      trial_id INTEGER NOT NULL ${trial},
      step INTEGER NOT NULL,
      intermediate_value FLOAT,
      intermediate_value_type ${types.intermediateValueType} NOT NULL,
      UNIQUE (trial_id, step)
    )`,
    `CREATE TABLE trial_heartbeats (
      ${types.key("trial_heartbeat_id")},
      trial_id INTEGER NOT NULL UNIQUE ${trial},
      heartbeat ${types.time} NOT NULL
    )`,
    `CREATE TABLE alembic_version (
      version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY
    )`,
  ];
}

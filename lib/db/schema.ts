/**
 * Schema of the model registry, one script a version of it. Times are ISO 8601 in UTC, `*_spec`
 * and `parameter.value` are JSON, hashes are SHA-256 in hexadecimal.
 */
export const REGISTRY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE model_version (
    id              INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL,
    version         INTEGER NOT NULL CHECK (version >= 1),
    kind            TEXT    NOT NULL,
    instrument      TEXT    NOT NULL,
    interval_ms     INTEGER NOT NULL,
    horizon_bars    INTEGER NOT NULL,
    seed            INTEGER NOT NULL,
    feature_spec    TEXT    NOT NULL,
    label_spec      TEXT    NOT NULL,
    data_source     TEXT    NOT NULL,
    data_sha256     TEXT    NOT NULL,
    data_first_time TEXT    NOT NULL,
    data_last_time  TEXT    NOT NULL,
    test_from       TEXT    NOT NULL,
    code_sha256     TEXT    NOT NULL,
    parent_run      TEXT,
    onnx_sha256     TEXT    NOT NULL,
    manifest_sha256 TEXT    NOT NULL,
    manifest        TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    registered_at   TEXT    NOT NULL,
    UNIQUE (name, version)
  ) STRICT;
  CREATE INDEX model_version_data ON model_version (data_sha256);

  CREATE TABLE metric (
    version_id INTEGER NOT NULL REFERENCES model_version (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    value      REAL,
    PRIMARY KEY (version_id, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE parameter (
    version_id INTEGER NOT NULL REFERENCES model_version (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    PRIMARY KEY (version_id, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alias (
    name    TEXT    NOT NULL,
    alias   TEXT    NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (name, alias),
    FOREIGN KEY (name, version) REFERENCES model_version (name, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alias_change (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('promote', 'rollback')),
    name         TEXT NOT NULL,
    alias        TEXT NOT NULL,
    from_version INTEGER,
    to_version   INTEGER NOT NULL,
    at           TEXT NOT NULL,
    why          TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alias_change_alias ON alias_change (name, alias);
  `,
  `
  CREATE TABLE leak_check (
    id          INTEGER PRIMARY KEY,
    version_id  INTEGER NOT NULL REFERENCES model_version (id) ON DELETE CASCADE,
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
    at          TEXT    NOT NULL,
    data_sha256 TEXT    NOT NULL,
    code_sha256 TEXT    NOT NULL,
    trials      INTEGER NOT NULL,
    compared    INTEGER NOT NULL,
    leak        TEXT,
    CHECK (passed = (leak IS NULL))
  ) STRICT;
  CREATE INDEX leak_check_version ON leak_check (version_id);
  `,
];

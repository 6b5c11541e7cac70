/**
 * Schema of the registry of models and trading systems, one script a version of it. Times are ISO 8601 in UTC, `*_spec`
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
  `
  CREATE TABLE system_version (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL,
    version       INTEGER NOT NULL CHECK (version >= 1),
    sha256        TEXT    NOT NULL,
    instrument    TEXT    NOT NULL,
    interval_ms   INTEGER NOT NULL,
    blender       TEXT,
    last_bar_seen TEXT    NOT NULL,
    data_sha256   TEXT    NOT NULL,
    code_sha256   TEXT    NOT NULL,
    registered_at TEXT    NOT NULL,
    UNIQUE (name, version),
    UNIQUE (name, sha256)
  ) STRICT;

  CREATE TABLE system_part (
    system_id INTEGER NOT NULL REFERENCES system_version (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    model_id  INTEGER NOT NULL REFERENCES model_version (id),
    PRIMARY KEY (system_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX system_part_model ON system_part (model_id);

  CREATE TABLE deployment (
    id          INTEGER PRIMARY KEY,
    system_id   INTEGER NOT NULL REFERENCES system_version (id),
    size_factor REAL    NOT NULL CHECK (size_factor > 0)
  ) STRICT;
  CREATE INDEX deployment_system ON deployment (system_id);

  CREATE TABLE system_alias (
    name          TEXT    NOT NULL,
    alias         TEXT    NOT NULL,
    deployment_id INTEGER NOT NULL REFERENCES deployment (id),
    PRIMARY KEY (name, alias)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE alias_change ADD COLUMN deployment_id INTEGER REFERENCES deployment (id);

  ALTER TABLE leak_check RENAME TO model_leak_check;
  DROP INDEX leak_check_version;
  CREATE TABLE leak_check (
    id          INTEGER PRIMARY KEY,
    model_id    INTEGER REFERENCES model_version (id) ON DELETE CASCADE,
    system_id   INTEGER REFERENCES system_version (id) ON DELETE CASCADE,
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
    at          TEXT    NOT NULL,
    data_sha256 TEXT    NOT NULL,
    code_sha256 TEXT    NOT NULL,
    trials      INTEGER NOT NULL,
    compared    INTEGER NOT NULL,
    leak        TEXT,
    CHECK (passed = (leak IS NULL)),
    CHECK ((model_id IS NULL) <> (system_id IS NULL))
  ) STRICT;
  INSERT INTO leak_check
    SELECT id, version_id, NULL, passed, at, data_sha256, code_sha256, trials, compared, leak
      FROM model_leak_check;
  DROP TABLE model_leak_check;
  CREATE INDEX leak_check_model ON leak_check (model_id);
  CREATE INDEX leak_check_system ON leak_check (system_id);
  `,
];

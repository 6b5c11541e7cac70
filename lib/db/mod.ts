/**
 * The one layer over SQLite and PostgreSQL.
 *
 * @module
 */
export { type Database, openDatabase } from "./database.ts";
export { DIALECT_WORDS, type DialectWords, type SqlDialect } from "./dialect.ts";
export { isLocked, lockFile, type LockWords } from "./file_lock.ts";
export { openSqlDatabase } from "./open_database.ts";
export { withoutPassword } from "./postgres_error.ts";
export { REGISTRY_MIGRATIONS } from "./schema.ts";
export type { SqlConnection, SqlDatabase, SqlValue } from "./sql_database.ts";
export { explainStorageError } from "./storage_error.ts";

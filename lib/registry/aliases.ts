import type { Database } from "../db/database.ts";
import { InputError } from "../core/errors.ts";

/** One move of an alias; the history holds them all. */
export interface AliasChange {
  /** Forward to a new version, or back to the one before. */
  readonly kind: "promote" | "rollback";
  /** The model. */
  readonly name: string;
  /** What moved, for example `champion`. */
  readonly alias: string;
  /** Null when the alias was not set before. */
  readonly fromVersion: number | null;
  /** Where it points since. */
  readonly toVersion: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The reason given. */
  readonly why: string;
}

/** Starts with a letter, so that `name@alias` is never mistaken for `name@version`. */
const ALIAS = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/**
 * Points an alias at a version and writes the move into the history. Call inside a transaction.
 *
 * @throws {InputError} when the alias or the reason is unfit, or nothing would change
 */
export function moveAlias(
  database: Database,
  change: Omit<AliasChange, "fromVersion">,
): AliasChange {
  const { name, alias, toVersion } = change;
  if (!ALIAS.test(alias)) {
    throw new InputError(`Cannot use "${alias}" as an alias`, {
      remedy: "begin with a letter; up to 32 letters, digits, - and _",
    });
  }
  if (change.why.trim() === "") {
    throw new InputError(`Cannot move ${alias} without a reason`, { remedy: "say why" });
  }
  const fromVersion = currentVersion(database, name, alias);
  if (fromVersion === toVersion) {
    throw new InputError(`Cannot change anything as ${name}@${toVersion} already is ${alias}`);
  }
  database.run(
    `INSERT INTO alias VALUES (:name, :alias, :toVersion)
       ON CONFLICT (name, alias) DO UPDATE SET version = excluded.version`,
    { name, alias, toVersion },
  );
  const full: AliasChange = { ...change, fromVersion };
  database.run(
    `INSERT INTO alias_change (kind, name, alias, from_version, to_version, at, why)
       VALUES (:kind, :name, :alias, :fromVersion, :toVersion, :at, :why)`,
    { ...full },
  );
  return full;
}

/** The moves of one alias of a name, or of all its aliases, oldest first. */
export function aliasHistory(
  database: Database,
  name: string,
  alias?: string,
): readonly AliasChange[] {
  return database.all<AliasChange>(
    `SELECT kind, name, alias, from_version AS fromVersion, to_version AS toVersion, at, why
       FROM alias_change WHERE name = :name AND alias = coalesce(:alias, alias) ORDER BY id`,
    { name, alias: alias ?? null },
  ).map((row) => ({ ...row }));
}

/**
 * The versions an alias stands on, the present one last: a promotion puts one on top, a rollback
 * takes one off. Rolling back twice therefore goes two promotions back and not to and fro.
 *
 * @example
 * ```ts
 * import { aliasStack } from "./aliases.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const move = { name: "m", alias: "champion", fromVersion: null, at: "", why: "" };
 * assertEquals(
 *   aliasStack([
 *     { ...move, kind: "promote", toVersion: 1 },
 *     { ...move, kind: "promote", toVersion: 2 },
 *     { ...move, kind: "promote", toVersion: 3 },
 *     { ...move, kind: "rollback", toVersion: 2 },
 *   ]),
 *   [1, 2],
 * );
 * ```
 */
export function aliasStack(history: readonly AliasChange[]): readonly number[] {
  const stack: number[] = [];
  for (const { kind, toVersion } of history) {
    if (kind === "promote") stack.push(toVersion);
    // A rollback passes over versions that gc has removed, so several may come off at once.
    else while (stack.length > 0 && stack.at(-1) !== toVersion) stack.pop();
  }
  return stack;
}

function currentVersion(database: Database, name: string, alias: string): number | null {
  return database.all<{ version: number }>(
    "SELECT version FROM alias WHERE name = :name AND alias = :alias",
    { name, alias },
  )[0]?.version ?? null;
}

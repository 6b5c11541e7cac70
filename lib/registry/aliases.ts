import type { Database } from "../db/mod.ts";
import { InputError } from "../core/mod.ts";

/** How a trading system is deployed. */
export interface Deployment {
  /** Names it in journals; another promotion of the same system is another deployment. */
  readonly id: number;
  /** Of the system's document. */
  readonly sha256: string;
  /** What its sizes are multiplied by: 1, or less while it still has to prove itself. */
  readonly sizeFactor: number;
}

/** One move of an alias; the history holds them all. */
export interface AliasChange {
  /** Forward to a new version, or back to the one before. */
  readonly kind: "promote" | "rollback";
  /** The model or system. */
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
  /** Where the alias of a system points since; absent for a model. */
  readonly deployment?: Deployment;
}

/** What a move of an alias is made of. */
export type AliasMove = Omit<AliasChange, "fromVersion" | "deployment">;

/** The alias of the challenger that is asked beside the champion; that of the champion itself while nobody is. */
export const SHADOW_ALIAS = "shadow";

/** Starts with a letter, so that `name@alias` is never mistaken for `name@version`. */
const ALIAS = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/**
 * Points an alias at a model and writes the move into the history. Call inside a transaction.
 *
 * @throws {InputError} when the alias or the reason is unfit, or nothing would change
 */
export function moveAlias(database: Database, move: AliasMove): AliasChange {
  const { name, alias, toVersion } = move;
  checkMove(move);
  const fromVersion = currentVersion(database, name, alias);
  if (fromVersion === toVersion) throw unchanged(move);
  database.run(
    `INSERT INTO alias VALUES (:name, :alias, :toVersion)
       ON CONFLICT (name, alias) DO UPDATE SET version = excluded.version`,
    { name, alias, toVersion },
  );
  recordMove(database, { ...move, fromVersion, deploymentId: null });
  return { ...move, fromVersion };
}

/**
 * Refuses a move that cannot be written down.
 *
 * @throws {InputError} when the alias or the reason is unfit
 */
export function checkMove({ alias, why }: Pick<AliasMove, "alias" | "why">): void {
  if (!ALIAS.test(alias)) {
    throw new InputError(`Cannot use "${alias}" as an alias`, {
      remedy: "begin with a letter; up to 32 letters, digits, - and _",
    });
  }
  if (why.trim() === "") {
    throw new InputError(`Cannot move ${alias} without a reason`, { remedy: "say why" });
  }
}

/** What to say when a move would change nothing. */
export function unchanged({ alias, name, toVersion }: AliasMove): InputError {
  return new InputError(`Cannot change anything as ${name}@${toVersion} already is ${alias}`);
}

/** Writes a move into the history. */
export function recordMove(
  database: Database,
  move: AliasMove & { readonly fromVersion: number | null; readonly deploymentId: number | null },
): void {
  database.run(
    `INSERT INTO alias_change (kind, name, alias, from_version, to_version, at, why, deployment_id)
       VALUES (:kind, :name, :alias, :fromVersion, :toVersion, :at, :why, :deploymentId)`,
    { ...move },
  );
}

/** The moves of one alias of a name, or of all its aliases, oldest first. */
export function aliasHistory(
  database: Database,
  name: string,
  alias?: string,
): readonly AliasChange[] {
  return database.all<AliasMove & HistoryRow>(
    `SELECT kind, alias_change.name AS name, alias, from_version AS fromVersion,
        to_version AS toVersion, at, why, deployment_id AS id, size_factor AS sizeFactor, sha256
      FROM alias_change
      LEFT JOIN deployment ON deployment.id = deployment_id
      LEFT JOIN system_version ON system_version.id = system_id
      WHERE alias_change.name = :name AND alias = coalesce(:alias, alias) ORDER BY alias_change.id`,
    { name, alias: alias ?? null },
  ).map(({ id, sha256, sizeFactor, ...move }) =>
    id === null ? move : { ...move, deployment: { id, sha256: sha256!, sizeFactor: sizeFactor! } }
  );
}

/** What the history holds beside the move. */
interface HistoryRow {
  readonly fromVersion: number | null;
  readonly id: number | null;
  readonly sizeFactor: number | null;
  readonly sha256: string | null;
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
  return standing(history, ({ toVersion }) => toVersion);
}

/** The deployments an alias of systems stands on, in the same way. */
export function deploymentStack(history: readonly AliasChange[]): readonly number[] {
  return standing(history, ({ deployment }) => deployment!.id);
}

function standing(
  history: readonly AliasChange[],
  target: (change: AliasChange) => number,
): readonly number[] {
  const stack: number[] = [];
  for (const change of history) {
    const to = target(change);
    if (change.kind === "promote") stack.push(to);
    // A rollback passes over versions that gc has removed, so several may come off at once.
    else while (stack.length > 0 && stack.at(-1) !== to) stack.pop();
  }
  return stack;
}

function currentVersion(database: Database, name: string, alias: string): number | null {
  return database.all<{ version: number }>(
    "SELECT version FROM alias WHERE name = :name AND alias = :alias",
    { name, alias },
  )[0]?.version ?? null;
}

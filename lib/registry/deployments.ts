import type { Database } from "../db/mod.ts";
import { InputError } from "../core/mod.ts";
import {
  type AliasChange,
  aliasHistory,
  checkMove,
  type Deployment,
  deploymentStack,
  recordMove,
  unchanged,
} from "./aliases.ts";
import { requirePromotable } from "./leak_verdict.ts";
import { resolveSystemReference, systemsOf } from "./reference.ts";
import { type SystemVersion, toSystemVersion } from "./system_versions.ts";

/** What an alias of systems points at now. */
export interface CurrentDeployment extends Deployment {
  /** Registry name. */
  readonly name: string;
  /** The alias, for example `champion`. */
  readonly alias: string;
  /** Number of the system within the name. */
  readonly version: number;
  /** When the alias was moved to it, ISO 8601 in UTC. */
  readonly since: string;
  /** The evidence that moved it, in words. */
  readonly why: string;
}

/** A promotion of a system. */
export interface SystemPromotion {
  readonly reference: string;
  readonly alias: string;
  readonly why: string;
  readonly sizeFactor: number;
  readonly allowUnchecked: boolean;
  readonly at: string;
}

/**
 * Deploys a system under an alias. Call inside a transaction.
 *
 * @throws {InputError} when there is no such system, or the alias is on it in that size already
 * @throws {RefusedError} when the rules of promotion forbid it
 */
export function promoteSystem(
  database: Database,
  { alias, allowUnchecked, at, reference, sizeFactor, why }: SystemPromotion,
): AliasChange {
  if (!(sizeFactor > 0 && sizeFactor <= 1)) {
    throw new InputError(`Cannot deploy a system in ${sizeFactor} times its size`, {
      where: "--size",
      remedy: "give a number above 0 and at most 1",
    });
  }
  const { id, name, version, ...row } = resolveSystemReference(database, reference);
  const move = { kind: "promote", name, alias, toVersion: version, at, why } as const;
  checkMove(move);
  const current = currentDeployment(database, name, alias);
  const holder = current === null ? null : versionOf(database, name, current.version);
  const candidate = toSystemVersion({ id, name, version, ...row });
  requirePromotable(candidate, holder, allowUnchecked, "system");
  if (current?.version === version && current.sizeFactor === sizeFactor) throw unchanged(move);
  const deploymentId = Number(database.run(
    "INSERT INTO deployment (system_id, size_factor) VALUES (:id, :sizeFactor)",
    { id, sizeFactor },
  ));
  return pointAt(database, { ...move, fromVersion: current?.version ?? null, deploymentId });
}

/**
 * Goes back to the deployment that was promoted before the present one and whose system has not
 * failed a leak check since. Call inside a transaction.
 *
 * @throws {InputError} when there is none
 */
export function rollbackSystem(
  database: Database,
  { alias, at, name, why }: Pick<AliasChange, "alias" | "at" | "name" | "why">,
): AliasChange {
  checkMove({ alias, why });
  const sound = systemsOf(database, name).map(toSystemVersion)
    .filter(({ leakCheck }) => leakCheck?.passed !== false).map(({ version }) => version);
  const history = aliasHistory(database, name, alias);
  const versionById = new Map(
    history.map(({ deployment, toVersion }) => [deployment!.id, toVersion]),
  );
  const stack = deploymentStack(history);
  const target = stack.findLast((id) =>
    id !== stack.at(-1) && sound.includes(versionById.get(id)!)
  );
  if (target === undefined) throw noEarlier(name, alias);
  const toVersion = versionById.get(target)!;
  return pointAt(database, {
    ...{ kind: "rollback", name, alias, toVersion, at, why },
    fromVersion: versionById.get(stack.at(-1)!)!,
    deploymentId: target,
  });
}

/** What to say when there is nothing to go back to. */
export function noEarlier(name: string, alias: string): InputError {
  return new InputError(`Cannot roll ${alias} back as it has no earlier version to go to`, {
    where: name,
    remedy: `see \`deno task models show ${name}\` and promote a version`,
  });
}

/** Where an alias of systems points; null when it is not set. */
export function currentDeployment(
  database: Database,
  name: string,
  alias: string,
): CurrentDeployment | null {
  const row = database.all<CurrentDeployment>(
    `SELECT deployment.id AS id, held.name AS name, held.alias AS alias, version, sha256,
        size_factor AS sizeFactor, at AS since, why
      FROM system_alias AS held
      JOIN deployment ON deployment.id = held.deployment_id
      JOIN system_version ON system_version.id = system_id
      JOIN alias_change AS move ON move.name = held.name AND move.alias = held.alias
      WHERE held.name = :name AND held.alias = :alias ORDER BY move.id DESC LIMIT 1`,
    { name, alias },
  )[0];
  return row === undefined ? null : { ...row };
}

/** Every alias of a name with where it points, in alphabetical order. */
export function currentDeployments(database: Database, name: string): CurrentDeployment[] {
  return database
    .all<{ alias: string }>("SELECT alias FROM system_alias WHERE name = :name ORDER BY alias", {
      name,
    })
    .map(({ alias }) => currentDeployment(database, name, alias)!);
}

/** Systems that were ever deployed, by rowid. */
export function everDeployed(database: Database): ReadonlySet<number> {
  const rows = database.all<{ id: number }>("SELECT DISTINCT system_id AS id FROM deployment");
  return new Set(rows.map(({ id }) => id));
}

function versionOf(database: Database, name: string, version: number): SystemVersion {
  return toSystemVersion(systemsOf(database, name).find((row) => row.version === version)!);
}

function pointAt(
  database: Database,
  move: Omit<AliasChange, "deployment"> & { readonly deploymentId: number },
): AliasChange {
  const { alias, deploymentId, name, ...rest } = move;
  database.run(
    `INSERT INTO system_alias VALUES (:name, :alias, :deploymentId)
       ON CONFLICT (name, alias) DO UPDATE SET deployment_id = excluded.deployment_id`,
    { name, alias, deploymentId },
  );
  recordMove(database, move);
  const { id, sha256, sizeFactor } = currentDeployment(database, name, alias)!;
  return { ...rest, name, alias, deployment: { id, sha256, sizeFactor } };
}

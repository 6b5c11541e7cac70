import type { Database } from "../db/database.ts";
import { InputError } from "../core/errors.ts";
import { editDistance } from "../core/edit_distance.ts";
import { selectNames, selectVersions, type VersionRow } from "./model_versions.ts";

/** Where a plain name points when this alias is set. */
const DEFAULT_ALIAS = "champion";

/** How many names or versions an error lists. */
const LISTED = 5;

/**
 * Finds the row that `name`, `name@version` or `name@alias` means. A plain name is its champion,
 * or its newest version while it has none.
 *
 * @throws {InputError} when there is no such model; it lists the nearest names, or what there is
 */
export function resolveReference(database: Database, reference: string): VersionRow {
  const at = reference.indexOf("@");
  const name = at < 0 ? reference : reference.slice(0, at);
  const rows = versionsOf(database, name);
  const aliased = (alias: string) => rows.find((row) => aliasesOf(row).includes(alias));
  if (at < 0) return aliased(DEFAULT_ALIAS) ?? rows[0]!;

  const wanted = reference.slice(at + 1);
  const isNumber = /^\d+$/.test(wanted);
  const found = isNumber ? rows.find((row) => row.version === Number(wanted)) : aliased(wanted);
  if (found !== undefined) return found;
  throw new InputError(
    isNumber ? `Cannot find version ${wanted} of ${name}` : `Cannot find ${name}'s alias ${wanted}`,
    { where: reference, remedy: `it has ${describe(rows)}` },
  );
}

/**
 * The rows of a name, newest first; at least one.
 *
 * @throws {InputError} when the name is not registered
 */
export function versionsOf(database: Database, name: string): readonly VersionRow[] {
  const rows = selectVersions(database, name);
  if (rows.length > 0) return rows;
  const names = selectNames(database);
  if (names.length === 0) throw noModels(database.path);
  const nearest = [...names].sort((a, b) => editDistance(a, name) - editDistance(b, name));
  throw new InputError(`Cannot find a model named "${name}"`, {
    remedy: `nearest: ${nearest.slice(0, LISTED).join(", ")}`,
  });
}

/** What to say when nothing has been registered. */
export function noModels(where: string): InputError {
  return new InputError("no models registered yet", { where, remedy: "run `deno task train`" });
}

function aliasesOf(row: VersionRow): readonly string[] {
  return JSON.parse(row.aliases) as string[];
}

function describe(rows: readonly VersionRow[]): string {
  const versions = rows.slice(0, LISTED).map((row) => row.version).join(", ");
  const older = rows.length > LISTED ? ` and ${rows.length - LISTED} older` : "";
  const aliases = rows.flatMap(aliasesOf).sort();
  return `versions ${versions}${older}; ` +
    (aliases.length === 0 ? "no aliases" : `aliases ${aliases.join(", ")}`);
}

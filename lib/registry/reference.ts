import type { Database } from "../db/mod.ts";
import { editDistance, InputError } from "../core/mod.ts";
import { selectNames, selectVersions, type VersionRow } from "./model_versions.ts";
import { selectSystemNames, selectSystems, type SystemRow } from "./system_versions.ts";

/** Where a plain name points when this alias is set. */
export const DEFAULT_ALIAS = "champion";

/** How many names or versions an error lists. */
const LISTED = 5;

/** What a reference can point at. */
interface Referable {
  readonly version: number;
  /** JSON array of text. */
  readonly aliases: string;
}

/**
 * Finds the model that `name`, `name@version` or `name@alias` means. A plain name is its champion,
 * or its newest version while it has none.
 *
 * @throws {InputError} when there is no such model; it lists the nearest names, or what there is
 */
export function resolveReference(database: Database, reference: string): VersionRow {
  return pick(versionsOf(database, nameOf(reference)), reference);
}

/**
 * Finds the system that a reference means, in the same way.
 *
 * @throws {InputError} when there is no such system; it lists the nearest names, or what there is
 */
export function resolveSystemReference(database: Database, reference: string): SystemRow {
  return pick(systemsOf(database, nameOf(reference)), reference);
}

/** The alias that a reference goes through: the one it names, or the default; null for a number. */
export function aliasOf(reference: string): string | null {
  const at = reference.indexOf("@");
  if (at < 0) return DEFAULT_ALIAS;
  const wanted = reference.slice(at + 1);
  return isNumber(wanted) ? null : wanted;
}

/** The name in a reference. */
export function nameOf(reference: string): string {
  const at = reference.indexOf("@");
  return at < 0 ? reference : reference.slice(0, at);
}

/** Whether the name in a reference is that of systems. */
export function isSystemName(database: Database, name: string): boolean {
  return selectSystems(database, name).length > 0;
}

/**
 * The models of a name, newest first; at least one.
 *
 * @throws {InputError} when the name is not registered, or is that of systems
 */
export function versionsOf(database: Database, name: string): readonly VersionRow[] {
  const rows = selectVersions(database, name);
  if (rows.length > 0) return rows;
  if (isSystemName(database, name)) {
    throw new InputError(`Cannot use ${name} as a model: it is a trading system`, {
      remedy: `give --system ${name}`,
    });
  }
  const names = selectNames(database);
  if (names.length === 0) throw noModels(database.path);
  throw unknownName("model", name, names);
}

/**
 * The systems of a name, newest first; at least one.
 *
 * @throws {InputError} when the name is not registered, or is that of models
 */
export function systemsOf(database: Database, name: string): readonly SystemRow[] {
  const rows = selectSystems(database, name);
  if (rows.length > 0) return rows;
  const remedy = `make one with \`deno task system fit --model … --name ${name}\``;
  if (selectVersions(database, name).length > 0) {
    throw new InputError(`Cannot use ${name} as a trading system: it is a model`, {
      remedy: `make one of it with \`deno task system fit --model ${name} …\``,
    });
  }
  const names = selectSystemNames(database);
  if (names.length === 0) {
    throw new InputError("no trading systems registered yet", { where: database.path, remedy });
  }
  throw unknownName("trading system", name, names);
}

/** What to say when nothing has been registered. */
export function noModels(where: string): InputError {
  return new InputError("no models registered yet", { where, remedy: "run `deno task train`" });
}

function pick<Row extends Referable>(rows: readonly Row[], reference: string): Row {
  const name = nameOf(reference);
  const aliased = (alias: string) => rows.find((row) => aliasesOf(row).includes(alias));
  if (name === reference) return aliased(DEFAULT_ALIAS) ?? rows[0]!;
  const wanted = reference.slice(name.length + 1);
  const found = isNumber(wanted)
    ? rows.find((row) => row.version === Number(wanted))
    : aliased(wanted);
  if (found !== undefined) return found;
  throw new InputError(
    isNumber(wanted)
      ? `Cannot find version ${wanted} of ${name}`
      : `Cannot find ${name}'s alias ${wanted}`,
    { where: reference, remedy: `it has ${describe(rows)}` },
  );
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

function unknownName(what: string, name: string, names: readonly string[]): InputError {
  const nearest = [...names].sort((a, b) => editDistance(a, name) - editDistance(b, name));
  return new InputError(`Cannot find a ${what} named "${name}"`, {
    remedy: `nearest: ${nearest.slice(0, LISTED).join(", ")}`,
  });
}

function aliasesOf(row: Referable): readonly string[] {
  return JSON.parse(row.aliases) as string[];
}

function describe(rows: readonly Referable[]): string {
  const versions = rows.slice(0, LISTED).map((row) => row.version).join(", ");
  const older = rows.length > LISTED ? ` and ${rows.length - LISTED} older` : "";
  const aliases = rows.flatMap(aliasesOf).sort();
  return `versions ${versions}${older}; ` +
    (aliases.length === 0 ? "no aliases" : `aliases ${aliases.join(", ")}`);
}

import { join } from "node:path";
import {
  applyChanges,
  type ChangeSet,
  changesOf,
  parseChangeSet,
  planChanges,
  readChangeLog,
  type Tree,
} from "../../lib/codegen/mod.ts";
import { InputError, parseJson, RefusedError } from "../../lib/core/mod.ts";
import {
  type ApplyDocument,
  applyDocument,
  type PlanDocument,
  planDocument,
} from "../generate_changes.ts";

/** What `generate-changes nights --json` prints. */
export interface NightChangesDocument {
  /** Newest change of each system's nights that the log does not know yet; empty for none. */
  readonly nights: readonly NightChange[];
}

/** What the newest move of a system would change, or has changed. */
export interface NightChange {
  /** As the log keeps it, `night 3 of MES-hedge`. */
  readonly origin: string;
  /** The file of the change set. */
  readonly path: string;
  /** What changes; with an id once it was applied. */
  readonly change: PlanDocument | ApplyDocument;
}

interface NightSet {
  readonly path: string;
  readonly set: ChangeSet;
  readonly system: string;
  readonly number: number;
}

/**
 * Plans what nights have moved, and applies it where that was asked for: of each system the newest
 * change set alone, and none that the log has ever seen, so that what a person has undone stays so.
 *
 * @param reports folder of the change sets
 * @throws {InputError} when one cannot be read
 * @throws {RefusedError} when one would change anything but its deployment
 */
export async function nightChanges(
  tree: Tree,
  reports: string,
  autoApply: boolean,
): Promise<NightChangesDocument> {
  const known = nightsIn(changesOf(await readChangeLog(tree)).map(({ origin }) => origin));
  const nights: NightChange[] = [];
  for (const { number, path, set, system } of newestSets(reports)) {
    if (number <= (known.get(system) ?? 0)) continue;
    requireDeployment(set, system, path);
    const change = autoApply
      ? applyDocument(await applyChanges(tree, set, { allowCode: true }), tree)
      : planDocument(await planChanges(tree, set));
    nights.push({ origin: set.origin, path, change });
  }
  return { nights };
}

/** Nobody looks at what is applied by itself, and other tasks may write the folder it comes from. */
function requireDeployment({ changes }: ChangeSet, system: string, path: string): void {
  const [change, ...others] = changes;
  const isDeployment = others.length === 0 && change?.kind === "file" &&
    change.path === `deployments/${system}.json` && isJson(change.content);
  if (isDeployment) return;
  throw new RefusedError(
    `${path}: a night changes deployments/${system}.json and nothing else: this is no change set of one`,
  );
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function newestSets(reports: string): NightSet[] {
  const newest = new Map<string, NightSet>();
  for (const path of setsIn(reports)) {
    const set = readSet(path);
    const night = nightOf(set.origin);
    if (night === null || night.number <= (newest.get(night.system)?.number ?? 0)) continue;
    newest.set(night.system, { path, set, ...night });
  }
  return [...newest.values()].toSorted((a, b) => a.system < b.system ? -1 : 1);
}

function setsIn(reports: string): string[] {
  try {
    return [...Deno.readDirSync(reports)].map(({ name }) => name)
      .filter((name) => /-night-[0-9a-f]{16}\.changes\.json$/.test(name))
      .map((name) => join(reports, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readSet(path: string): ChangeSet {
  try {
    return parseChangeSet(parseJson(Deno.readTextFileSync(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError(`Cannot read the change set of a night: ${(error as Error).message}`, {
      where: path,
      remedy: "delete it: the night itself is in the registry",
      cause: error,
    });
  }
}

/** Last night of each system. */
function nightsIn(origins: readonly string[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const origin of origins) {
    const night = nightOf(origin);
    if (night !== null) last.set(night.system, Math.max(night.number, last.get(night.system) ?? 0));
  }
  return last;
}

function nightOf(origin: string): { readonly number: number; readonly system: string } | null {
  const [, number, system] = /^night (\d+) of (.+)$/.exec(origin) ?? [];
  return system === undefined ? null : { number: Number(number), system };
}

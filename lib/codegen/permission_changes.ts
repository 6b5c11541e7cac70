import { parseSettings } from "./edit_settings.ts";
import type { FileContent, FileStep } from "./file_step.ts";

/** One value of a permission set or task that would change, as JSON; null where there is none. */
export interface PermissionChange {
  /** The configuration file. */
  readonly path: string;
  /** Keys joined by dots, for example `permissions.train.net`. */
  readonly setting: string;
  /** Value before. */
  readonly before: string | null;
  /** Value afterwards. */
  readonly after: string | null;
}

/** Parts of a configuration file that decide what code may do, or which code is run. */
const DECIDING = ["permissions", "tasks", "test", "bench", "compile", "workspace"];

/**
 * What would change in permission sets and in the commands that name them. A configuration that
 * cannot be read counts as one that decides everything.
 *
 * @param steps files of the plan, configurations and others
 */
export function permissionChanges(
  steps: readonly FileStep<FileContent>[],
): readonly PermissionChange[] {
  return steps.filter(({ path }) => /(^|\/)deno\.jsonc?$/i.test(path)).flatMap((step) => {
    const [before, after] = [deciding(step.before), deciding(step.after)];
    return [...new Set([...before.keys(), ...after.keys()])].sort()
      .filter((setting) => before.get(setting) !== after.get(setting))
      .map((setting) => ({
        path: step.path,
        setting,
        before: before.get(setting) ?? null,
        after: after.get(setting) ?? null,
      }));
  });
}

function deciding(version: FileContent | null): ReadonlyMap<string, string> {
  if (version === null) return new Map();
  const text = new TextDecoder().decode(version.content);
  let config: unknown;
  try {
    config = parseSettings(text);
  } catch {
    return new Map([["(not readable)", version.sha256]]);
  }
  const entries = Object.entries(config ?? {}).filter(([key]) => DECIDING.includes(key));
  return new Map(entries.flatMap(([key, value]) => leaves(key, value)));
}

/** Values by their keys, lists whole. */
function leaves(name: string, value: unknown): [string, string][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return [[name, JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(`${name}.${key}`, inner));
}

import { CONFIGURATION_KEYS } from "./configuration_keys.ts";
import { parseSettings } from "./edit_settings.ts";
import type { FileContent, FileStep } from "./file_step.ts";

/** Folders of the project whose JSON is read by its code or its tests. */
const CODE_FOLDERS = ["bench", "cli", "docs", "examples", "lib", "tasks", "tests"];

/** JSON that decides what is run, whatever its keys. */
const TOOL_FILES =
  /^(?:deno\.|package|npm-|import[-_]?map|tsconfig|jsconfig|jsr\.|[^/]*\.(?:config|workspace)\.)/i;

const KNOWN = new Set(CONFIGURATION_KEYS.flatMap((key) => [key, camelCase(key)]));

/**
 * Paths of a plan that are executed, or may decide what is: everything but a user's configuration
 * of which only known keys change. Code, tests, tasks, imports, scripts, hooks, locks, pages and
 * documents are all among them, as is whatever cannot be told.
 *
 * @param steps files of the plan
 */
export function codeChanges(steps: readonly FileStep<FileContent>[]): readonly string[] {
  return steps.filter((step) => !isConfigurationStep(step)).map(({ path }) => path);
}

function isConfigurationStep({ path, before, after }: FileStep<FileContent>): boolean {
  if (!isConfigurationPath(path)) return false;
  if (((after?.mode ?? 0) & 0o111) !== 0) return false;
  const [old, current] = [settingsOf(before), settingsOf(after)];
  if (old === null || current === null) return false;
  const changed = [...new Set([...old.keys(), ...current.keys()])]
    .filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(current.get(key)));
  return changed.every((key) => KNOWN.has(key) && isPlain(current.get(key)));
}

function isConfigurationPath(path: string): boolean {
  const names = path.split("/");
  const isHidden = names.some((name) => name.startsWith("."));
  if (isHidden || CODE_FOLDERS.includes(names[0]!.toLowerCase())) return false;
  return /\.jsonc?$/i.test(path) && !TOOL_FILES.test(names.at(-1)!);
}

/** Values by key; empty where there is no file, null where it holds no object. */
function settingsOf(version: FileContent | null): ReadonlyMap<string, unknown> | null {
  if (version === null) return new Map();
  let value: unknown;
  try {
    value = parseSettings(new TextDecoder("utf-8", { fatal: true }).decode(version.content));
  } catch {
    return null;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

/** A flag's value: one word or number, or a list of them. */
function isPlain(value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.every((one) => one === null || typeof one !== "object");
}

function camelCase(key: string): string {
  return key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

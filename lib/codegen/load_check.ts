import { dirname, join } from "node:path/posix";
import { stripTypeScriptTypes } from "node:module";
import { type Module, SourceTextModule, SyntheticModule } from "node:vm";
import { parseSettings } from "./edit_settings.ts";
import type { FileContent, FileStep } from "./file_step.ts";
import { configurationFaults, importResolver, type ProjectFiles } from "./project_configuration.ts";
import { type Tree, treePath } from "./tree.ts";

/** Folders beside the code that hold no code. */
const DATA_FOLDERS = ["cov", "data", "models", "reports"];

const SCRIPT = /\.(?:ts|mts|js|mjs)$/;

/**
 * Whether the tree would still load after a change: its configuration is one, every module can be
 * read, every module that one names is there, and every name that one imports is exported. Nothing
 * is run. What was broken before is not held against the change.
 *
 * @param steps the files of the change with their contents
 * @returns the first new fault in words, with its file; null when there is none
 */
export async function loadFault(
  tree: Tree,
  steps: readonly FileStep<FileContent>[],
): Promise<string | null> {
  const paths = listFiles(tree, "");
  const after = versionOf(tree, paths, steps, ({ after }) => after);
  const faults = await faultsOf(after);
  if (faults.length === 0) return null;
  const before = await faultsOf(versionOf(tree, paths, steps, ({ before }) => before));
  return faults.find((fault) => !before.includes(fault)) ?? null;
}

function versionOf(
  tree: Tree,
  paths: readonly string[],
  steps: readonly FileStep<FileContent>[],
  pick: (step: FileStep<FileContent>) => FileContent | null,
): ProjectFiles {
  const changed = new Map(steps.map((step) => [step.path, pick(step)]));
  const decoder = new TextDecoder();
  const there = [...paths.filter((path) => !changed.has(path)), ...changed.keys()]
    .filter((path) => changed.get(path) !== null);
  return {
    paths: new Set(there),
    text: (path) =>
      decoder.decode(changed.get(path)?.content ?? tree.files.read(treePath(tree, path))),
  };
}

function listFiles(tree: Tree, folder: string): string[] {
  return tree.files.list(treePath(tree, folder)).toSorted().flatMap((name) => {
    if (name.startsWith(".") || name === "node_modules") return [];
    if (folder === "" && DATA_FOLDERS.includes(name)) return [];
    const path = folder === "" ? name : `${folder}/${name}`;
    const kind = tree.files.inspect(treePath(tree, path))?.kind;
    return kind === "folder" ? listFiles(tree, path) : kind === "file" ? [path] : [];
  });
}

async function faultsOf(version: ProjectFiles): Promise<readonly string[]> {
  const faults = [...jsonFaults(version), ...configurationFaults(version)];
  const sources = new Map<string, string>();
  const modules = new Map<string, Module>();
  for (const path of version.paths) {
    if (!SCRIPT.test(path) || path.endsWith(".d.ts")) continue;
    try {
      const text = version.text(path);
      const source = /ts$/.test(path) ? stripTypeScriptTypes(text) : text;
      modules.set(path, new SourceTextModule(source, { identifier: path }));
      sources.set(path, source);
    } catch (error) {
      faults.push(`${path}: ${firstLine(error)}`);
    }
  }
  for (const [path, source] of sources) {
    faults.push(...missingFiles(version, path, source));
  }
  return [...faults, ...await linkFaults(version, sources, modules)];
}

function jsonFaults(version: ProjectFiles): string[] {
  return [...version.paths].filter((path) => /\.jsonc?$/.test(path)).flatMap((path) => {
    try {
      if (/(?:^|\/)deno\.json$|c$/.test(path)) parseSettings(version.text(path));
      else JSON.parse(version.text(path));
      return [];
    } catch (error) {
      return [`${path}: ${firstLine(error)}`];
    }
  });
}

/** Modules and threads that are named by a relative address and are not there. */
function missingFiles(version: ProjectFiles, path: string, source: string): string[] {
  const named = [
    ...source.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g),
    ...source.matchAll(/\bnew URL\(\s*["'](\.{1,2}\/[^"'\n]+)["'],\s*import\.meta\.url/g),
  ];
  return [...new Set(named.map(([, address]) => join(dirname(path), address!)))]
    .filter((target) => /\.\w+$/.test(target) && !version.paths.has(target))
    .map((target) => `${path}: it names ${target}, which is not there`);
}

/**
 * Packages that no import map names, and the first name that is imported and not exported. V8 looks,
 * and runs nothing.
 */
async function linkFaults(
  version: ProjectFiles,
  sources: ReadonlyMap<string, string>,
  modules: Map<string, Module>,
): Promise<readonly string[]> {
  const resolves = importResolver(version);
  const names = importedNames(sources);
  const faults: string[] = [];
  /** Whatever is asked of a module that is not ours, or could not be read, is there. */
  const foreign = (key: string): Module => {
    const made = new SyntheticModule([...names.get(key) ?? []], () => {}, { identifier: key });
    modules.set(key, made);
    return made;
  };
  const addresses = [...sources.keys()].map((path) => `import ${JSON.stringify(`./${path}`)};`);
  const root = new SourceTextModule(addresses.join("\n"), { identifier: "all" });
  try {
    await root.link((address, from) => {
      const key = keyOf(address, from.identifier);
      if (!address.startsWith(".") && !resolves(address)) {
        faults.push(`${from.identifier}: it imports ${address}, which no import map names`);
      }
      return modules.get(key) ?? foreign(key);
    });
  } catch (error) {
    if (!isTypeImport(version, error)) faults.push(firstLine(error));
  }
  return faults;
}

/** Deno leaves out imports that are used as types only, and V8 does not know. */
function isTypeImport(version: ProjectFiles, error: unknown): boolean {
  const name = /export named '([^']+)'/.exec(firstLine(error))?.[1];
  if (name === undefined) return false;
  const declared = new RegExp(`\\b(?:interface|type)\\s+${RegExp.escape(name)}\\b`);
  return [...version.paths].some((path) => SCRIPT.test(path) && declared.test(version.text(path)));
}

/** What is asked of each module by name, and more: whatever looks like it. */
function importedNames(sources: ReadonlyMap<string, string>): ReadonlyMap<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const [path, source] of sources) {
    const clauses = source.matchAll(
      /\b(?:import|export)\s+([^;"'`()]*?)\s*from\s*["']([^"'\n]+)["']/g,
    );
    for (const [, clause = "", address = ""] of clauses) {
      const key = keyOf(address, path);
      const asked = names.get(key) ?? new Set(["default"]);
      for (const [name] of clause.matchAll(/[\w$]+/g)) asked.add(name);
      names.set(key, asked);
    }
  }
  return names;
}

function keyOf(address: string, from: string): string {
  return address.startsWith(".") ? join(dirname(from), address) : address;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

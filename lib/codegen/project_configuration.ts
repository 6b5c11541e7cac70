import { z } from "zod";
import { parseSettings } from "./edit_settings.ts";

/** Where the configuration of a project and what it names are looked up. */
export interface ProjectFiles {
  /** Paths of all files. */
  readonly paths: ReadonlySet<string>;
  /** Content of a file. */
  text(path: string): string;
}

const names = z.union([z.boolean(), z.array(z.string())]);
const grant = z.union([
  names,
  z.strictObject({
    allow: names.optional(),
    deny: names.optional(),
    ignore: names.optional(),
  }),
]);
const task = z.union([
  z.string(),
  z.looseObject({
    command: z.string().optional(),
    description: z.string().optional(),
    dependencies: z.array(z.string()).optional(),
  }),
]);
const schema = z.looseObject({
  exports: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  imports: z.record(z.string(), z.string()).optional(),
  permissions: z.record(
    z.string(),
    z.strictObject({
      all: z.boolean().optional(),
      env: grant.optional(),
      ffi: grant.optional(),
      import: grant.optional(),
      net: grant.optional(),
      read: grant.optional(),
      run: grant.optional(),
      sys: grant.optional(),
      write: grant.optional(),
    }),
  ).optional(),
  tasks: z.record(z.string(), task).optional(),
});

type Configuration = z.infer<typeof schema>;

/**
 * Why the tasks of a project would not start: its configuration cannot be read, or a task names a
 * permission set or a program that is not there, or the lock lacks a package.
 */
export function configurationFaults(files: ProjectFiles): readonly string[] {
  const path = configurationPath(files);
  if (path === null) return [];
  const read = readConfiguration(files, path);
  if (typeof read === "string") return [`${path}: ${read}`];
  return [...taskFaults(read, files), ...exportFaults(read, files), ...lockFaults(read, files)]
    .map((fault) => `${path}: ${fault}`);
}

/**
 * Tells whether an address that is not relative can be resolved. Everything can where no
 * configuration says what there is, or another package manager does.
 */
export function importResolver(files: ProjectFiles): (address: string) => boolean {
  const path = configurationPath(files);
  const read = path === null ? null : readConfiguration(files, path);
  if (read === null || typeof read === "string" || files.paths.has("package.json")) {
    return () => true;
  }
  const known = Object.keys(read.imports ?? {});
  return (address) =>
    /^[a-z][a-z0-9+.-]*:/i.test(address) ||
    known.some((name) => address === name || address.startsWith(`${name.replace(/\/$/, "")}/`));
}

function configurationPath({ paths }: ProjectFiles): string | null {
  return ["deno.json", "deno.jsonc"].find((path) => paths.has(path)) ?? null;
}

function readConfiguration(files: ProjectFiles, path: string): Configuration | string {
  let value: unknown;
  try {
    value = parseSettings(files.text(path));
  } catch (error) {
    return (error as Error).message;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  return `${at.join(".")}: ${message}`;
}

function taskFaults(
  { permissions = {}, tasks = {} }: Configuration,
  files: ProjectFiles,
): string[] {
  return Object.entries(tasks).flatMap(([name, task]) => {
    const { command = "", dependencies = [] } = typeof task === "string" ? { command: task } : task;
    const sets = [...command.matchAll(/\s-P=([\w-]+)/g)].map(([, set]) => set!);
    const programs = [...command.matchAll(/\bdeno run\s[^&|;]*?\s([\w./-]+\.[mt]?[jt]s)\b/g)]
      .map(([, program]) => program!.replace(/^\.\//, ""));
    return [
      ...sets.filter((set) => !Object.hasOwn(permissions, set))
        .map((set) => `task ${name} names the permission set ${set}, which is not there`),
      ...programs.filter((program) => !files.paths.has(program))
        .map((program) => `task ${name} runs ${program}, which is not there`),
      ...dependencies.filter((other) => !Object.hasOwn(tasks, other))
        .map((other) => `task ${name} needs the task ${other}, which is not there`),
    ];
  });
}

function exportFaults({ exports = {} }: Configuration, files: ProjectFiles): string[] {
  const targets = typeof exports === "string" ? [exports] : Object.values(exports);
  return targets.map((target) => target.replace(/^\.\//, ""))
    .filter((target) => !files.paths.has(target))
    .map((target) => `it exports ${target}, which is not there`);
}

/** Tasks run with the lock frozen: a package that is not in it stops them. */
function lockFaults({ imports = {} }: Configuration, files: ProjectFiles): string[] {
  if (!files.paths.has("deno.lock")) return [];
  let locked: Readonly<Record<string, unknown>>;
  try {
    locked = z.looseObject({ specifiers: z.record(z.string(), z.string()) })
      .parse(JSON.parse(files.text("deno.lock"))).specifiers;
  } catch {
    return ["its lock, deno.lock, cannot be read"];
  }
  return Object.entries(imports)
    .filter(([, target]) => /^(?:npm|jsr):/.test(target) && !Object.hasOwn(locked, target))
    .map(([name, target]) => `it imports ${name} from ${target}, which is not in deno.lock`);
}

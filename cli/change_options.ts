import { Command, InvalidArgumentError, Option } from "commander";
import { SCAFFOLD_KINDS, type ScaffoldKind, type Setting } from "../lib/codegen/mod.ts";
import { InputError, parseJson, requireShallow } from "../lib/core/mod.ts";
import { PROJECT_FOLDER } from "../lib/core/program.ts";
import type { ChangeRequest } from "../tasks/generate_changes.ts";
import { baseCommand, integer, userPath } from "./options.ts";

/** Parsed values of the flags of every command on a tree. */
export interface TreeFlags {
  readonly json?: true;
  readonly root: string;
}

/** Parsed values of the flags that say what to change. */
export interface ChangeFlags extends TreeFlags {
  readonly manifest?: string;
  readonly why?: string;
  readonly origin?: string;
  readonly file?: string;
  readonly content?: string;
  readonly contentFrom?: string;
  readonly edit?: string;
  readonly search?: string;
  readonly replace?: string;
  readonly count: number;
  readonly settings?: string;
  readonly set?: readonly Setting[];
  readonly unset?: readonly Setting[];
  readonly diff?: string;
  readonly delete?: string;
  readonly rename?: string;
  readonly to?: string;
  readonly scaffold?: ScaffoldKind;
  readonly name?: string;
}

/** A command on a tree. */
export function treeCommand(name: string, summary: string): Command {
  return baseCommand(name, summary).addOption(
    new Option("--root <folder>", "tree to change").argParser(userPath)
      .default(PROJECT_FOLDER, "the project"),
  );
}

/** A command that takes a change set, in a file or in flags. */
export function changeCommand(name: string, summary: string): Command {
  return treeCommand(name, summary)
    .option("--manifest <file>", "JSON change set; - reads it from stdin")
    .option("--why <text>", "reason, kept in the log")
    .option("--origin <text>", "who asks, kept in the log")
    .option("--file <path>", "whole file to write, with --content or --content-from")
    .option("--content <text>", "content of --file")
    .option("--content-from <file>", "file that holds the content of --file; - reads stdin")
    .option("--edit <path>", "file to edit, with --search and --replace")
    .option("--search <text>", "exact text to replace")
    .option("--replace <text>", "text to put in its place")
    .option("--count <n>", "how often the text must occur", integer(1), 1)
    .option("--settings <path>", "JSON or JSONC file to set values in, with --set or --unset")
    .option("--set <key=value>", 'for example tasks.demo.command="x"; repeatable', setting)
    .option("--unset <key>", "setting to remove; repeatable", unsetting)
    .option("--diff <file>", "unified diff to apply; - reads it from stdin")
    .option("--delete <path>", "file to remove")
    .option("--rename <path>", "file to move, with --to")
    .option("--to <path>", "new path of --rename")
    .addOption(
      new Option("--scaffold <kind>", "part of the toolkit to write and register, with --name")
        .choices([...SCAFFOLD_KINDS]),
    )
    .option("--name <name>", "name of the scaffolded part, for example range-position");
}

/** The changes that the flags describe; files that they name are read. */
export async function changeRequest(flags: ChangeFlags): Promise<ChangeRequest> {
  const { why, origin, file, edit, settings, rename, scaffold } = flags;
  return {
    ...(why === undefined ? {} : { why }),
    ...(origin === undefined ? {} : { origin }),
    ...(flags.manifest === undefined ? {} : { manifest: await readManifest(flags.manifest) }),
    ...(file === undefined ? {} : { file: { path: file, content: await fileContent(flags) } }),
    ...(edit === undefined ? {} : {
      edit: {
        path: edit,
        search: required(flags.search, "--edit", "--search"),
        replace: required(flags.replace, "--edit", "--replace"),
        count: flags.count,
      },
    }),
    ...(settings === undefined
      ? {}
      : { settings: { path: settings, set: [...flags.set ?? [], ...flags.unset ?? []] } }),
    ...(flags.diff === undefined ? {} : { diff: await readInput(flags.diff) }),
    ...(flags.delete === undefined ? {} : { delete: flags.delete }),
    ...(rename === undefined
      ? {}
      : { rename: { path: rename, to: required(flags.to, "--rename", "--to") } }),
    ...(scaffold === undefined ? {} : {
      scaffold: {
        scaffold,
        name: required(flags.name, "--scaffold", "--name"),
      },
    }),
  };
}

async function fileContent({ content, contentFrom }: ChangeFlags): Promise<string> {
  if (contentFrom !== undefined) return await readInput(contentFrom);
  return required(content, "--file", "--content or --content-from");
}

function required(value: string | undefined, flag: string, companion: string): string {
  if (value !== undefined) return value;
  throw new InputError(`Cannot use ${flag} alone`, { remedy: `add ${companion}` });
}

async function readManifest(path: string): Promise<unknown> {
  const text = await readInput(path);
  try {
    return parseJson(text);
  } catch (error) {
    throw new InputError(`Cannot read the manifest as JSON: ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** Text of a file that a flag names; `-` stands for stdin. */
async function readInput(path: string): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    if (path === "-") return decoder.decode(await new Response(Deno.stdin.readable).bytes());
    return decoder.decode(Deno.readFileSync(userPath(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError("Cannot read it as UTF-8 text", {
      where: path === "-" ? "stdin" : path,
      remedy: "check the path and the encoding",
      cause: error,
    });
  }
}

/** `a.b.0=JSON`, or `["a","b.c",0]=JSON` for keys that hold dots; anything else is a string. */
function setting(text: string, earlier: readonly Setting[] = []): readonly Setting[] {
  const end = text.startsWith("[") ? text.indexOf("]=") + 1 : text.indexOf("=");
  if (end <= 0) throw new InvalidArgumentError("It must be a key and a value such as a.b=1.");
  const value = text.slice(end + 1);
  try {
    requireShallow(value);
  } catch (error) {
    throw new InvalidArgumentError(`Its value cannot be used: ${(error as Error).message}.`);
  }
  return [...earlier, { at: keysOf(text.slice(0, end)), value: jsonOr(value, value) }];
}

function unsetting(text: string, earlier: readonly Setting[] = []): readonly Setting[] {
  return [...earlier, { at: keysOf(text) }];
}

function keysOf(text: string): readonly (string | number)[] {
  if (!text.startsWith("[")) return text.split(".");
  const keys = jsonOr<readonly (string | number)[] | null>(text, null);
  if (keys === null) throw new InvalidArgumentError('Keys must be a list such as ["a","b.c",0].');
  return keys;
}

function jsonOr<T>(text: string, fallback: T): T {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}

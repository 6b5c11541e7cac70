import { dirname, join } from "node:path/posix";
import { InputError } from "./errors.ts";

/**
 * Reads the files that a program can come to run, from its entries on: through imports and
 * re-exports, `import()`, `new URL("…", import.meta.url)`, with which workers, WebAssembly and data
 * are named, and `import.meta.resolve("./…")`. What is imported as a type alone does not run.
 *
 * Packages, and names that are put together while the program runs, cannot be followed.
 *
 * @param folder the folder that all paths are relative to
 * @param entries paths of the first files, with `/`
 * @param leaveOut files that are neither read nor followed
 * @returns the bytes by path
 * @throws {InputError} when a file that another one names is not there
 * @example
 * ```ts
 * import { reachableFiles } from "./source_files.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const folder = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${folder}/a.ts`, 'new Worker(new URL("b.ts", import.meta.url));\n');
 * Deno.writeTextFileSync(`${folder}/b.ts`, 'import type { C } from "./c.ts";\n');
 * assertEquals([...reachableFiles(folder, ["a.ts"], () => false).keys()], ["a.ts", "b.ts"]);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function reachableFiles(
  folder: string,
  entries: readonly string[],
  leaveOut: (path: string) => boolean,
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const decoder = new TextDecoder();
  const visit = (path: string, namedBy: string): void => {
    if (files.has(path) || leaveOut(path)) return;
    if (path.endsWith("/")) {
      for (const name of filesIn(folder, path)) visit(`${path}${name}`, namedBy);
      return;
    }
    const bytes = readNamed(folder, path, namedBy);
    files.set(path, bytes);
    if (!/\.[jt]s$/.test(path)) return;
    for (const named of namedFiles(decoder.decode(bytes))) visit(join(dirname(path), named), path);
  };
  for (const entry of entries) visit(entry, "the program");
  return files;
}

/** Relative specifiers of the files that a module names. */
function namedFiles(text: string): string[] {
  const imported = [...text.matchAll(/"(\.{1,2}\/[^"\n]+)"/g)]
    .filter(({ index }) => isImport(text, index)).map((match) => match[1]!);
  const located = [...text.matchAll(/(?<=\bnew URL\(\s*"([^"\n]+)",\s*)import\.meta\.url/g)]
    .filter(({ index }) => !isComment(text, index)).map((match) => match[1]!);
  return [...imported, ...located];
}

/** Whether the string at `index` is what an import that runs is made from. */
function isImport(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 60), index).trimEnd();
  if (!/(?:\bfrom|^import|\nimport|\bimport\(|\bimport\.meta\.resolve\()$/.test(before)) {
    return false;
  }
  if (isComment(text, index)) return false;
  if (!before.endsWith("from")) return true;
  const start = Math.max(
    text.lastIndexOf("\nimport ", index),
    text.lastIndexOf("\nexport ", index),
  );
  return !/^(?:import|export) type\b/.test(text.slice(start + 1, start + 13));
}

/** Whether a line is a comment, as examples in documentation are. */
function isComment(text: string, index: number): boolean {
  const start = text.lastIndexOf("\n", index) + 1;
  return /^\s*(?:\*|\/[/*])/.test(text.slice(start, index));
}

function readNamed(folder: string, path: string, namedBy: string): Uint8Array {
  try {
    return Deno.readFileSync(join(folder, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError(`Cannot read a source file that ${namedBy} names`, {
      where: path,
      remedy: "restore the file, or install the program again",
      cause: error,
    });
  }
}

/** Names in a folder but tests, each folder among them with a `/` behind. */
export function filesIn(folder: string, path: string): string[] {
  return [...Deno.readDirSync(join(folder, path))].filter(({ name }) => !name.endsWith("_test.ts"))
    .map(({ isDirectory, name }) => isDirectory ? `${name}/` : name);
}

import { InputError } from "../core/mod.ts";

/** Where a report was written. */
export interface ReportPaths {
  /** Path of the page. */
  readonly html: string;
  /** Path of the same numbers as JSON. */
  readonly json: string;
}

/**
 * Writes `<name>.html` and `<name>.json` into a folder, which is made when it is missing. Both are
 * written beside their place first and then renamed, so a reader never sees half a file, and on
 * failure neither is left behind.
 *
 * @param name file name without an ending: letters, digits, dot, hyphen and underscore
 * @param make gives both texts; asked once the name is known to be good
 * @throws {InputError} when the name is no plain file name or the folder cannot be written
 */
export async function writePair(
  folder: string,
  name: string,
  make: () => Promise<{ readonly json: string; readonly html: string }>,
): Promise<ReportPaths> {
  if (!/^[\w-][\w.-]*$/.test(name)) {
    throw new InputError(`Cannot use '${name}' as the name of a report`, {
      where: folder,
      remedy: "use letters, digits, dot, hyphen and underscore only",
    });
  }
  const { html, json } = await make();
  const files = [[`${folder}/${name}.json`, json], [`${folder}/${name}.html`, html]] as const;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await replaceFiles(files);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Deno.errors.NotCapable) throw cause;
    throw new InputError(`Cannot write the report: ${cause.message}`, {
      where: folder,
      remedy: "choose a folder that you may write to, or grant it to the command",
      cause,
    });
  }
  return { html: files[1][0], json: files[0][0] };
}

async function replaceFiles(files: readonly (readonly [string, string])[]): Promise<void> {
  const temporary = (path: string): string => `${path}.part`;
  const renamed: string[] = [];
  try {
    for (const [path, text] of files) await Deno.writeTextFile(temporary(path), text);
    for (const [path] of files) {
      await Deno.rename(temporary(path), path);
      renamed.push(path);
    }
  } catch (error) {
    const left = [...renamed, ...files.map(([path]) => temporary(path))];
    await Promise.allSettled(left.map((path) => Deno.remove(path)));
    throw error;
  }
}

import { basename, dirname, join } from "node:path";
import { InputError } from "../core/mod.ts";
import { parseTearSheet, type RunRecord, type TearSheet } from "../records/mod.ts";

/** A backtest that was run before. */
export interface StoredRun {
  /** The JSON file beside its report. */
  readonly path: string;
  readonly sheet: TearSheet;
  readonly record: RunRecord;
}

/** How people name runs. */
const REMEDY = "give the page or JSON file that backtest wrote, its name, or the run id in it";

/**
 * Reads a run by the path of its JSON file or page, by their name without ending, or by its id.
 *
 * @param reports folder that is searched for the id
 * @throws {InputError} when there is no such run, or it is none of a backtest that can be repeated
 */
export function readRun(
  run: string,
  reports: string,
  resolvePath: (path: string) => string,
): StoredRun {
  const path = /\.(json|html)$/.test(run)
    ? existing(resolvePath(run).replace(/\.html$/, ".json"), reports)
    : runPath(run, reports);
  const sheet = parseTearSheet(readText(path), path);
  if (sheet.run === undefined) {
    throw new InputError("Cannot use the run as it does not say what decided it", {
      where: path,
      remedy: "only runs of `deno task backtest` do; run it again with this version",
    });
  }
  return { path, sheet, record: sheet.run };
}

/** A report's file name alone means the one in the folder of reports. */
function existing(path: string, folder: string): string {
  const stored = basename(path);
  return !files(dirname(path)).includes(stored) && files(folder).includes(stored)
    ? join(folder, stored)
    : path;
}

function runPath(id: string, folder: string): string {
  if (files(folder).includes(`${id}.json`)) return join(folder, `${id}.json`);
  const found = /^[0-9a-f]{4,12}$/.test(id)
    ? files(folder).filter((name) => new RegExp(`-${id}[0-9a-f]*\\.json$`).test(name))
    : [];
  if (found.length === 1) return join(folder, found[0]!);
  throw new InputError(
    found.length === 0
      ? `Cannot find the run '${id}'`
      : `Cannot tell which run '${id}' is: ${found.join(", ")}`,
    { where: folder, remedy: REMEDY },
  );
}

function files(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new InputError("Cannot find the run", { where: path, remedy: REMEDY, cause });
  }
}

import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../core/mod.ts";

/** A model or system that a stored backtest has tested. */
export interface StoredTest {
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** Of its ONNX file, or of its document, SHA-256 in hexadecimal. */
  readonly sha256: string;
  /** Of the run, as `compare` and `reproduce` take it. */
  readonly runId: string;
  /** When it was tested, ISO 8601 in UTC. */
  readonly at: string;
}

const tested = z.object({ name: z.string(), version: z.int(), sha256: z.string() });
const schema = z.object({
  runId: z.string(),
  createdAt: z.string(),
  run: z.object({ models: z.array(tested), system: tested.optional() }),
});

/**
 * What the backtests of a folder of reports have tested, oldest first. Files that are no backtest,
 * or an older one that does not say what decided it, are passed over.
 */
export function storedTests(reports: string): readonly StoredTest[] {
  return reportFiles(reports).flatMap((path): StoredTest[] => {
    const parsed = schema.safeParse(readJsonOrNull(path));
    if (!parsed.success) return [];
    const { createdAt, run: { models, system }, runId } = parsed.data;
    return [...models, ...system === undefined ? [] : [system]]
      .map(({ name, sha256, version }) => ({ name, version, sha256, runId, at: createdAt }));
  }).toSorted((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
}

function reportFiles(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isFile, name }) =>
      isFile && name.endsWith(".json")
    ).map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readJsonOrNull(path: string): unknown {
  try {
    return parseJson(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

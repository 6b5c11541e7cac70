import { loadPlotly } from "./load_plotly.ts";
import { renderReport } from "./render_report.ts";
import { type TearSheet, tearSheetToJson } from "../records/mod.ts";
import { type ReportPaths, writePair } from "./write_pair.ts";

/**
 * Writes `<name>.html` and `<name>.json` into the folder, which is made when it is missing; see
 * `writePair`.
 *
 * @param name file name without an ending: letters, digits, dot, hyphen and underscore
 * @throws {InputError} when the name is no plain file name or the folder cannot be written
 *
 * @example
 * ```ts
 * import { simulateTearSheet } from "../../tests/fixtures/simulate_tear_sheet.ts";
 * import { writeReport } from "./write_report.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const paths = await writeReport(simulateTearSheet({ seed: 1, days: 5 }), folder, "run-1");
 * assert((await Deno.stat(paths.html)).isFile && (await Deno.stat(paths.json)).isFile);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeReport(
  sheet: TearSheet,
  folder: string,
  name: string,
): Promise<ReportPaths> {
  return await writePair(folder, name, async () => ({
    json: tearSheetToJson(sheet),
    html: await renderReport(sheet, await loadPlotly()),
  }));
}

import { join, resolve } from "node:path";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { simulateTearSheet } from "../../tests/fixtures/simulate_tear_sheet.ts";
import { InputError } from "../core/errors.ts";
import { readRun } from "./find_run.ts";

Deno.test("readRun() takes a path, a page, a file's name with and without ending, and an id", () =>
  inFolder((reports) => {
    const name = "MES-forest-1a2b3c4d5e6f";
    const path = join(reports, `${name}.json`);
    Deno.writeTextFileSync(path, JSON.stringify(simulateTearSheet({ seed: 1, days: 30 })));
    const page = path.replace(/json$/, "html");
    for (const run of [path, page, `${name}.json`, `${name}.html`, name, "1a2b3c4d5e6f", "1a2b"]) {
      // Found, and named by its path as one that does not say what decided it.
      const read = () => readRun(run, reports, (text) => resolve("/elsewhere", text));
      assertThrows(read, InputError, `${path}: Cannot use the run as it does not say`);
    }
    for (const run of ["MES-forest", "nothing.json", "../1a2b3c4d5e6f", "ffff"]) {
      assertThrows(() => readRun(run, reports, (text) => text), InputError, "Cannot find the run");
    }
  }));

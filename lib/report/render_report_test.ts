import { assert, assertEquals } from "../../tests/assert.ts";
import { InputError } from "../core/errors.ts";
import { loadPlotly } from "./load_plotly.ts";
import { parseTearSheet } from "../records/parse_tear_sheet.ts";
import { renderReport } from "./render_report.ts";
import { simulateTearSheet } from "../../tests/fixtures/simulate_tear_sheet.ts";
import type { TearSheet } from "../records/tear_sheet.ts";
import { writeReport } from "./write_report.ts";

const HOSTILE = `</script><script>document.title="owned"</script><img src=x onerror=alert(1)>"'&`;

Deno.test("renderReport() gives the same bytes for the same sheet", async () => {
  const sheet = simulateTearSheet({ seed: 2, days: 40 });
  const plotly = await loadPlotly();
  assertEquals(await renderReport(sheet, plotly), await renderReport(sheet, plotly));
});

Deno.test("renderReport() holds the finance bundle in well under a megabyte", async () => {
  const page = await renderReport(simulateTearSheet({ seed: 2, days: 30 }), await loadPlotly());
  assert(page.length < 800_000, `${page.length} characters`);
});

Deno.test("renderReport() lets no name, label or text become markup", async () => {
  const plain = simulateTearSheet({ seed: 2, days: 70 });
  // Every string of the sheet that is free text, by replacing all of one marked value.
  const json = JSON.stringify(plain)
    .replaceAll("Forest + policy blend", "MARK").replaceAll('"return_1"', '"MARK"')
    .replaceAll('"stop"', '"MARK"').replaceAll("Net return", "MARK")
    .replaceAll("forest: up", "MARK").replaceAll("Commission and fees", "MARK");
  const hostile = JSON.parse(
    json.replaceAll("MARK", JSON.stringify(HOSTILE).slice(1, -1)),
  ) as TearSheet;
  const page = await renderReport(
    { ...hostile, title: HOSTILE, verdict: HOSTILE, command: HOSTILE, runId: HOSTILE },
    await loadPlotly(),
  );
  assert(!page.includes("<img"), "an element out of data");
  assertEquals(page.match(/<script/g)?.length, 3);
  assertEquals(page.match(/<\/script>/g)?.length, 3);
});

Deno.test("renderReport() shows an undefined metric as n/a with its reason", async () => {
  const page = await renderReport(simulateTearSheet({ seed: 2, days: 30 }), await loadPlotly());
  const cell = /title="The returns do not vary, so the ratio is not defined\."[^>]*>n\/a</;
  assert(cell.test(page.replaceAll("\n", " ")));
  const visible = page.slice(0, page.indexOf("<script"));
  assert(!visible.includes("NaN") && !visible.includes("undefined<"));
});

Deno.test("renderReport() marks a figure a year that rests on a few days", async () => {
  const sheet = simulateTearSheet({ seed: 2, days: 30 });
  const [first, ...others] = sheet.strategies;
  const note = "a year's figure from 8 days";
  const short = { ...first!, metrics: { ...first!.metrics, sharpe: { value: 5.2, note } } };
  const read = parseTearSheet(JSON.stringify({ ...sheet, strategies: [short, ...others] }));
  const page = await renderReport(read, await loadPlotly());
  assert(
    /5\.20<\/data><span class="noted">[^]*?title="a year&#39;s figure from 8 days"/.test(page),
  );
  const plain = await renderReport(sheet, await loadPlotly());
  assert(!plain.includes('class="noted"'));
});

Deno.test("renderReport() says in words what is missing", async () => {
  const sheet = simulateTearSheet({ seed: 2, days: 12, trades: 0 });
  const page = await renderReport(
    { ...sheet, strategies: sheet.strategies.slice(1), costSensitivity: [], models: [] },
    await loadPlotly(),
  );
  for (
    const text of [
      "No trade was made in this period",
      "No cost case was computed",
      "No registered model took part",
      "There are no daily returns",
      "A rolling window needs at least 63 days",
    ]
  ) assert(page.includes(text), text);
});

Deno.test("renderReport() marks an in-sample sheet as no evidence", async () => {
  const sheet = simulateTearSheet({ seed: 2, days: 30 });
  const page = await renderReport(
    { ...sheet, period: { ...sheet.period, outOfSample: false } },
    await loadPlotly(),
  );
  assert(page.includes("Nothing on this page is evidence of performance"));
  assert(page.includes("Equity in sample (not performance)"));
});

Deno.test("renderReport() keeps a sheet of 500,000 bars below 3 MB", async () => {
  const sheet = simulateTearSheet({ seed: 2, days: 6411, perBarEquity: true });
  assert(sheet.price.time.length > 500_000);
  const page = await renderReport(sheet, await loadPlotly());
  assert(page.length < 3_000_000, `${page.length} characters`);
  assert(page.includes("are thinned for drawing"));
});

Deno.test("writeReport() writes both files, or neither with a remedy", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const sheet = simulateTearSheet({ seed: 2, days: 5 });
    const paths = await writeReport(sheet, `${folder}/new`, "run-1");
    assertEquals(parseTearSheet(await Deno.readTextFile(paths.json)), sheet);
    assert((await Deno.readTextFile(paths.html)).startsWith("<!doctype html>"));

    // The page's place is taken by a folder: its rename fails after the JSON's succeeded.
    await Deno.mkdir(`${folder}/new/run-2.html/in`, { recursive: true });
    const failures: unknown[] = [];
    await writeReport(sheet, `${folder}/new`, "run-2").catch((error) => failures.push(error));
    await writeReport(sheet, `${folder}/new`, "../run").catch((error) => failures.push(error));
    assert(failures.length === 2 && failures.every((error) => error instanceof InputError));
    const names = Array.from(Deno.readDirSync(`${folder}/new`), (entry) => entry.name).sort();
    assertEquals(names, ["run-1.html", "run-1.json", "run-2.html"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

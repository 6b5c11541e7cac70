/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { TrialPruned } from "../../lib/tuning/active_trial.ts";
import { parameterImportances } from "../../lib/tuning/importance.ts";
import { MemoryStorage } from "../../lib/tuning/storage/memory_storage.ts";
import { createStudy } from "../../lib/tuning/study.ts";
import { loadCartesianPlotly } from "../../lib/report/load_cartesian_plotly.ts";
import { renderStudyReport } from "../../lib/report/study_report.ts";
import type { StudySummary } from "../../lib/report/study_summary.ts";
import { assert, assertEquals } from "../assert.ts";
import { DESKTOP, drawAll, isTooWide, launch, openReport, PHONE } from "../fixtures/chromium.ts";

/** History, importances, distribution, 3 slices, contour, parallel coordinates, intermediate. */
const CHARTS = 9;

async function sampleStudy(): Promise<StudySummary> {
  const clock = { now: () => 0 };
  const study = await createStudy({
    name: `<b onclick="alert(1)">hostile</b></script>`,
    storage: new MemoryStorage(clock),
    clock,
    directions: ["maximize"],
  });
  await study.optimize(async (trial) => {
    const rate = await trial.suggestFloat("rate", 1e-5, 1e-1, { log: true });
    const depth = await trial.suggestInt("depth", 1, 12);
    const kind = await trial.suggestCategorical("kind", ["gini", "</script>"]);
    const value = 1 - (Math.log10(rate) + 3) ** 2 - (depth - 5) ** 2 / 9 + kind.length / 99;
    for (let fold = 0; fold < 3; fold++) {
      await trial.report(value - 1 / (fold + 1), fold);
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return value;
  }, { trials: 30 });
  const trials = await study.trials();
  return {
    name: study.name,
    metrics: ["net Sharpe ratio"],
    directions: study.directions,
    trials,
    importances: parameterImportances(trials, study.directions),
    logParameters: new Set(["rate"]),
    refreshSeconds: null,
  };
}

/**
 * Waits until the page has loaded itself again, scrolled to where it was. Only waits are used, as
 * they live through a reload at any moment.
 */
async function checkReload(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    scrollTo(0, 1200);
    return document.documentElement.dataset["plotly"] !== undefined && scrollY === 1200;
  });
  await page.waitForEvent("load");
  await page.waitForFunction(() =>
    document.documentElement.dataset["plotly"] !== undefined && scrollY === 1200
  );
}

Deno.test({
  name: "a study's page works in Chromium: every chart, phone, dark, and live while it runs",
  // The browser is a child process of the package's own making.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const browser = await launch();
    if (browser === null) return;
    const folder = await Deno.makeTempDir();
    try {
      const study = await sampleStudy(), plotly = await loadCartesianPlotly();
      const path = `${folder}/study.html`;
      await Deno.writeTextFile(path, await renderStudyReport(study, plotly));
      for (const options of [PHONE, { ...DESKTOP, colorScheme: "dark" as const }]) {
        await openReport(browser, path, options, async (page) => {
          assertEquals(await drawAll(page), CHARTS);
          assert(!await isTooWide(page));
        });
      }
      await Deno.writeTextFile(
        path,
        await renderStudyReport({ ...study, refreshSeconds: 2 }, plotly),
      );
      const page = await browser.newPage(DESKTOP);
      await page.goto(`file://${path}`);
      await checkReload(page);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

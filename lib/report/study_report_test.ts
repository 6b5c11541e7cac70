import { parameterImportances } from "../tuning/importance.ts";
import { TrialPruned } from "../tuning/active_trial.ts";
import { MemoryStorage } from "../tuning/storage/memory_storage.ts";
import { createStudy } from "../tuning/study.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { loadCartesianPlotly } from "./load_cartesian_plotly.ts";
import { renderStudyReport } from "./study_report.ts";
import type { StudySummary } from "./study_summary.ts";

async function studyOf(trials: number, directions: StudySummary["directions"]) {
  const clock = { now: () => 0 };
  const study = await createStudy({
    name: "forest <on> MES",
    storage: new MemoryStorage(clock),
    clock,
    directions,
  });
  if (trials > 0) {
    await study.optimize(async (trial) => {
      const rate = await trial.suggestFloat("rate", 1e-5, 1e-1, { log: true });
      const depth = await trial.suggestInt("depth", 1, 12);
      const kind = await trial.suggestCategorical("kind", ["a</script>", true, null]);
      const value = (Math.log10(rate) + 3) ** 2 + depth + (kind === true ? 1 : 0);
      if (directions.length > 1) return [value, -depth];
      await trial.report(value + 1, 0);
      if (trial.number % 7 === 6) throw new TrialPruned();
      return value;
    }, { trials });
  }
  const all = await study.trials();
  const summary: StudySummary = {
    name: study.name,
    metrics: directions.map((_, i) => i === 0 ? "net Sharpe" : "drawdown"),
    directions,
    trials: all,
    importances: parameterImportances(all, directions),
    logParameters: new Set(["rate"]),
    refreshSeconds: null,
  };
  return summary;
}

/** Identifiers of the charts that the page draws. */
function drawn(page: string): string[] {
  const json = page.match(/<script type="application\/json" id="figures">(.*?)<\/script>/)![1]!;
  return JSON.parse(json).map(({ id }: { readonly id: string }) => id);
}

Deno.test("renderStudyReport() draws every kind of chart of a study", async () => {
  const page = await renderStudyReport(
    await studyOf(40, ["minimize"]),
    await loadCartesianPlotly(),
  );
  assertEquals(drawn(page), [
    "history-0",
    "importance",
    "edf",
    "slice-0",
    "slice-1",
    "slice-2",
    "contour-0",
    "parallel",
    "intermediate",
  ]);
  assert(page.includes("35 complete, 5 pruned") && page.includes("forest &lt;on&gt; MES"));
  assert(!page.includes("a</script>") && !page.includes('http-equiv="refresh"'));
});

Deno.test("renderStudyReport() is the same for the same study, and reloads while it runs", async () => {
  const [study, plotly] = [await studyOf(12, ["maximize"]), await loadCartesianPlotly()];
  assertEquals(await renderStudyReport(study, plotly), await renderStudyReport(study, plotly));
  const live = await renderStudyReport({ ...study, refreshSeconds: 5 }, plotly);
  assert(live.includes('<meta http-equiv="refresh" content="5">'));
});

Deno.test("renderStudyReport() shows the front of several objectives", async () => {
  const study = await studyOf(20, ["minimize", "maximize"]);
  const ids = drawn(await renderStudyReport(study, await loadCartesianPlotly()));
  assert(ids.includes("history-1") && ids.includes("front"));
});

Deno.test("renderStudyReport() says why charts of an empty study are empty", async () => {
  const page = await renderStudyReport(await studyOf(0, ["minimize"]), await loadCartesianPlotly());
  assertEquals(drawn(page), []);
  assert(page.includes("No trial yet") && page.includes("No trial has reported"));
});

import { type Markup, markup } from "./html.ts";
import type { Figure } from "./figure.ts";
import { figureMarkup } from "./figure_markup.ts";
import { formatDecimal } from "./number_format.ts";
import { renderPage } from "./render_page.ts";
import { parallelFigure } from "./study_parallel_chart.ts";
import { contourFigures, sliceFigures } from "./study_parameter_charts.ts";
import type { StudySummary, StudyTrial } from "./study_summary.ts";
import {
  distributionFunctionFigure,
  frontFigure,
  historyFigures,
  intermediateFigure,
  parameterImportanceFigure,
} from "./study_value_charts.ts";

/** States in the order of the summary line, with what they are called there. */
const STATES = [
  ["COMPLETE", "complete"],
  ["PRUNED", "pruned"],
  ["FAIL", "failed"],
  ["RUNNING", "running"],
  ["WAITING", "waiting"],
] as const;

/**
 * A study as one self-contained HTML page: how the best value came about, which parameters matter
 * and where they are best. Pure apart from the platform's compression and hashing: the same study
 * gives the same bytes.
 *
 * @param plotly bytes of Plotly's cartesian bundle, see `loadCartesianPlotly`
 * @example
 * ```ts
 * import { loadCartesianPlotly } from "./load_cartesian_plotly.ts";
 * import { renderStudyReport } from "./study_report.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const page = await renderStudyReport({
 *   name: "forest on MES",
 *   metrics: ["net Sharpe ratio"],
 *   directions: ["maximize"],
 *   trials: [],
 *   importances: null,
 *   logParameters: new Set(),
 *   refreshSeconds: null,
 * }, await loadCartesianPlotly());
 * assert(page.includes("No trial is complete"));
 * ```
 */
export async function renderStudyReport(
  study: StudySummary,
  plotly: Uint8Array,
): Promise<string> {
  const sections: readonly (readonly [string, readonly Figure[]])[] = [
    ["Progress", [...historyFigures(study), ...frontFigure(study)]],
    ["What matters", [parameterImportanceFigure(study), distributionFunctionFigure(study)]],
    ["Parameter by parameter", sliceFigures(study)],
    ["Two at a time", contourFigures(study)],
    ["All at once", [parallelFigure(study)]],
    ["Reports on the way", [intermediateFigure(study)]],
  ];
  const body = markup`<main>
${headSection(study)}
<noscript><p class="empty">The charts need JavaScript.</p></noscript>
${
    sections.filter(([, figures]) => figures.length > 0).map(([title, figures]) =>
      figures.length === 1
        ? markup`<section>${figureMarkup(figures[0]!, "h2")}</section>`
        : markup`<section><h2>${title}</h2><div class="pair">${
          figures.map((figure) => figureMarkup(figure, "h3"))
        }</div></section>`
    )
  }
</main>`;
  const figures = sections.flatMap(([, part]) => part);
  return await renderPage(study.name, body, figures, plotly, study.refreshSeconds);
}

function headSection({ name, trials, directions, metrics }: StudySummary): Markup {
  const counts = STATES.map(([state, word]) =>
    [trials.filter((trial) => trial.state === state).length, word] as const
  ).filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const goals = directions.map((direction, i) => `${direction} ${metrics[i] ?? "value"}`);
  return markup`<header><p class="eyebrow">Study</p><h1>${name}</h1>
<p class="subtitle">${goals.join(", ")}. ${
    trials.length === 0 ? "No trial yet" : `Trials: ${counts.join(", ")}`
  }.</p>${bestTable(directions, metrics, trials)}</header>`;
}

/** The best trial's parameters; of several objectives nothing is best. */
function bestTable(
  directions: StudySummary["directions"],
  metrics: readonly string[],
  trials: readonly StudyTrial[],
): Markup {
  const sign = directions[0] === "maximize" ? -1 : 1;
  const [best] = trials.filter(({ state }) => state === "COMPLETE")
    .toSorted((a, b) => sign * (a.values![0]! - b.values![0]!));
  if (best === undefined || directions.length > 1) return markup``;
  const rows = Object.entries(best.params).map(([name, value]) =>
    markup`<div><dt>${name}</dt><dd>${shorten(value)}</dd></div>`
  );
  return markup`<dl class="facts"><div><dt>Best ${metrics[0] ?? "value"}</dt><dd>${
    formatDecimal(best.values![0]!, 4)
  } (trial ${best.number})</dd></div>${rows}</dl>`;
}

/** Four digits are enough to read; all of them are in the study. */
function shorten(value: string | number | boolean | null): string {
  return String(typeof value === "number" ? Number(value.toPrecision(4)) : value);
}

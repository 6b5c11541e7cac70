import {
  costFigures,
  distributionFigure,
  importanceFigure,
  reliabilityFigure,
} from "./bar_charts.ts";
import { blendFigure, blendSection } from "./blend_section.ts";
import type { Figure } from "./figure.ts";
import { figureMarkup } from "./figure_markup.ts";
import { type Markup, markup } from "./html.ts";
import { learningCurveFigures, modelSection } from "./model_section.ts";
import { formatDecimal } from "./number_format.ts";
import { policyFigures, policySection } from "./policy_section.ts";
import { renderPage } from "./render_page.ts";
import { findingsSection, headlineSection, headSection } from "./summary_sections.ts";
import {
  allMetricsSection,
  assumptionsSection,
  costTable,
  monthlySection,
  textSection,
  tradeList,
} from "./table_sections.ts";
import type { TearSheet } from "../records/mod.ts";
import {
  drawdownFigure,
  equityFigure,
  POINTS_PER_LINE,
  rollingSharpeFigure,
} from "./time_charts.ts";
import { tradeFigure } from "./trade_chart.ts";

/** All figures of the page in its order, by section. */
function reportFigures(sheet: TearSheet) {
  return {
    equity: equityFigure(sheet),
    drawdown: drawdownFigure(sheet),
    rolling: rollingSharpeFigure(sheet),
    trades: tradeFigure(sheet),
    calibration: (sheet.calibration ?? []).map(reliabilityFigure),
    importances: sheet.importances === undefined ? [] : [importanceFigure(sheet.importances)],
    costs: costFigures(sheet),
    learning: learningCurveFigures(sheet),
    distribution: distributionFigure(sheet),
    policies: (sheet.policies ?? []).map(policyFigures),
    blend: sheet.blend === undefined ? [] : [blendFigure(sheet.blend)],
  };
}

function smallFigures(figures: readonly Figure[]): Markup[] {
  return figures.map((figure) => figureMarkup(figure, "h3"));
}

function multiples(figures: readonly Figure[]): Markup {
  if (figures.length === 0) return markup``;
  return markup`<div class="multiples">${smallFigures(figures)}</div>`;
}

function calibrationSection(figures: readonly Figure[]): Markup {
  if (figures.length === 0) return markup``;
  return markup`<section><h2>Calibration</h2>
<p class="note">On held-out rows, how often a class came when the model gave it this probability.
A calibrated model follows the dashed line; bars are Wilson 95% intervals.</p>
${multiples(figures)}</section>`;
}

function body(sheet: TearSheet, figures: ReturnType<typeof reportFigures>): Markup {
  const longest = Math.max(sheet.price.time.length, sheet.strategies[0]?.equity.time.length ?? 0);
  const thinned = longest > POINTS_PER_LINE
    ? `Lines of more than ${formatDecimal(POINTS_PER_LINE, 0)} points are thinned for drawing: ` +
      "each stretch keeps its lowest and its highest value, so no peak or trough is lost. " +
      "All tables use every value."
    : "Lines are drawn with every value.";
  return markup`<main>
${headSection(sheet)}
${findingsSection(sheet)}
${headlineSection(sheet)}
<noscript><p class="empty">The charts need JavaScript. All numbers above and below do not.</p></noscript>
<section>${figureMarkup(figures.equity, "h2")}</section>
<section class="pair">${smallFigures([figures.drawdown, figures.rolling])}</section>
${
    sheet.blend === undefined
      ? markup``
      : blendSection(sheet.blend, markup`${smallFigures(figures.blend)}`)
  }
${
    (sheet.policies ?? []).map((panel, index) =>
      policySection(
        panel,
        markup`<div class="pair">${smallFigures(figures.policies[index]!)}</div>`,
      )
    )
  }
${monthlySection(sheet)}
<section>${figureMarkup(figures.trades, "h2")}</section>
${calibrationSection(figures.calibration)}
<section><h2>Costs</h2><p class="note">The same decisions with all fees and slippage multiplied. In full colour: the costs assumed.</p>
<div class="pair">${smallFigures(figures.costs)}</div>${
    sheet.costSensitivity.length === 0
      ? markup`<p class="empty">No cost case was computed.</p>`
      : costTable(sheet)
  }</section>
<section class="${figures.importances.length === 0 ? "" : "pair"}">${
    smallFigures([...figures.importances, figures.distribution])
  }</section>
${(sheet.sections ?? []).map(textSection)}
<section><h2>Details</h2>${allMetricsSection(sheet)}${tradeList(sheet)}</section>
${modelSection(sheet, multiples(figures.learning))}
${assumptionsSection(sheet)}
<footer><p>${thinned} Times are UTC. A backtest is not a promise: past results, real or simulated,
do not tell future ones.</p></footer>
</main>`;
}

/**
 * The report as one self-contained HTML page: no request leaves it, it reads on a phone, in light
 * and dark and on paper. The content security policy lets exactly two scripts run, by their
 * hashes: the page's own and Plotly. Pure apart from the platform's compression and hashing: the
 * same sheet gives the same bytes.
 *
 * @param plotly bytes of Plotly's finance bundle, see `loadPlotly`
 * @example
 * ```ts
 * import { loadPlotly } from "./load_plotly.ts";
 * import { renderReport } from "./render_report.ts";
 * import { simulateTearSheet } from "../../tests/fixtures/simulate_tear_sheet.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const page = await renderReport(simulateTearSheet({ seed: 1, days: 30 }), await loadPlotly());
 * assert(page.startsWith("<!doctype html>") && page.length < 1_000_000);
 * ```
 */
export async function renderReport(sheet: TearSheet, plotly: Uint8Array): Promise<string> {
  const figures = reportFigures(sheet);
  const title = `${sheet.title} · ${sheet.instrument.symbol}`;
  return await renderPage(title, body(sheet, figures), Object.values(figures).flat(2), plotly);
}

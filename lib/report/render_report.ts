import {
  costFigures,
  distributionFigure,
  importanceFigure,
  reliabilityFigure,
} from "./bar_charts.ts";
import type { Chart, Figure } from "./figure.ts";
import { html, jsonForScript, type Markup, rawHtml } from "./html.ts";
import { formatDecimal } from "./number_format.ts";
import pageScript from "./page.js" with { type: "text" };
import pageStyle from "./page.css" with { type: "text" };
import { findingsSection, headlineSection, headSection } from "./summary_sections.ts";
import {
  allMetricsSection,
  assumptionsSection,
  costTable,
  modelTable,
  monthlySection,
  textSection,
  tradeList,
} from "./table_sections.ts";
import type { TearSheet } from "./tear_sheet.ts";
import {
  drawdownFigure,
  equityFigure,
  POINTS_PER_LINE,
  rollingSharpeFigure,
} from "./time_charts.ts";
import { tradeFigure } from "./trade_chart.ts";

const RANGES = [["1W", 7], ["1M", 30], ["3M", 91], ["1Y", 365]] as const;

/** A figure with its heading, legend, range buttons and room for the drawing. */
function figureMarkup(figure: Figure, level: "h2" | "h3"): Markup {
  const heading = level === "h2" ? html`<h2>${figure.title}</h2>` : html`<h3>${figure.title}</h3>`;
  if (figure.kind === "empty") {
    return html`<figure id="${figure.id}">${heading}<p class="empty">${figure.reason}</p></figure>`;
  }
  const { spanDays = 0 } = figure;
  const ranges = RANGES.filter(([, days]) => days < spanDays * 0.8);
  const buttons = ranges.length === 0 ? html`` : html`
    <span class="ranges" role="group"
      aria-label="Range">${ranges.map(([label, days]) =>
        html`<button type="button" data-days="${days}">${label}</button>`
      )}<button type="button" data-days="all">All</button></span>
  `;
  const legend = figure.legend.map((entry) =>
    html`
      <button type="button" aria-pressed="true"
        data-traces="${entry.traces.join(" ")}"><span class="swatch" style="--swatch:var(--${entry
          .color.slice(1)})"></span>${entry.label}</button>
    `
  );
  return html`
    <figure
      id="${figure.id}">${heading}${figure.note === ""
        ? ""
        : html`<p class="note">${figure.note}</p>`}<div class="controls"><span class="legend" role="group" aria-label="Lines">${legend}</span>${buttons}</div>
    <div class="chart" data-figure="${figure.id}" role="img" aria-label="Chart: ${figure
      .title}" style="height:${figure.height}px"></div></figure>
  `;
}

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
    distribution: distributionFigure(sheet),
  };
}

function body(sheet: TearSheet, figures: ReturnType<typeof reportFigures>): Markup {
  const small = (list: readonly Figure[]): Markup[] =>
    list.map((figure) => figureMarkup(figure, "h3"));
  const longest = Math.max(sheet.price.time.length, sheet.strategies[0]?.equity.time.length ?? 0);
  const thinned = longest > POINTS_PER_LINE
    ? `Lines of more than ${formatDecimal(POINTS_PER_LINE, 0)} points are thinned for drawing: ` +
      "each stretch keeps its lowest and its highest value, so no peak or trough is lost. " +
      "All tables use every value."
    : "Lines are drawn with every value.";
  return html`<main>
${headSection(sheet)}
${findingsSection(sheet)}
${headlineSection(sheet)}
<noscript><p class="empty">The charts need JavaScript. All numbers above and below do not.</p></noscript>
<section>${figureMarkup(figures.equity, "h2")}</section>
<section class="pair">${small([figures.drawdown, figures.rolling])}</section>
${monthlySection(sheet)}
<section>${figureMarkup(figures.trades, "h2")}</section>
${
    figures.calibration.length === 0 ? "" : html`
      <section>
        <h2>Calibration</h2>
        <p class="note">On held-out rows, how often a class came when the model gave it this probability.
      A calibrated model follows the dashed line; bars are Wilson 95% intervals.</p>
        <div class="multiples">${small(figures.calibration)}</div>
      </section>
    `
  }
<section><h2>Costs</h2><p class="note">The same decisions with all fees and slippage multiplied.</p>
<div class="pair">${small(figures.costs)}</div>${
    sheet.costSensitivity.length === 0
      ? html`<p class="empty">No cost case was computed.</p>`
      : costTable(sheet)
  }</section>
<section class="${figures.importances.length === 0 ? "" : "pair"}">${
    small([...figures.importances, figures.distribution])
  }</section>
${(sheet.sections ?? []).map(textSection)}
<section><h2>Details</h2>${allMetricsSection(sheet)}${tradeList(sheet)}</section>
<section><h2>Models</h2>${modelTable(sheet)}</section>
${assumptionsSection(sheet)}
<footer><p>${thinned} Times are UTC. A backtest is not a promise: past results, real or simulated,
do not tell future ones.</p></footer>
</main>`;
}

async function gzipBase64(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}

async function cspHash(script: string | Uint8Array): Promise<string> {
  const bytes = typeof script === "string" ? new TextEncoder().encode(script) : script;
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return `'sha256-${new Uint8Array(digest).toBase64()}'`;
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
 * import { simulateTearSheet } from "./_simulate_tear_sheet.ts";
 * import { assert } from "../utils/assert.ts";
 *
 * const page = await renderReport(simulateTearSheet({ seed: 1, days: 30 }), await loadPlotly());
 * assert(page.startsWith("<!doctype html>") && page.length < 1_000_000);
 * ```
 */
export async function renderReport(sheet: TearSheet, plotly: Uint8Array): Promise<string> {
  const figures = reportFigures(sheet);
  const charts = Object.values(figures).flat()
    .filter((figure): figure is Chart => figure.kind === "chart")
    .map(({ id, data, layout }) => ({ id, data, layout }));
  const scripts = `${await cspHash(pageScript)} ${await cspHash(plotly)}`;
  const page = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; script-src ${rawHtml(
            scripts,
          )}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${sheet.title} · ${sheet.instrument.symbol}</title>
        <style>${rawHtml(pageStyle)}</style>
      </head>
      <body>
    ${body(sheet, figures)}
    <script type="application/json" id="figures">${jsonForScript(charts)}</script>
    <script type="text/plain" id="plotly">${rawHtml(await gzipBase64(plotly))}</script>
    <script>${rawHtml(pageScript)}</script>
      </body>
    </html>
  `;
  return page.markup;
}

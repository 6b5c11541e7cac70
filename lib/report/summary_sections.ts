import { strategyColors } from "./figure.ts";
import { swatch } from "./figure_markup.ts";
import { type Markup, markup } from "./html.ts";
import {
  definitionText,
  explainedCell,
  intervalScale,
  metricNumber,
  popover,
  sharpeEvidence,
} from "./metric_cells.ts";
import { formatDay, formatDecimal, formatInterval } from "./number_format.ts";
import { headCell, tableMarkup } from "./table_markup.ts";
import {
  type FindingSeverity,
  HEADLINE_METRICS,
  type StrategyResult,
  type TearSheet,
} from "../records/mod.ts";

/** Shape and word besides the colour, so that none of them is needed to tell severities apart. */
const SEVERITY_MARKS: Readonly<Record<FindingSeverity, { mark: string; word: string }>> = {
  good: { mark: "\u2713", word: "Good" },
  note: { mark: "i", word: "Note" },
  warn: { mark: "!", word: "Caution" },
  bad: { mark: "\u00d7", word: "Bad" },
};

/** Title, what was run, on what, and the verdict. */
export function headSection(sheet: TearSheet): Markup {
  const { instrument, period } = sheet;
  return markup`<header>
<p class="eyebrow">${instrument.symbol} · ${instrument.name} · ${
    formatInterval(instrument.intervalMs)
  } bars</p>
<h1>${sheet.title}</h1>
<p class="subtitle">${sheet.subtitle}</p>
<p class="verdict">${sheet.verdict}</p>
${
    period.outOfSample ? "" : markup`<p class="in-sample" role="note"><strong>In sample.</strong>
The models were fitted on these bars. Nothing on this page is evidence of performance.</p>`
  }
<dl class="facts">
<div><dt>Period</dt><dd>${formatDay(period.from)} to ${formatDay(period.to)}</dd></div>
<div><dt>Sample</dt><dd>${period.outOfSample ? "Out of sample" : "In sample"}</dd></div>
<div><dt>Bars</dt><dd>${formatDecimal(period.bars, 0)}</dd></div>
<div><dt>Trading days</dt><dd>${formatDecimal(period.days, 0)}</dd></div>
<div><dt>Run</dt><dd class="code">${sheet.runId}</dd></div>
<div><dt>Written</dt><dd>${sheet.createdAt.slice(0, 16).replace("T", " ")} UTC</dd></div>
</dl>
<pre class="command" aria-label="Command that was run"><code>${sheet.command}</code></pre>
</header>`;
}

/** What the reader must know, worst not hidden at the end: in the order given. */
export function findingsSection(sheet: TearSheet): Markup {
  if (sheet.findings.length === 0) return markup``;
  const items = sheet.findings.map(({ severity, text, value }) => {
    const { mark, word } = SEVERITY_MARKS[severity];
    const words = value === null ? text : markup`<data value="${value}">${text}</data>`;
    const sign = markup`<span class="sign" role="img" aria-label="${word}">${mark}</span>`;
    return markup`<li class="severity-${severity}">${sign}<span>${words}</span></li>`;
  });
  return markup`<section><h2>Findings</h2><ul class="findings">${items}</ul></section>`;
}

/** The models against their baselines in the first metrics. */
export function headlineSection(sheet: TearSheet): Markup {
  const keys = Object.keys(sheet.metricDefinitions).slice(0, HEADLINE_METRICS);
  const scale = intervalScale(sheet);
  const colors = strategyColors(sheet.strategies);
  const label = (key: string, column: number): Markup => {
    const definition = sheet.metricDefinitions[key]!;
    return explainedCell(`metric-${column}`, definition.label, definitionText(definition));
  };
  const cell = (strategy: StrategyResult, row: number, key: string, column: number): Markup => {
    const definition = sheet.metricDefinitions[key]!;
    const number = metricNumber(strategy.metrics[key], definition, `headline-${row}-${column}`);
    const evidence = key === "sharpe" ? sharpeEvidence(strategy, scale) : "";
    return markup`<td data-metric="${key}"><span class="cell-label">${label(key, column)}</span>
<span class="cell-value">${number}${evidence}</span></td>`;
  };
  const rows = sheet.strategies.map((strategy, row) => {
    const { name, role } = strategy;
    const cells = keys.map((key, column) => cell(strategy, row, key, column));
    const head = markup`${swatch(colors[row]!)}${name}<small>${role}</small>`;
    return markup`<tr class="${role}" data-strategy="${name}"><th scope="row">${head}</th>${cells}</tr>`;
  });
  const heads = [headCell("Strategy", "text"), ...keys.map((key, i) => headCell(label(key, i)))];
  const popovers = keys.map((key, column) => {
    const definition = sheet.metricDefinitions[key]!;
    return popover(`metric-${column}`, definition.label, definitionText(definition));
  });
  const note = sheet.period.outOfSample
    ? "All on the same bars, capital and costs. Tap a name for its definition."
    : "In sample: not evidence of performance.";
  return markup`<section><h2>Against the baselines</h2><p class="note">${note}</p>
${tableMarkup("headline", heads, rows)}${popovers}</section>`;
}

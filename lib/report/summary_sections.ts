import { html, type Markup } from "./html.ts";
import {
  definitionText,
  explained,
  intervalScale,
  metricNumber,
  popover,
  sharpeEvidence,
} from "./metric_cells.ts";
import { formatDecimal, formatInterval, formatPlain } from "./number_format.ts";
import { HEADLINE_METRICS, type Severity, type TearSheet } from "./tear_sheet.ts";

/** Shape and word besides the colour, so that none of them is needed to tell severities apart. */
const SEVERITY_MARKS: Readonly<Record<Severity, { sign: string; word: string }>> = {
  good: { sign: "\u2713", word: "Good" },
  note: { sign: "i", word: "Note" },
  warn: { sign: "!", word: "Caution" },
  bad: { sign: "\u00d7", word: "Bad" },
};

/** Title, what was run, on what, and the verdict. */
export function headSection(sheet: TearSheet): Markup {
  const { instrument, period } = sheet;
  return html`<header>
<p class="eyebrow">${instrument.symbol} · ${instrument.name} · ${
    formatInterval(instrument.intervalMs)
  } bars</p>
<h1>${sheet.title}</h1>
<p class="subtitle">${sheet.subtitle}</p>
<p class="verdict">${sheet.verdict}</p>
${
    period.outOfSample ? "" : html`<p class="in-sample" role="note"><strong>In sample.</strong>
The models were fitted on these bars. Nothing on this page is evidence of performance.</p>`
  }
<dl class="facts">
<div><dt>Period</dt><dd>${period.from} to ${period.to}</dd></div>
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
  if (sheet.findings.length === 0) return html``;
  const items = sheet.findings.map((finding) => {
    const { sign, word } = SEVERITY_MARKS[finding.severity];
    const number = finding.value === null
      ? html``
      : html`<data value="${finding.value}">${formatPlain(finding.value)}</data>`;
    return html`
      <li
        class="${finding
          .severity}"><span class="sign" role="img" aria-label="${word}" title="${word}">${sign}</span><span>${finding
          .text}</span>${number}</li>
    `;
  });
  return html`
    <section>
      <h2>Findings</h2>
      <ul class="findings">${items}</ul>
    </section>
  `;
}

/** The models against their baselines in the first metrics. */
export function headlineSection(sheet: TearSheet): Markup {
  const keys = Object.keys(sheet.metricDefinitions).slice(0, HEADLINE_METRICS);
  const scale = intervalScale(sheet);
  const label = (key: string, column: number): Markup => {
    const definition = sheet.metricDefinitions[key]!;
    return explained(`metric-${column}`, definition.label, definitionText(definition));
  };
  const rows = sheet.strategies.map((strategy, row) => {
    const cells = keys.map((key, column) => {
      const definition = sheet.metricDefinitions[key]!;
      const number = metricNumber(strategy.metrics[key], definition, `headline-${row}-${column}`);
      const evidence = key === "sharpe" ? sharpeEvidence(strategy, scale) : "";
      return html`
        <td
          data-metric="${key}"><span class="cell-label">${label(
            key,
            column,
          )}</span><span class="cell-value">${number}${evidence}</span></td>
      `;
    });
    return html`
      <tr class="${strategy.role}"
        data-strategy="${strategy
          .name}"><th scope="row"><span class="swatch" style="--swatch:var(--c${row %
          6})"></span>${strategy.name}<small>${strategy.role}</small></th>${cells}</tr>
    `;
  });
  const heads = keys.map((key, column) =>
    html`<th scope="col" data-metric="${key}">${label(key, column)}</th>`
  );
  const popovers = keys.map((key, column) => {
    const definition = sheet.metricDefinitions[key]!;
    return popover(`metric-${column}`, definition.label, definitionText(definition));
  });
  return html`<section><h2>Against the baselines</h2>
<p class="note">${
    sheet.period.outOfSample
      ? "All on the same bars, capital and costs. Tap a name for its definition."
      : "In sample: not evidence of performance."
  }</p>
<div class="scroll"><table class="headline"><thead><tr><th scope="col">Strategy</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>${popovers}</section>`;
}

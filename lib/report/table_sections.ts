import { html, type Markup } from "./html.ts";
import { definitionText, metricNumber } from "./metric_cells.ts";
import {
  formatDecimal,
  formatInstant,
  formatPlain,
  formatPrice,
  formatUsd,
} from "./number_format.ts";
import { yearlyReturns } from "./return_series.ts";
import type { TearSheet, TextSection } from "./tear_sheet.ts";
import { mainModel } from "./time_charts.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Most trades in the list. */
export const LISTED_TRADES = 200;

function heatCell(value: number | null, strongest: number): Markup {
  if (value === null) return html`<td class="heat empty"></td>`;
  const share = strongest === 0 ? 0 : Math.round(Math.abs(value) / strongest * 100);
  const side = value < 0 ? "loss" : "gain";
  return html`
    <td class="heat ${side}"
      style="--heat:${share}%"><data value="${value}">${formatDecimal(value * 100, 1)}</data></td>
  `;
}

/** Monthly returns of the model, coloured by size; the sign tells gain from loss too. */
export function monthlySection(sheet: TearSheet): Markup {
  const model = mainModel(sheet);
  const years = yearlyReturns(model?.dailyReturns.day ?? [], model?.dailyReturns.value ?? []);
  if (years.length === 0) {
    return html`
      <section>
        <h2>Monthly returns</h2>
        <p class="empty">There are no daily returns.</p>
      </section>
    `;
  }
  const strongest = Math.max(...years.flatMap((year) => year.months.map((m) => Math.abs(m ?? 0))));
  const rows = years.map((year) =>
    html`<tr><th scope="row">${year.year}</th>${
      year.months.map((month) => heatCell(month, strongest))
    }<td class="total"><data value="${year.total}">${
      formatDecimal(year.total * 100, 1)
    }</data></td></tr>`
  );
  return html`
    <section>
      <h2>Monthly returns</h2>
      <p class="note">${model!
        .name}, per cent, after costs. First and last month may be partial.</p>
      <div class="scroll">
        <table class="monthly">
          <thead>
            <tr><th></th>${MONTHS.map((month) =>
              html`<th scope="col">${month}</th>`
            )}<th scope="col">Year</th></tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </section>
  `;
}

/** The cost cases as numbers. */
export function costTable(sheet: TearSheet): Markup {
  const keys = Object.keys(sheet.metricDefinitions)
    .filter((key) => sheet.costSensitivity.some((entry) => entry.metrics[key] !== undefined));
  const heads = keys.map((key) =>
    html`<th scope="col">${sheet.metricDefinitions[key]!.label}</th>`
  );
  const rows = sheet.costSensitivity.map((entry, row) =>
    html`<tr class="${entry.factor === 1 ? "model" : ""}"><th scope="row">${entry.factor}×</th>${
      keys.map((key, column) =>
        html`<td>${
          metricNumber(entry.metrics[key], sheet.metricDefinitions[key]!, `cost-${row}-${column}`)
        }</td>`
      )
    }</tr>`
  );
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr><th scope="col">Costs</th>${heads}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

/** Every metric of every strategy with its definition in words. */
export function allMetricsSection(sheet: TearSheet): Markup {
  const heads = sheet.strategies.map((strategy) => html`<th scope="col">${strategy.name}</th>`);
  const rows = Object.entries(sheet.metricDefinitions).map(([key, definition], row) =>
    html`<tr><th scope="row">${definition.label}<small>${definitionText(definition)}</small></th>${
      sheet.strategies.map((strategy, column) =>
        html`<td>${metricNumber(strategy.metrics[key], definition, `all-${row}-${column}`)}</td>`
      )
    }</tr>`
  );
  return html`
    <details>
      <summary>All metrics and their definitions</summary>
      <div class="scroll">
        <table class="all-metrics">
          <thead>
            <tr><th scope="col">Metric</th>${heads}</tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </details>
  `;
}

/** The last trades, newest first. */
export function tradeList(sheet: TearSheet): Markup {
  const { trades } = sheet;
  if (trades.length === 0) {
    return html`
      <details>
        <summary>Trades (0)</summary>
        <p class="empty">No trade was made in this period.</p>
      </details>
    `;
  }
  const shown = trades.slice(-LISTED_TRADES).toReversed();
  const rows = shown.map((trade) =>
    html`
      <tr>
        <td class="text">${formatInstant(trade.entryTime)}</td>
        <td class="text">${trade.lots > 0 ? "Long" : "Short"}</td>
        <td>${formatDecimal(Math.abs(trade.lots), 0)}</td>
        <td>${formatPrice(trade.entryPrice)}</td>
        <td>${formatPrice(trade.exitPrice)}</td>
        <td class="${trade.netUsd > 0 ? "gain" : "loss"}">${formatUsd(trade.netUsd)}</td>
        <td>${formatUsd(trade.feesUsd)}</td>
        <td>${formatDecimal(trade.barsHeld, 0)}</td>
        <td class="text">${trade.exitReason}</td>
      </tr>
    `
  );
  const count = shown.length < trades.length
    ? `the last ${shown.length} of ${formatDecimal(trades.length, 0)}`
    : formatDecimal(trades.length, 0);
  return html`
    <details>
      <summary>Trades (${count})</summary>
      <div class="scroll tall">
        <table class="trades">
          <thead>
            <tr>
              <th class="text">Entry, UTC</th>
              <th class="text">Side</th>
              <th>Lots</th>
              <th>Entry</th>
              <th>Exit</th>
              <th>Net</th>
              <th>Fees</th>
              <th>Bars</th>
              <th class="text">Reason</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </details>
  `;
}

/** The registered models that took part. */
export function modelTable(sheet: TearSheet): Markup {
  if (sheet.models.length === 0) {
    return html`<p class="empty">No registered model took part.</p>`;
  }
  const keys = [...new Set(sheet.models.flatMap((model) => Object.keys(model.metrics)))];
  const rows = sheet.models.map((model) =>
    html`<tr><th scope="row">${model.name}<small>version ${model.version}</small></th><td class="text">${model.kind}</td><td class="text code" title="${model.sha256}">${
      model.sha256.slice(0, 12)
    }</td>${
      keys.map((key) => {
        const value = model.metrics[key];
        return html`<td>${typeof value === "number" ? formatPlain(value) : "n/a"}</td>`;
      })
    }</tr>`
  );
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr><th scope="col">Model</th><th class="text">Kind</th><th class="text">SHA-256</th>${keys
            .map((key) => html`<th scope="col">${key}</th>`)}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

/** A block of text with its table. */
export function textSection(section: TextSection): Markup {
  const { table } = section;
  const cell = (value: string | number | null): Markup =>
    typeof value === "string"
      ? html`<td class="text">${value}</td>`
      : html`<td>${value === null ? "n/a" : formatPlain(value)}</td>`;
  const grid = table === undefined ? html`` : html`
    <div class="scroll">
      <table>
        <thead>
          <tr>${table.columns.map((column, index) =>
            html`<th scope="col" class="${
              table.rows.every((row) => typeof row[index] === "string") ? "text" : ""
            }">${column}</th>`
          )}</tr>
        </thead>
        <tbody>${table.rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
      </table>
    </div>
  `;
  return html`<section><h2>${section.title}</h2><p class="note">${section.text}</p>${grid}</section>`;
}

/** What the numbers rest on, and the commands that make them again. */
export function assumptionsSection(sheet: TearSheet): Markup {
  return html`
    <section>
      <h2>Assumptions</h2>
      <dl class="assumptions">${sheet.assumptions.map(({ name, value }) =>
        html`
          <div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>
        `
      )}</dl>
    </section>
    <section>
      <h2>Reproduce</h2>
      <p class="note">The same commit, data and commands give the same numbers.</p>
      <pre class="command"><code>${sheet.reproduce.join("\n")}</code></pre>
    </section>
  `;
}

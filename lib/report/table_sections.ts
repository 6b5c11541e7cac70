import { type Markup, markup } from "./html.ts";
import { definitionText, metricNumber } from "./metric_cells.ts";
import { formatDecimal, formatInstant, formatPrice, formatUsd } from "./number_format.ts";
import { yearlyReturns } from "./return_series.ts";
import { headCell, numberCell, tableMarkup, textCell } from "./table_markup.ts";
import { HEADLINE_METRICS, type TearSheet, type TextSection } from "../records/mod.ts";
import { mainModel } from "./time_charts.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Most trades in the list. */
const LISTED_TRADES = 200;

/** A fraction as a percentage without its sign, which the caption names. */
function percentData(value: number): Markup {
  return markup`<data value="${value}">${formatDecimal(value * 100, 1)}</data>`;
}

function heatCell(value: number | null, strongest: number): Markup {
  if (value === null) return markup`<td></td>`;
  const share = strongest === 0 ? 0 : Math.round(Math.abs(value) / strongest * 100);
  const side = value < 0 ? "loss" : "gain";
  return markup`<td class="heat ${side}" style="--heat:${share}%">${percentData(value)}</td>`;
}

/** Monthly returns of the model, coloured by size; the sign tells gain from loss too. */
export function monthlySection(sheet: TearSheet): Markup {
  const model = mainModel(sheet);
  const years = yearlyReturns(model?.dailyReturns.day ?? [], model?.dailyReturns.value ?? []);
  if (model === undefined || years.length === 0) {
    return markup`<section><h2>Monthly returns</h2>
<p class="empty">There are no daily returns.</p></section>`;
  }
  const strongest = Math.max(...years.flatMap((year) => year.months.map((m) => Math.abs(m ?? 0))));
  const rows = years.map(({ year, months, total }) => {
    const cells = months.map((month) => heatCell(month, strongest));
    return markup`<tr><th scope="row">${year}</th>${cells}
<td class="total">${percentData(total)}</td></tr>`;
  });
  const heads = ["", ...MONTHS, "Year"].map((label) => headCell(label));
  return markup`<section><h2>Monthly returns</h2>
<p class="note">${model.name}, per cent, after costs. The first and last month may be partial.</p>
${tableMarkup("monthly", heads, rows)}</section>`;
}

/** The cost cases as numbers, in the metrics of the headline. */
export function costTable(sheet: TearSheet): Markup {
  const definitions = Object.entries(sheet.metricDefinitions)
    .filter(([key]) => sheet.costSensitivity.some((entry) => entry.metrics[key] !== undefined))
    .slice(0, HEADLINE_METRICS);
  const rows = sheet.costSensitivity.map(({ factor, metrics }, row) => {
    const cells = definitions.map(([key, definition], column) =>
      markup`<td>${metricNumber(metrics[key], definition, `cost-${row}-${column}`)}</td>`
    );
    const role = factor === 1 ? "model" : "baseline";
    return markup`<tr class="${role}"><th scope="row">${factor}×</th>${cells}</tr>`;
  });
  const labels = definitions.map(([, definition]) => headCell(definition.label));
  return tableMarkup("costs", [headCell("Costs", "text"), ...labels], rows);
}

/** Every metric of every strategy with its definition in words. */
export function allMetricsSection(sheet: TearSheet): Markup {
  const rows = Object.entries(sheet.metricDefinitions).map(([key, definition], row) => {
    const cells = sheet.strategies.map(({ metrics }, column) =>
      markup`<td>${metricNumber(metrics[key], definition, `all-${row}-${column}`)}</td>`
    );
    const text = definitionText(definition);
    return markup`<tr><th scope="row">${definition.label}<small>${text}</small></th>${cells}</tr>`;
  });
  const names = sheet.strategies.map(({ name }) => headCell(name));
  return markup`<details><summary>All metrics and their definitions</summary>
${tableMarkup("all-metrics", [headCell("Metric", "text"), ...names], rows)}</details>`;
}

/** The last trades, newest first. */
export function tradeList(sheet: TearSheet): Markup {
  const { trades } = sheet;
  if (trades.length === 0) {
    return markup`<details><summary>Trades (0)</summary>
<p class="empty">No trade was made in this period.</p></details>`;
  }
  const shown = trades.slice(-LISTED_TRADES).toReversed();
  const rows = shown.map((trade) => {
    const net = formatUsd(trade.netUsd);
    return markup`<tr>${textCell(formatInstant(trade.entryTime))}
${textCell(trade.lots > 0 ? "Long" : "Short")}
<td>${formatDecimal(Math.abs(trade.lots), 0)}</td>
<td>${formatPrice(trade.entryPrice)}</td>
<td>${formatPrice(trade.exitPrice)}</td>
<td class="${trade.netUsd > 0 ? "gain" : "loss"}">${net}</td>
<td>${formatUsd(trade.feesUsd)}</td>
<td>${formatDecimal(trade.barsHeld, 0)}</td>
${textCell(trade.exitReason)}</tr>`;
  });
  const all = formatDecimal(trades.length, 0);
  const count = shown.length < trades.length ? `the last ${shown.length} of ${all}` : all;
  const heads = [
    ...["Entry, UTC", "Side"].map((label) => headCell(label, "text")),
    ...["Lots", "Entry", "Exit", "Net", "Fees", "Bars"].map((label) => headCell(label)),
    headCell("Reason", "text"),
  ];
  return markup`<details><summary>Trades (${count})</summary>
${tableMarkup("trades", heads, rows)}</details>`;
}

/** A block of text with its table. */
export function textSection({ title, text, table }: TextSection): Markup {
  const section = markup`<h2>${title}</h2><p class="note">${text}</p>`;
  if (table === undefined) return markup`<section>${section}</section>`;
  const heads = table.columns.map((column, index) => {
    const isText = table.rows.every((row) => typeof row[index] === "string");
    return headCell(column, isText ? "text" : "number");
  });
  const rows = table.rows.map((row) => {
    const cells = row.map((cell) => typeof cell === "string" ? textCell(cell) : numberCell(cell));
    return markup`<tr>${cells}</tr>`;
  });
  return markup`<section>${section}${tableMarkup("block", heads, rows)}</section>`;
}

/** What the numbers rest on, and the commands that make them again. */
export function assumptionsSection(sheet: TearSheet): Markup {
  const items = sheet.assumptions.map(({ name, value }) =>
    markup`<div><dt>${name}</dt><dd>${value}</dd></div>`
  );
  const commands = sheet.reproduce.join("\n");
  return markup`<section><h2>Assumptions</h2><dl class="assumptions">${items}</dl></section>
<section><h2>Reproduce</h2>
<p class="note">The same commit, data and commands give the same numbers.</p>
<pre class="command"><code>${commands}</code></pre></section>`;
}

import { type Content, type Markup, markup } from "./html.ts";
import { formatDecimal, formatMetric } from "./number_format.ts";
import type { MetricDefinition, MetricValue, StrategyResult, TearSheet } from "../records/mod.ts";

/** A word that explains itself: on hover by its title, on a tap by a popover. */
export function explainedCell(id: string, label: Content, explanation: string): Markup {
  const action = markup`popovertarget="${id}" title="${explanation}"`;
  return markup`<button type="button" class="term" ${action}>${label}</button>`;
}

/** The text that a tap on {@linkcode explained} opens; must stand outside hidden elements. */
export function popover(id: string, heading: string, text: string): Markup {
  return markup`<div popover id="${id}"><strong>${heading}</strong><p>${text}</p></div>`;
}

/** A definition with what counts as better. */
export function definitionText(definition: MetricDefinition): string {
  const better = definition.better === "neither"
    ? ""
    : ` ${definition.better === "higher" ? "Higher" : "Lower"} is better.`;
  return definition.definition + better;
}

/** A metric's number, marked where it carries a note, or `n/a` with the reason, for a table cell. */
export function metricNumber(
  metric: MetricValue | undefined,
  definition: MetricDefinition,
  id: string,
): Markup {
  if (typeof metric?.value === "number") {
    const number = markup`<data value="${metric.value}">${
      formatMetric(metric.value, definition.unit)
    }</data>`;
    return metric.note === undefined
      ? number
      : markup`${number}<span class="noted">${explainedCell(id, "*", metric.note)}${
        popover(id, `${definition.label}: mind`, metric.note)
      }</span>`;
  }
  const reason = metric?.reason ?? "Not measured for this row.";
  return markup`<span class="undefined">${explainedCell(id, "n/a", reason)}${
    popover(id, `${definition.label}: not defined`, reason)
  }</span>`;
}

/** The scale shared by all interval bars of a page; it holds every interval and 0. */
export function intervalScale(sheet: TearSheet): readonly [number, number] {
  const ends = sheet.strategies.flatMap((strategy) => strategy.sharpeInterval ?? []);
  const low = Math.min(0, ...ends), high = Math.max(0, ...ends);
  const room = (high - low || 1) * 0.04;
  return [low - room, high + room];
}

/** The 95 % interval as a bar with its estimate and a tick at 0, drawn without any script. */
function intervalBar(
  interval: readonly [number, number],
  estimate: number,
  [low, high]: readonly [number, number],
): Markup {
  const place = (value: number): string => ((value - low) / (high - low) * 120).toFixed(1);
  const [from, to] = interval.map(place) as [string, string];
  const zero = place(0);
  return markup`<svg class="interval" viewBox="0 0 120 12" aria-hidden="true">
<line class="zero" x1="${zero}" x2="${zero}" y1="0" y2="12"/>
<line class="span" x1="${from}" x2="${to}" y1="6" y2="6"/>
<circle cx="${place(estimate)}" cy="6" r="3.5"/></svg>`;
}

function counted(count: number, noun: string): string {
  return `${formatDecimal(count, 0)} ${noun}${count === 1 ? "" : "s"}`;
}

/** What the Sharpe ratio rests on: its interval, the days and the trades. */
export function sharpeEvidence(
  strategy: StrategyResult,
  scale: readonly [number, number],
): Markup {
  const { sharpeInterval: interval, metrics, dailyReturns } = strategy;
  const trades = metrics["trades"]?.value;
  const sample = counted(dailyReturns.day.length, "day") +
    (typeof trades === "number" ? `, ${counted(trades, "trade")}` : "");
  const estimate = metrics["sharpe"]?.value;
  if (interval === null || typeof estimate !== "number") {
    return markup`<small class="evidence">no interval; ${sample}</small>`;
  }
  return markup`${intervalBar(interval, estimate, scale)}<small class="evidence">95%: ${
    formatDecimal(interval[0], 2)
  } to ${formatDecimal(interval[1], 2)}<br>${sample}</small>`;
}

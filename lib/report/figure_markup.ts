import type { Chart, ColorRole, Figure } from "./figure.ts";
import { type Markup, markup } from "./html.ts";

/** Time ranges offered under a chart that is longer than them, in days. */
const RANGES = [["1W", 7], ["1M", 30], ["3M", 91], ["1Y", 365]] as const;

/** A small square in a colour of the charts. */
export function swatch(color: ColorRole): Markup {
  return markup`<span class="swatch" style="--swatch:var(--${color.slice(1)})"></span>`;
}

function rangeButtons(spanDays: number): Markup {
  const ranges = RANGES.filter(([, days]) => days < spanDays * 0.8);
  if (ranges.length === 0) return markup``;
  const buttons = [...ranges, ["All", "all"] as const].map(([label, days]) =>
    markup`<button type="button" data-days="${days}">${label}</button>`
  );
  return markup`<span class="ranges" role="group" aria-label="Range">${buttons}</span>`;
}

function legendButtons(chart: Chart): Markup {
  const buttons = chart.legend.map(({ label, color, traces }) => {
    const state = markup`aria-pressed="true" data-traces="${traces.join(" ")}"`;
    return markup`<button type="button" ${state}>${swatch(color)}${label}</button>`;
  });
  return markup`<span class="legend" role="group" aria-label="Lines">${buttons}</span>`;
}

/** A figure with its heading, legend, range buttons and room for the drawing. */
export function figureMarkup(figure: Figure, level: "h2" | "h3"): Markup {
  const { id, title } = figure;
  const heading = level === "h2" ? markup`<h2>${title}</h2>` : markup`<h3>${title}</h3>`;
  if (figure.kind === "empty") {
    return markup`<figure id="${id}">${heading}<p class="empty">${figure.reason}</p></figure>`;
  }
  const note = figure.note === "" ? "" : markup`<p class="note">${figure.note}</p>`;
  const name = `Chart: ${title}. ${figure.note}`;
  return markup`<figure id="${id}">${heading}${note}
<div class="controls">${legendButtons(figure)}${rangeButtons(figure.spanDays ?? 0)}</div>
<div class="chart" data-figure="${id}" role="img" aria-label="${name}" style="height:${figure.height}px"></div>
</figure>`;
}

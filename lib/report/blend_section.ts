import type { BlendPartRow, BlendSummary } from "../records/mod.ts";
import { AXIS, type ColorRole, type Figure, LAYOUT, plotText, round, TIME_AXIS } from "./figure.ts";
import { type Markup, markup } from "./html.ts";
import { formatDecimal, formatInstant, formatPercent, formatUsd } from "./number_format.ts";
import { headCell, tableMarkup, textCell } from "./table_markup.ts";

/** Flat, the last series, is grey. */
const COLORS: readonly ColorRole[] = ["@c0", "@c3", "@c6", "@c8", "@c7", "@c2", "@c4", "@c5"];
const FLAT_COLOR: ColorRole = "@grid";

/** How a blend came to its positions: words, weights over time, parts, vetoes, decisions. */
export function blendSection(panel: BlendSummary, figure: Markup): Markup {
  return markup`<section class="account"><h2>What each part gave</h2>
<p>${panel.summary}</p>
<ul>${panel.parts.map(({ text }) => markup`<li>${text}</li>`)}</ul>
${partTable(panel)}
<p class="note">${panel.confidence} Net profit is divided bar by bar among the parts that argued for
the side held, by their share in the decision.</p>
${figure}
${limitTable(panel)}
${decisionList(panel)}</section>`;
}

function partTable({ parts, unclaimedUsd }: BlendSummary): Markup {
  const rows = parts.map((part) =>
    markup`<tr><th scope="row">${part.name}</th>${usdCell(part.netUsd)}${usdCell(part.aloneUsd)}
<td>${formatDecimal(part.meanWeight, 3)}</td><td>${formatPercent(part.spokeShare, 1)}</td>
${textCell(vetoText(part))}</tr>`
  );
  const rest = unclaimedUsd === 0 ? [] : [
    markup`<tr><th scope="row">nobody argued for it</th>${usdCell(unclaimedUsd)}<td></td><td></td>
<td></td><td></td></tr>`,
  ];
  const heads = [
    headCell("Part", "text"),
    ...["Net in the blend", "Net alone", "Mean weight", "Bars with a view"].map((label) =>
      headCell(label)
    ),
    headCell("Left out", "text"),
  ];
  return tableMarkup("parts", heads, [...rows, ...rest]);
}

function vetoText({ vetoes }: BlendPartRow): string {
  if (vetoes.length === 0) return "never";
  return vetoes.map(({ reason, share }) => `${formatPercent(share, 1)}: ${reason}`).join("; ");
}

function limitTable({ limits }: BlendSummary): Markup {
  if (limits.length === 0) return markup``;
  const rows = limits.map(({ rule, share }) =>
    markup`<tr><th scope="row">${rule}</th><td>${formatPercent(share, 2)}</td></tr>`
  );
  const heads = [headCell("Rule of risk", "text"), headCell("Bars on which it overruled")];
  return markup`<h3>Overruled by rules of risk</h3>${tableMarkup("limits", heads, rows)}`;
}

function decisionList({ decisions }: BlendSummary): Markup {
  if (decisions.length === 0) {
    return markup`<p class="empty">The blend took no position, so there is no decision to show.</p>`;
  }
  const items = decisions.map(({ netUsd, text, time }) =>
    markup`<li><strong>${formatInstant(time)}</strong> ${text}. Net <span class="${
      netUsd < 0 ? "loss" : "gain"
    }">${formatUsd(netUsd)}</span></li>`
  );
  return markup`<details><summary>Decisions behind ${decisions.length} of the trades</summary>
<p class="note">What each part said, what the blend made of it and what came of the trade, after
costs. Times are UTC.</p><ul>${items}</ul></details>`;
}

function usdCell(value: number): Markup {
  return markup`<td class="${value < 0 ? "loss" : "gain"}">${formatUsd(value)}</td>`;
}

/** Shares in the position over time, stacked to 1. */
export function blendFigure({ weights }: BlendSummary): Figure {
  const base = { id: "blend-weights", title: "Weights over time" } as const;
  if (weights.time.length < 2) {
    return { kind: "empty", ...base, reason: "There are fewer than two points." };
  }
  const last = weights.shares.length - 1;
  const color = (index: number): ColorRole =>
    index === last ? FLAT_COLOR : COLORS[index % COLORS.length]!;
  return {
    kind: "chart",
    ...base,
    note: "Mean share of each part in the position; what is left to 1 is flat.",
    height: 280,
    legend: weights.shares.map(({ name }, index) => ({
      label: name,
      color: color(index),
      traces: [index],
    })),
    data: weights.shares.map(({ name, value }, index) => ({
      type: "scatter",
      mode: "lines",
      stackgroup: "one",
      name: plotText(name),
      x: [...weights.time],
      y: value.map((share) => round(share, 4)),
      line: { color: color(index), width: 0.5 },
      fillcolor: color(index),
      hovertemplate: "%{fullData.name} %{y:.2f}<extra></extra>",
    })),
    layout: {
      ...LAYOUT,
      hovermode: "x unified",
      xaxis: TIME_AXIS,
      yaxis: { ...AXIS, range: [0, 1], tickformat: ".0%", nticks: 6 },
    },
  };
}

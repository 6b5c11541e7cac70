import {
  AXIS,
  type Figure,
  type Json,
  LAYOUT,
  type LegendEntry,
  plotText,
  round,
} from "./figure.ts";
import { type Markup, markup } from "./html.ts";
import { formatDecimal, formatPercent, formatPlain } from "./number_format.ts";
import type { ActionMap, PanelLook, PolicySummary } from "../records/mod.ts";
import { headCell, numberCell, tableMarkup, textCell } from "./table_markup.ts";

const LINE_COLORS = ["@c2", "@c1", "@c0", "@c3", "@c4", "@c5"] as const;

/** How a policy learnt and what it does: words, figures, and a table of its members. */
export function policySection(panel: PolicySummary, figures: Markup): Markup {
  const { isFollowed, members, name, verdict } = panel;
  const rows = members.map(({ bestStep, evidenceMean, looks, seed, stopped }, index) =>
    markup`<tr><th scope="row">${index + 1}</th>${textCell(String(seed))}
${numberCell(bestStep)}${numberCell(looks.at(-1)?.step ?? 0)}${textCell(STOPS[stopped] ?? stopped)}
${numberCell(evidenceMean)}</tr>`
  );
  const heads = [
    headCell("Member", "text"),
    headCell("Seed", "text"),
    ...["Kept at batch", "Batches"].map((label) => headCell(label)),
    headCell("Stopped", "text"),
    headCell("Alone on the rows kept back"),
  ];
  return markup`<section><h2>How ${name} learnt</h2>
<p class="${isFollowed ? "note" : "empty"}">${verdict}</p>
<p class="note">Results are per bar, in standard deviations of what a full long position makes in
one bar, after costs. Actions: ${panel.actions.map(String).join(", ")} full positions; on the rows
kept back ${
    panel.actions.map((action, index) =>
      `${action} on ${formatPercent(panel.histogram[index] ?? 0, 1)}`
    ).join(", ")
  }. What is followed is the mean of the members, never the best of them.</p>
${figures}${tableMarkup("members", heads, rows)}</section>`;
}

const STOPS: Readonly<Record<string, string>> = {
  steps: "all batches learnt",
  patience: "no longer better",
  diverged: "diverged; last good weights kept",
};

/** The figures of one policy: curves of its members, reward terms, action maps. */
export function policyFigures(panel: PolicySummary, index: number): readonly Figure[] {
  const id = `policy-${index}`;
  return [
    curveFigure(panel, `${id}-result`, {
      title: "Net result while learning",
      note: "On the rows that early stopping watches. Thin: each seed. Shaded: from the worst to " +
        "the best of them.",
      value: (look) => look.validation,
      format: ".3~f",
      reference: panel.optimum,
    }),
    curveFigure(panel, `${id}-turnover`, {
      title: "Turnover while learning",
      note: "Full positions bought or sold per bar on the same rows.",
      value: (look) => look.turnover,
      format: ".2~f",
      reference: null,
    }),
    curveFigure(panel, `${id}-entropy`, {
      title: "Entropy of its decisions",
      note: "1 is tossing a die, 0 is certainty. It should fall, and not to 0 at once.",
      value: (look) => look.entropy,
      format: ".0%",
      reference: null,
    }),
    rewardFigure(panel, `${id}-reward`),
    ...panel.actionMaps.map((map, order) => actionFigure(map, `${id}-actions-${order}`)),
  ];
}

/** What one chart of curves shows. */
interface CurveOptions {
  readonly title: string;
  readonly note: string;
  readonly value: (look: PanelLook) => number;
  readonly format: string;
  readonly reference: number | null;
}

function curveFigure(
  { members }: PolicySummary,
  id: string,
  { format, note, reference, title, value }: CurveOptions,
): Figure {
  const steps = [...new Set(members.flatMap(({ looks }) => looks.map(({ step }) => step)))]
    .sort((a, b) => a - b);
  if (steps.length === 0) return { kind: "empty", id, title, reason: "No look was taken." };
  // A member that has stopped stays where it was: the band must not jump when it leaves.
  const at = steps.map((step) =>
    members.flatMap(({ looks }) => {
      const look = looks.findLast((one) => one.step <= step);
      return look === undefined ? [] : [value(look)];
    }).sort((a, b) => a - b)
  );
  const edge = (values: readonly number[], fill: Json): Json => ({
    ...line(steps, values, { color: "@grid", width: 0 }),
    ...(fill === null ? {} : { fill, fillcolor: "@grid" }),
    hoverinfo: "skip",
  });
  const seeds = members.map(({ looks }, member): Json => ({
    ...line(looks.map(({ step }) => step), looks.map(value), { color: "@c1", width: 1 }),
    hovertemplate: `seed ${member + 1}, batch %{x}: %{y:${format}}<extra></extra>`,
  }));
  const middle: Json = {
    ...line(steps, at.map(median), { color: "@c0", width: 2.25 }),
    hovertemplate: `median after %{x} batches: %{y:${format}}<extra></extra>`,
  };
  const optimum: Json[] = reference === null ? [] : [{
    ...line([steps[0]!, steps.at(-1)!], [reference, reference], {
      color: "@c3",
      width: 1.5,
      dash: "dash",
    }),
    hovertemplate: `known optimum: %{y:${format}}<extra></extra>`,
  }];
  const legend: LegendEntry[] = [
    { label: "median of the seeds", color: "@c0", traces: [2 + seeds.length] },
    { label: "each seed", color: "@c1", traces: seeds.map((_, member) => 2 + member) },
    ...(reference === null
      ? []
      : [{ label: "known optimum", color: "@c3", traces: [3 + seeds.length] } as const]),
  ];
  return {
    kind: "chart",
    ...{ id, title, note, legend },
    height: 260,
    data: [
      edge(at.map((values) => values[0]!), null),
      edge(at.map((values) => values.at(-1)!), "tonexty"),
      ...seeds,
      middle,
      ...optimum,
    ],
    layout: {
      ...LAYOUT,
      xaxis: { ...titled("batch"), showgrid: false },
      yaxis: { ...AXIS, tickformat: format, nticks: 6 },
    },
  };
}

/** Shares of the reward's terms, with a sign each. */
function rewardFigure({ rewardTerms }: PolicySummary, id: string): Figure {
  const title = "What it is paid";
  const terms = rewardTerms.filter(({ share }) => share > 0).toReversed();
  if (terms.length === 0) return { kind: "empty", id, title, reason: "It was never paid." };
  return {
    kind: "chart",
    ...{ id, title },
    note: "Share of each term in the sizes of all, on the rows kept back for proof. Penalties " +
      "that decide more than the result would be a fault of the reward.",
    height: 70 + 34 * terms.length,
    legend: [],
    data: [{
      type: "bar",
      orientation: "h",
      y: terms.map(({ term }) => plotText(term)),
      x: terms.map(({ share }) => round(share, 5)),
      text: terms.map(({ share, sum }) =>
        `${formatPercent(share, 1)}, sum ${formatPlain(round(sum, 2))}`
      ),
      textposition: "auto",
      cliponaxis: false,
      marker: { color: terms.map(({ sum }) => sum < 0 ? "@loss" : "@c0") },
      hovertemplate: "%{y}: %{x:.2%}<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      bargap: 0.35,
      xaxis: { ...AXIS, tickformat: "~%", rangemode: "tozero" },
      yaxis: { ...AXIS, type: "category", showgrid: false },
    },
  };
}

/** The position taken next over a feature, one line for each position held. */
function actionFigure({ feature, lines }: ActionMap, id: string): Figure {
  const color = (index: number) => LINE_COLORS[index % LINE_COLORS.length]!;
  return {
    kind: "chart",
    id,
    title: `Action map: ${feature}`,
    note: "Mean position taken next over the values of the feature. Where the lines part, it " +
      "depends on what is held: turning has its cost.",
    height: 260,
    legend: lines.map(({ held }, index) => ({
      label: heldLabel(held),
      color: color(index),
      traces: [index],
    })),
    data: lines.map(({ held, next, value }, index) => ({
      ...line(value, next, { color: color(index), width: 1.75 }),
      hovertemplate: `${heldLabel(held)}, ${plotText(feature)} %{x:.3~g}: %{y:.2f}<extra></extra>`,
    })),
    layout: {
      ...LAYOUT,
      xaxis: { ...titled(feature), nticks: 6, tickformat: "~g" },
      yaxis: { ...titled("position next"), nticks: 5, zeroline: true, zerolinecolor: "@muted" },
    },
  };
}

function heldLabel(held: number): string {
  if (held === 0) return "held flat";
  return `held ${held < 0 ? "short" : "long"} ${
    formatDecimal(Math.abs(held), held % 1 === 0 ? 0 : 2)
  }`;
}

function line(
  x: readonly number[],
  y: readonly number[],
  style: { readonly [key: string]: Json },
): { readonly [key: string]: Json } {
  return {
    type: "scatter",
    mode: "lines",
    x: x.map((value) => round(value, 8)),
    y: y.map((value) => round(value, 6)),
    line: style,
  };
}

function titled(text: string) {
  return { ...AXIS, title: { text: plotText(text), font: { size: 11, color: "@muted" } } };
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

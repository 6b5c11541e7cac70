import { AXIS, type Figure, LAYOUT, round } from "./figure.ts";
import { type Markup, markup } from "./html.ts";
import { headCell, numberCell, tableMarkup, textCell } from "./table_markup.ts";
import type { ModelRow, ModelScores, TearSheet } from "../records/mod.ts";

/** Headings of the scores that models have. */
const SCORES: Readonly<Record<string, string>> = {
  logLoss: "Log loss",
  baseRateLogLoss: "Base rate",
  accuracy: "Accuracy",
  baseRateAccuracy: "Base rate",
  brier: "Brier",
  ece: "ECE",
  slope: "Slope",
  intercept: "Intercept",
  informationCoefficient: "IC",
};

/** The registered models, how they did in validation, and what they were compared with there. */
export function modelSection({ models }: TearSheet, curves: Markup): Markup {
  if (models.length === 0) {
    return markup`<section><h2>Models</h2>
<p class="empty">No registered model took part.</p></section>`;
  }
  const named = new Set(models.flatMap(({ metrics }) => Object.keys(metrics)));
  const keys = [...Object.keys(SCORES).filter((key) => named.has(key))];
  keys.push(...[...named].filter((key) => !(key in SCORES)));
  const heads = [
    ...["Model", "Kind", "SHA-256"].map((label) => headCell(label, "text")),
    ...keys.map((key) => headCell(SCORES[key] ?? key)),
  ];
  const remarks = models.flatMap(({ name, remarks = [] }) =>
    remarks.map((remark) => markup`<li>${name}: ${remark}</li>`)
  );
  return markup`<section><h2>Models</h2>
<p class="note">Scores before the test, as means over purged folds. A log loss below its base rate
and a slope near 1 are good; ECE is the mean gap between what was said and what came; IC is the rank
correlation of predicted and realised edge. Indented: other models on the same folds.</p>
${tableMarkup("models", heads, models.flatMap((model) => modelRows(model, keys)))}
${curves}
${remarks.length === 0 ? markup`` : markup`<ul class="note">${remarks}</ul>`}</section>`;
}

function modelRows(model: ModelRow, keys: readonly string[]): Markup[] {
  const { name, version, kind, sha256, metrics, comparisons = [] } = model;
  const cells = (scores: ModelScores) => keys.map((key) => numberCell(scores[key] ?? null));
  return [
    markup`<tr><th scope="row">${name}<small>version ${version}</small></th>${textCell(kind)}
<td class="text code" title="${sha256}">${sha256.slice(0, 12)}</td>${cells(metrics)}</tr>`,
    ...comparisons.map((other) =>
      markup`<tr class="baseline"><th scope="row"> ${other.name}</th>${textCell("")}
${textCell("")}${cells(other.metrics)}</tr>`
    ),
  ];
}

/** Losses of every model that learnt in epochs, a chart for each. */
export function learningCurveFigures({ models }: TearSheet): Figure[] {
  return models.flatMap(({ name, curves = [] }, index) =>
    curves.length === 0 ? [] : [learningCurveFigure(`curves-${index}`, name, curves)]
  );
}

function learningCurveFigure(
  id: string,
  name: string,
  curves: NonNullable<ModelRow["curves"]>,
): Figure {
  const line = (losses: readonly number[], label: string, isLearnt: boolean) => ({
    type: "scatter",
    mode: "lines+markers",
    x: losses.map((_, epoch) => epoch + 1),
    y: losses.map((loss) => round(loss, 5)),
    line: isLearnt
      ? { color: "@c1", width: 1.5, dash: "dot" }
      : { color: "@c0", width: 1.5, dash: "solid" },
    marker: { color: isLearnt ? "@c1" : "@c0", size: 5 },
    hovertemplate: `${label}, epoch %{x}: %{y:.4f}<extra></extra>`,
  });
  const axis = (text: string) => ({
    ...AXIS,
    title: { text, font: { size: 11, color: "@muted" } },
  });
  return {
    kind: "chart",
    id,
    title: `Learning of ${name}`,
    note: "",
    height: 240,
    legend: [
      { label: "learnt from", color: "@c1", traces: curves.map((_, member) => 2 * member) },
      { label: "watched", color: "@c0", traces: curves.map((_, member) => 2 * member + 1) },
    ],
    data: curves.flatMap(({ training, validation }) => [
      line(training, "learnt from", true),
      line(validation, "watched", false),
    ]),
    layout: {
      ...LAYOUT,
      xaxis: { ...axis("epoch"), dtick: 1, showgrid: false },
      yaxis: { ...axis("loss"), nticks: 5 },
    },
  };
}

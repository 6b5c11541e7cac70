import { AXIS, type Figure, LAYOUT, plotText, round, tickFormat } from "./figure.ts";
import { formatDecimal, formatPercent } from "./number_format.ts";
import { histogram } from "./return_series.ts";
import type { Importance, ReliabilityCurve, TearSheet } from "../records/mod.ts";
import { mainModel } from "./time_charts.ts";

/** Most columns shown in the chart of importances. */
const SHOWN_COLUMNS = 20;

/** Observed against predicted probability of one class, with Wilson 95 % bars. */
export function reliabilityFigure(curve: ReliabilityCurve, index: number): Figure {
  const bins = curve.bins.filter((bin) => bin.rows > 0);
  const base = { id: `calibration-${index}`, title: curve.name };
  if (bins.length === 0) {
    return { kind: "empty", ...base, reason: "No row was held out for calibration." };
  }
  const low = Math.min(...bins.map((bin) => Math.min(bin.low, bin.meanPredicted)));
  const high = Math.max(...bins.map((bin) => Math.max(bin.high, bin.meanPredicted)));
  const range = [Math.max(-0.005, low - 0.02), Math.min(1.005, high + 0.02)];
  const axis = { ...AXIS, range, tickformat: "~%", nticks: 5 };
  return {
    kind: "chart",
    ...base,
    note: "",
    height: 250,
    legend: [],
    data: [
      {
        type: "scatter",
        mode: "lines",
        x: range,
        y: range,
        line: { color: "@muted", width: 1, dash: "dash" },
        hoverinfo: "skip",
      },
      {
        type: "scatter",
        mode: "lines+markers",
        x: bins.map((bin) => round(bin.meanPredicted, 4)),
        y: bins.map((bin) => round(bin.observed, 4)),
        customdata: bins.map((bin) => bin.rows),
        error_y: {
          type: "data",
          symmetric: false,
          array: bins.map((bin) => round(Math.max(0, bin.high - bin.observed), 4)),
          arrayminus: bins.map((bin) => round(Math.max(0, bin.observed - bin.low), 4)),
          color: "@c0",
          thickness: 1,
          width: 3,
        },
        line: { color: "@c0", width: 1.5 },
        marker: { color: "@c0", size: 6 },
        hovertemplate: "predicted %{x:.1%}<br>came %{y:.1%}<br>%{customdata:,} rows<extra></extra>",
      },
    ],
    layout: {
      ...LAYOUT,
      xaxis: { ...axis, title: { text: "predicted", font: { size: 11, color: "@muted" } } },
      yaxis: { ...axis, title: { text: "came true", font: { size: 11, color: "@muted" } } },
    },
  };
}

/** The most important columns, by permutation and by impurity where measured. */
export function importanceFigure(importances: readonly Importance[]): Figure {
  const base = { id: "importances", title: "Feature importance" };
  const measures = (["permutation", "impurity"] as const)
    .filter((measure) => importances.some((row) => row[measure] !== null));
  const [main] = measures;
  if (main === undefined) {
    return { kind: "empty", ...base, reason: "No importance was measured." };
  }
  const shown = importances
    .toSorted((a, b) => (b[main] ?? -Infinity) - (a[main] ?? -Infinity))
    .slice(0, SHOWN_COLUMNS).reverse();
  const two = measures.length === 2;
  const count = importances.length > shown.length
    ? ` The first ${shown.length} of ${importances.length} columns.`
    : "";
  return {
    kind: "chart",
    ...base,
    note: "Permutation: how much the held-out score falls when the column is shuffled. Impurity: " +
      `share of the splits' gain, which favours columns with many values.${count}`,
    height: 70 + 20 * shown.length,
    legend: [],
    data: measures.map((measure, panel) => ({
      type: "bar",
      orientation: "h",
      y: shown.map((row) => plotText(row.column)),
      x: shown.map((row) => row[measure] === null ? null : round(row[measure]!, 6)),
      xaxis: panel === 0 ? "x" : "x2",
      marker: { color: panel === 0 ? "@c0" : "@c1" },
      hovertemplate: "%{y}  %{x:.4~g}<extra></extra>",
    })),
    layout: {
      ...LAYOUT,
      bargap: 0.35,
      yaxis: { ...AXIS, type: "category", showgrid: false, dtick: 1 },
      ...Object.fromEntries(measures.map((measure, panel) => [panel === 0 ? "xaxis" : "xaxis2", {
        ...AXIS,
        domain: two ? [panel * 0.53, panel * 0.53 + 0.47] : [0, 1],
        nticks: 3,
        tickformat: "~g",
        zeroline: true,
        zerolinecolor: "@muted",
        title: { text: measure, font: { size: 11, color: "@muted" } },
      }])),
    },
  };
}

/** The first two metrics of the cost cases, one chart each. */
export function costFigures(sheet: TearSheet): Figure[] {
  const cases = sheet.costSensitivity;
  const keys = Object.keys(sheet.metricDefinitions)
    .filter((key) => cases.some((entry) => typeof entry.metrics[key]?.value === "number"));
  return keys.slice(0, 2).map((key, index): Figure => {
    const definition = sheet.metricDefinitions[key]!;
    return {
      kind: "chart",
      id: `costs-${index}`,
      title: `${definition.label} by cost`,
      note: "",
      height: 230,
      legend: [],
      data: [{
        type: "bar",
        x: cases.map((entry) => `${entry.factor}×`),
        y: cases.map((entry) => entry.metrics[key]?.value ?? null),
        marker: {
          color: "@c0",
          opacity: cases.map((entry) => entry.factor === 1 ? 1 : 0.45),
        },
        hovertemplate: `%{x} costs: %{y:${definition.unit === "fraction" ? ".2%" : ".3~f"}}` +
          "<extra></extra>",
      }],
      layout: {
        ...LAYOUT,
        bargap: 0.4,
        xaxis: { ...AXIS, type: "category", showgrid: false },
        yaxis: {
          ...AXIS,
          tickformat: tickFormat(definition.unit),
          nticks: 5,
          zeroline: true,
          zerolinecolor: "@muted",
        },
      },
    };
  });
}

/** Daily returns of the model in bins. */
export function distributionFigure(sheet: TearSheet): Figure {
  const values = mainModel(sheet)?.dailyReturns.value ?? [];
  const bins = histogram(values);
  const base = { id: "distribution", title: "Daily returns" };
  if (bins === null) {
    return { kind: "empty", ...base, reason: "The daily returns do not vary." };
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    kind: "chart",
    ...base,
    note: `${formatDecimal(values.length, 0)} days; the dashed line is their mean, ${
      formatPercent(mean, 3)
    } a day.`,
    height: 260,
    legend: [],
    data: [{
      type: "bar",
      x: bins.centre.map((centre) => round(centre, 7)),
      y: bins.count,
      width: bins.width * 0.92,
      marker: { color: bins.centre.map((centre) => centre < 0 ? "@loss" : "@gain") },
      hovertemplate: "about %{x:.2%}: %{y} days<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      xaxis: { ...AXIS, tickformat: "~%", showgrid: false, nticks: 7 },
      yaxis: { ...AXIS, tickformat: ",d", nticks: 5 },
      shapes: [{
        type: "line",
        xref: "x",
        yref: "paper",
        x0: mean,
        x1: mean,
        y0: 0,
        y1: 1,
        line: { color: "@ink", width: 1, dash: "dash" },
      }],
    },
  };
}

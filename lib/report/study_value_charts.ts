import {
  AXIS,
  type Chart,
  type ColorRole,
  type Figure,
  type Json,
  LAYOUT,
  plotText,
} from "./figure.ts";
import type { StudySummary, StudyTrial } from "./study_summary.ts";

/** Most curves in the chart of intermediate values: the latest. */
const SHOWN_CURVES = 200;
/** Letters of a name on an axis. */
const LONGEST_NAME = 28;

/** Complete trials whose values are numbers that can be drawn. */
export function drawableTrials(study: StudySummary): readonly StudyTrial[] {
  return study.trials.filter(({ state, values }) =>
    state === "COMPLETE" && values!.every(Number.isFinite)
  );
}

/** An axis with a title. */
export function titledAxis(title: string, more: Chart["layout"] = {}): Chart["layout"] {
  return {
    ...AXIS,
    title: { text: plotText(shortName(title)), font: { size: 11, color: "@muted" } },
    ...more,
  };
}

/** A name that fits beside a small chart; headings have it whole. */
export function shortName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…`;
}

/** Each trial's value and the best so far, one chart for each objective. */
export function historyFigures(study: StudySummary): readonly Figure[] {
  const trials = drawableTrials(study);
  return study.metrics.map((metric, objective): Figure => {
    const base = { id: `history-${objective}`, title: `History of ${metric}` };
    if (trials.length === 0) return { kind: "empty", ...base, reason: "No trial is complete." };
    const better = study.directions[objective] === "maximize" ? Math.max : Math.min;
    const numbers = trials.map(({ number }) => number);
    const values = trials.map((trial) => trial.values![objective]!);
    const best: number[] = [];
    for (const value of values) best.push(better(value, best.at(-1) ?? value));
    return {
      kind: "chart",
      ...base,
      note: "",
      height: 280,
      legend: [
        { label: "trial", color: "@c1", traces: [0] },
        { label: "best so far", color: "@c0", traces: [1] },
      ],
      data: [
        {
          type: "scatter",
          mode: "markers",
          x: numbers,
          y: values,
          marker: { color: "@c1", size: 5 },
          hovertemplate: "trial %{x}: %{y:.5~g}<extra></extra>",
        },
        {
          type: "scatter",
          mode: "lines",
          x: numbers,
          y: best,
          line: { color: "@c0", width: 2, shape: "hv" },
          hovertemplate: "best after %{x}: %{y:.5~g}<extra></extra>",
        },
      ],
      layout: { ...LAYOUT, xaxis: titledAxis("trial"), yaxis: titledAxis(metric) },
    };
  });
}

/** Values of the first two objectives against each other; none for a single one. */
export function frontFigure(study: StudySummary): readonly Figure[] {
  if (study.directions.length < 2) return [];
  const base = { id: "front", title: "Objectives" };
  const trials = drawableTrials(study);
  if (trials.length === 0) return [{ kind: "empty", ...base, reason: "No trial is complete." }];
  const best = frontOf(trials, study.directions);
  const dots = (shown: readonly StudyTrial[], color: ColorRole): Json => ({
    type: "scatter",
    mode: "markers",
    x: shown.map(({ values }) => values![0]!),
    y: shown.map(({ values }) => values![1]!),
    customdata: shown.map(({ number }) => number),
    marker: { color, size: 6 },
    hovertemplate: "trial %{customdata}: %{x:.4~g}, %{y:.4~g}<extra></extra>",
  });
  return [{
    kind: "chart",
    ...base,
    note: "",
    height: 320,
    legend: [
      { label: "trial", color: "@c1", traces: [0] },
      { label: "none is better in both", color: "@c0", traces: [1] },
    ],
    data: [dots(trials.filter((trial) => !best.has(trial)), "@c1"), dots([...best], "@c0")],
    layout: {
      ...LAYOUT,
      xaxis: titledAxis(study.metrics[0]!),
      yaxis: titledAxis(study.metrics[1]!),
    },
  }];
}

/** Pareto front of the first two objectives. */
function frontOf(
  trials: readonly StudyTrial[],
  directions: StudySummary["directions"],
): ReadonlySet<StudyTrial> {
  const loss = ({ values }: StudyTrial, objective: number): number =>
    directions[objective] === "maximize" ? -values![objective]! : values![objective]!;
  const sorted = trials.toSorted((a, b) => loss(a, 0) - loss(b, 0) || loss(a, 1) - loss(b, 1));
  const front = new Set<StudyTrial>();
  let least = Infinity;
  for (const trial of sorted) {
    if (loss(trial, 1) >= least) continue;
    least = loss(trial, 1);
    front.add(trial);
  }
  return front;
}

/** PED-ANOVA shares of the parameters. */
export function parameterImportanceFigure({ importances }: StudySummary): Figure {
  const base = { id: "importance", title: "Importance" };
  const shares = Object.entries(importances ?? {}).reverse();
  if (shares.length === 0) {
    return { kind: "empty", ...base, reason: "Importances need two complete trials." };
  }
  return {
    kind: "chart",
    ...base,
    note: "Share of a parameter in what sets the best tenth of the trials apart (PED-ANOVA).",
    height: 60 + 24 * shares.length,
    legend: [],
    data: [{
      type: "bar",
      orientation: "h",
      y: shares.map(([name]) => plotText(name)),
      x: shares.map(([, share]) => share),
      marker: { color: "@c0" },
      hovertemplate: "%{y}  %{x:.1%}<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      bargap: 0.35,
      xaxis: { ...AXIS, tickformat: "~%", rangemode: "tozero" },
      yaxis: { ...AXIS, type: "category", showgrid: false },
    },
  };
}

/** Share of the trials that are at or below a value. */
export function distributionFunctionFigure(study: StudySummary): Figure {
  const base = { id: "edf", title: "Share of trials at or below a value" };
  const values = drawableTrials(study).map((trial) => trial.values![0]!).sort((a, b) => a - b);
  if (values.length === 0) return { kind: "empty", ...base, reason: "No trial is complete." };
  return {
    kind: "chart",
    ...base,
    note: "",
    height: 260,
    legend: [],
    data: [{
      type: "scatter",
      mode: "lines",
      x: values,
      y: values.map((_, i) => (i + 1) / values.length),
      line: { color: "@c0", width: 2, shape: "hv" },
      hovertemplate: "%{y:.0%} up to %{x:.4~g}<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      xaxis: titledAxis(study.metrics[0]!),
      yaxis: { ...AXIS, tickformat: "~%", rangemode: "tozero" },
    },
  };
}

/** What trials reported at each step; pruned ones dashed. */
export function intermediateFigure({ trials, metrics }: StudySummary): Figure {
  const base = { id: "intermediate", title: "Intermediate values" };
  const reported = trials.filter(({ intermediateValues }) => intermediateValues.size > 0);
  if (reported.length === 0) {
    return { kind: "empty", ...base, reason: "No trial has reported intermediate values." };
  }
  const shown = reported.slice(-SHOWN_CURVES);
  const first = reported.length > shown.length
    ? ` The last ${shown.length} of ${reported.length}.`
    : "";
  return {
    kind: "chart",
    ...base,
    note: `Pruned trials are dashed.${first}`,
    height: 320,
    legend: [],
    data: shown.map(({ number, state, intermediateValues }) => {
      const points = [...intermediateValues].sort(([a], [b]) => a - b);
      const isPruned = state === "PRUNED";
      return {
        type: "scatter",
        mode: "lines+markers",
        x: points.map(([step]) => step),
        y: points.map(([, value]) => Number.isFinite(value) ? value : null),
        line: {
          color: isPruned ? "@muted" : "@c0",
          width: 1,
          dash: isPruned ? "dot" : "solid",
        },
        marker: { color: isPruned ? "@muted" : "@c0", size: 3 },
        opacity: 0.6,
        hovertemplate: `trial ${number}, step %{x}: %{y:.5~g}<extra></extra>`,
      };
    }),
    layout: { ...LAYOUT, xaxis: titledAxis("step"), yaxis: titledAxis(metrics[0] ?? "value") },
  };
}

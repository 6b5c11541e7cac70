import { AXIS, type Chart, type Figure, type Json, LAYOUT, plotText } from "./figure.ts";
import type { StudySummary, StudyTrial } from "./study_summary.ts";
import { drawableTrials, titledAxis } from "./study_value_charts.ts";

/** Most parameters with a chart of their own: the most important. */
const SHOWN_PARAMETERS = 12;
/** Parameters whose pairs have a contour. */
const CONTOUR_PARAMETERS = 3;
/** Points of a contour's grid in each direction. */
const GRID = 30;

/** A parameter over the trials that have it. */
interface ParameterColumn {
  readonly name: string;
  /** On the axis: numbers, or labels of choices. */
  readonly values: readonly (number | string)[];
  readonly axis: Chart["layout"];
  /** Between 0 and 1 for each trial; places of choices are evenly spaced. */
  readonly places: readonly number[];
  /** Value of the axis at a place. */
  readonly at: (place: number) => number;
  readonly kind: "linear" | "log" | "choice";
  readonly trials: readonly StudyTrial[];
}

/** The value of each trial against one parameter, later trials darker. */
export function sliceFigures(study: StudySummary): readonly Figure[] {
  const trials = drawableTrials(study);
  return shownNames(study).slice(0, SHOWN_PARAMETERS).map((name, index): Figure => {
    const column = readColumn(study, name, trials);
    return {
      kind: "chart",
      id: `slice-${index}`,
      title: name,
      note: "",
      height: 240,
      legend: [],
      data: [{
        type: "scatter",
        mode: "markers",
        x: column.values,
        y: column.trials.map((trial) => trial.values![0]!),
        text: column.trials.map(({ number }) => `trial ${number}`),
        marker: {
          color: column.trials.map(({ number }) => number),
          colorscale: "Blues",
          reversescale: true,
          size: 6,
          line: { color: "@muted", width: 0.5 },
        },
        hovertemplate: "%{text}: %{y:.5~g} at %{x}<extra></extra>",
      }],
      layout: { ...LAYOUT, xaxis: column.axis, yaxis: titledAxis(study.metrics[0]!) },
    };
  });
}

/** The value over the pairs of the most important numbers. */
export function contourFigures(study: StudySummary): readonly Figure[] {
  const trials = drawableTrials(study);
  const columns = shownNames(study).map((name) => readColumn(study, name, trials))
    .filter(({ kind, places }) => kind !== "choice" && new Set(places).size > 1)
    .slice(0, CONTOUR_PARAMETERS);
  const pairs = columns.flatMap((x, i) => columns.slice(i + 1).map((y) => [x, y] as const));
  return pairs.map(([x, y], index): Figure => contourFigure(study, x, y, index));
}

function contourFigure(
  { metrics, directions }: StudySummary,
  x: ParameterColumn,
  y: ParameterColumn,
  index: number,
): Figure {
  const both = x.trials.filter((trial) => y.trials.includes(trial));
  const base = { id: `contour-${index}`, title: `${x.name} and ${y.name}` };
  if (both.length < 3) return { kind: "empty", ...base, reason: "Too few trials have both." };
  const places = both.map((trial) =>
    [x.places[x.trials.indexOf(trial)]!, y.places[y.trials.indexOf(trial)]!] as const
  );
  const values = both.map((trial) => trial.values![0]!);
  const grid = Array.from({ length: GRID }, (_, i) => i / (GRID - 1));
  return {
    kind: "chart",
    ...base,
    note: `${metrics[0]}, dark where it is good. Between trials an average, near ones most.`,
    height: 340,
    legend: [],
    data: [
      {
        type: "contour",
        x: grid.map(x.at),
        y: grid.map(y.at),
        z: grid.map((row) => grid.map((column) => interpolate(places, values, column, row))),
        colorscale: "Blues",
        reversescale: directions[0] === "maximize",
        // Filled paths: the page allows no images, which "heatmap" would draw.
        contours: { coloring: "fill" },
        line: { width: 0.5, color: "@muted" },
        hovertemplate: "%{x:.3~g}, %{y:.3~g}: %{z:.4~g}<extra></extra>",
      },
      {
        type: "scatter",
        mode: "markers",
        x: places.map(([place]) => x.at(place)),
        y: places.map(([, place]) => y.at(place)),
        marker: { color: "@ink", size: 4 },
        hoverinfo: "skip",
      },
    ],
    layout: { ...LAYOUT, xaxis: x.axis, yaxis: y.axis },
  };
}

/** Average with weights of inverse fourth powers of distances (Shepard 1968). */
function interpolate(
  places: readonly (readonly [number, number])[],
  values: readonly number[],
  x: number,
  y: number,
): number {
  let sum = 0, weights = 0;
  for (const [i, [px, py]] of places.entries()) {
    const weight = 1 / (((px - x) ** 2 + (py - y) ** 2) ** 2 + 1e-9);
    sum += weight * values[i]!;
    weights += weight;
  }
  return sum / weights;
}

/** All parameters and the value, a line for each trial that has them all. */
export function parallelFigure(study: StudySummary): Figure {
  const base = { id: "parallel", title: "Parallel coordinates" };
  const names = shownNames(study).slice(0, SHOWN_PARAMETERS);
  const trials = drawableTrials(study).filter(({ params }) =>
    names.every((name) => name in params)
  );
  if (trials.length < 2 || names.length === 0) {
    return { kind: "empty", ...base, reason: "Fewer than two trials have all parameters." };
  }
  const values = trials.map((trial) => trial.values![0]!);
  const isMaximized = study.directions[0] === "maximize";
  return {
    kind: "chart",
    ...base,
    note: "Dark lines are good. Drag along an axis to pick trials; drag its name to move it.",
    height: 380,
    legend: [],
    data: [{
      type: "parcoords",
      line: { color: values, colorscale: "Blues", reversescale: isMaximized },
      labelfont: { color: "@ink" },
      tickfont: { color: "@muted" },
      dimensions: [
        { label: plotText(study.metrics[0]!), values },
        ...names.map((name) => dimensionOf(readColumn(study, name, trials))),
      ],
    }],
    layout: { ...LAYOUT, margin: { l: 70, r: 40, t: 50, b: 20 }, xaxis: {}, yaxis: {} },
  };
}

/** An axis of the parallel coordinates; it knows neither logarithms nor choices by itself. */
function dimensionOf({ name, values, kind }: ParameterColumn): Json {
  const label = plotText(name);
  if (kind === "linear") return { label, values: values as readonly number[] };
  if (kind === "log") {
    const powers = (values as readonly number[]).map(Math.log10);
    const low = Math.floor(Math.min(...powers)), high = Math.ceil(Math.max(...powers));
    const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    return {
      label,
      values: powers,
      tickvals: ticks,
      ticktext: ticks.map((power) => String(Number(`1e${power}`))),
    };
  }
  const choices = [...new Set(values as readonly string[])].sort();
  return {
    label,
    values: (values as readonly string[]).map((value) => choices.indexOf(value)),
    tickvals: [...choices.keys()],
    ticktext: choices,
  };
}

/** Names of the parameters, the most important first. */
function shownNames({ importances, trials }: StudySummary): readonly string[] {
  return [
    ...new Set([
      ...Object.keys(importances ?? {}),
      ...trials.flatMap(({ params }) => Object.keys(params)),
    ]),
  ].filter((name) => trials.some((trial) => trial.state === "COMPLETE" && name in trial.params));
}

function readColumn(
  study: StudySummary,
  name: string,
  all: readonly StudyTrial[],
): ParameterColumn {
  const trials = all.filter(({ params }) => name in params);
  const raw = trials.map(({ params }) => params[name]!);
  if (!raw.every((value) => typeof value === "number")) {
    const labels = raw.map((value) => plotText(String(value)));
    const choices = [...new Set(labels)].sort();
    const last = Math.max(1, choices.length - 1);
    return {
      name,
      values: labels,
      kind: "choice",
      trials,
      axis: { ...AXIS, type: "category", categoryarray: choices, showgrid: false },
      places: labels.map((label) => choices.indexOf(label) / last),
      at: (place) => place * last,
    };
  }
  const isLog = study.logParameters.has(name);
  const scale = isLog ? Math.log : (value: number): number => value;
  const points = raw.map(scale);
  const low = Math.min(...points), width = Math.max(...points) - low;
  const at = (place: number): number => low + place * width;
  return {
    name,
    values: raw,
    kind: isLog ? "log" : "linear",
    trials,
    axis: titledAxis(name, isLog ? { type: "log" } : {}),
    places: points.map((point) => width === 0 ? 0.5 : (point - low) / width),
    at: (place) => isLog ? Math.exp(at(place)) : at(place),
  };
}

import { type Figure, LAYOUT } from "./figure.ts";
import { type ParameterColumn, readColumn, shownNames } from "./parameter_column.ts";
import type { StudySummary } from "./study_summary.ts";
import { drawableTrials, titledAxis } from "./study_value_charts.ts";

/** Most parameters with a chart of their own: the most important. */
const SHOWN_PARAMETERS = 12;
/** Parameters whose pairs have a contour. */
const CONTOUR_PARAMETERS = 3;
/** Points of a contour's grid in each direction. */
const GRID = 30;
/** From the page's own colours, so that it fits light and dark. */
const COLOR_SCALE = [[0, "@grid"], [1, "@c0"]] as const;

/** The value of each trial against one parameter, later trials in stronger colour. */
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
        customdata: column.trials.map(({ number }) => number),
        marker: {
          color: column.trials.map(({ number }) => number),
          colorscale: COLOR_SCALE,
          size: 6,
          line: { color: "@muted", width: 0.5 },
        },
        hovertemplate: "trial %{customdata}: %{y:.5~g} at %{x}<extra></extra>",
      }],
      layout: { ...LAYOUT, xaxis: column.axis, yaxis: titledAxis(study.metrics[0]!) },
    };
  });
}

/** The value over the pairs of the most important numbers. */
export function contourFigures(study: StudySummary): readonly Figure[] {
  const trials = drawableTrials(study);
  const columns = shownNames(study).map((name) => readColumn(study, name, trials))
    .filter(({ kind, places }) => kind === "number" && new Set(places).size > 1)
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
  const xPlaces = new Map(x.trials.map((trial, row) => [trial, x.places[row]!]));
  const yPlaces = new Map(y.trials.map((trial, row) => [trial, y.places[row]!]));
  const both = x.trials.filter((trial) => yPlaces.has(trial));
  const base = { id: `contour-${index}`, title: `${x.name} and ${y.name}` };
  if (both.length < 3) return { kind: "empty", ...base, reason: "Too few trials have both." };
  const places = both.map((trial) => [xPlaces.get(trial)!, yPlaces.get(trial)!] as const);
  const values = both.map((trial) => trial.values![0]!);
  const grid = Array.from({ length: GRID }, (_, i) => i / (GRID - 1));
  return {
    kind: "chart",
    ...base,
    note: `${metrics[0]}, blue where it is good. Between trials an average, near ones most.`,
    height: 340,
    legend: [],
    data: [
      {
        type: "contour",
        x: grid.map(x.at),
        y: grid.map(y.at),
        z: grid.map((row) => grid.map((column) => interpolate(places, values, column, row))),
        colorscale: COLOR_SCALE,
        reversescale: directions[0] !== "maximize",
        colorbar: { thickness: 10, outlinewidth: 0, tickfont: { color: "@muted", size: 11 } },
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
        marker: { color: "@ink", size: 5, line: { color: "@paper", width: 1 } },
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

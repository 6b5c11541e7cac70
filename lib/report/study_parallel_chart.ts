import { AXIS, type Figure, type Json, LAYOUT, plotText, round } from "./figure.ts";
import { type ParameterColumn, readColumn, shownNames } from "./parameter_column.ts";
import type { StudySummary, StudyTrial } from "./study_summary.ts";
import { drawableTrials, shortName } from "./study_value_charts.ts";

/** Most axes beside the value's: the most important parameters. */
const SHOWN_PARAMETERS = 10;
/** Share of the trials that count as good, as for the importances. */
const GOOD_SHARE = 0.1;
/** Most lines of trials that are not good: the latest. */
const SHOWN_OTHERS = 300;

/** One vertical axis. */
interface ParallelAxis {
  readonly name: string;
  /** Between 0 and 1 for each trial. */
  readonly places: readonly number[];
  /** What the reader sees at each trial's place. */
  readonly texts: readonly string[];
  /** Places that are named beside the axis. */
  readonly labels: readonly { readonly place: number; readonly text: string }[];
}

/**
 * All parameters and the value, a line for each trial that has them all. Drawn as plain lines:
 * Plotly's own parallel coordinates need WebGL, which remote desktops and locked browsers lack.
 */
export function parallelFigure(study: StudySummary): Figure {
  const base = { id: "parallel", title: "Parallel coordinates" };
  const names = shownNames(study).slice(0, SHOWN_PARAMETERS);
  const trials = drawableTrials(study).filter(({ params }) =>
    names.every((name) => name in params)
  );
  if (trials.length < 2 || names.length === 0) {
    return { kind: "empty", ...base, reason: "Fewer than two trials have all parameters." };
  }
  const axes = [
    valueAxis(study.metrics[0]!, trials),
    ...names.map((name) => parameterAxis(readColumn(study, name, trials))),
  ];
  const { good, others } = partByValue(trials, study.directions[0]!);
  return {
    kind: "chart",
    ...base,
    note: `A line for each trial, the best tenth by ${study.metrics[0]} in colour.`,
    height: 400,
    legend: [
      { label: "other trials", color: "@c1", traces: [0] },
      { label: "best tenth", color: "@c0", traces: [1] },
    ],
    data: [
      linesOf(axes, trials, others, { color: "@c1", width: 1 }, 0.35),
      linesOf(axes, trials, good, { color: "@c0", width: 1.5 }, 0.9),
    ],
    layout: {
      ...LAYOUT,
      xaxis: {
        ...AXIS,
        range: [-0.5, axes.length - 0.5],
        tickvals: axes.map((_, index) => index),
        ticktext: axes.map(({ name }) => plotText(shortName(name))),
        showgrid: false,
        showline: false,
      },
      yaxis: { ...AXIS, range: [-0.1, 1.1], visible: false },
      shapes: axes.map((_, x) => ({
        type: "line",
        layer: "below",
        x0: x,
        x1: x,
        y0: 0,
        y1: 1,
        line: { color: "@muted", width: 1 },
      })),
      annotations: axes.flatMap(annotationsOf),
    },
  };
}

/** Rows of the trials that are good, and of the latest others. */
function partByValue(
  trials: readonly StudyTrial[],
  direction: StudySummary["directions"][number],
): { readonly good: readonly number[]; readonly others: readonly number[] } {
  const sign = direction === "maximize" ? -1 : 1;
  const rows = [...trials.keys()]
    .sort((a, b) => sign * (trials[a]!.values![0]! - trials[b]!.values![0]!));
  const count = Math.ceil(GOOD_SHARE * rows.length);
  return {
    good: rows.slice(0, count),
    others: rows.slice(count).sort((a, b) => a - b).slice(-SHOWN_OTHERS),
  };
}

/** One trace of all lines: a missing point ends each. */
function linesOf(
  axes: readonly ParallelAxis[],
  trials: readonly StudyTrial[],
  rows: readonly number[],
  line: Json,
  opacity: number,
): Json {
  return {
    type: "scatter",
    mode: "lines",
    x: rows.flatMap(() => [...axes.keys(), null]),
    y: rows.flatMap((row) => [...axes.map(({ places }) => round(places[row]!, 4)), null]),
    text: rows.flatMap((row) => [
      ...axes.map(({ name, texts }) =>
        `trial ${trials[row]!.number}, ${plotText(name)}: ${texts[row]!}`
      ),
      "",
    ]),
    line,
    opacity,
    hovertemplate: "%{text}<extra></extra>",
  };
}

function valueAxis(name: string, trials: readonly StudyTrial[]): ParallelAxis {
  const values = trials.map((trial) => trial.values![0]!);
  const low = Math.min(...values), high = Math.max(...values);
  return {
    name,
    places: values.map((value) => high === low ? 0.5 : (value - low) / (high - low)),
    texts: values.map(shorten),
    labels: endLabels(low, high),
  };
}

function parameterAxis({ name, kind, values, places }: ParameterColumn): ParallelAxis {
  if (kind === "choice") {
    const texts = values as readonly string[];
    const placeOf = new Map(texts.map((text, row) => [text, places[row]!]));
    return { name, places, texts, labels: [...placeOf].map(([text, place]) => ({ place, text })) };
  }
  const numbers = values as readonly number[];
  return {
    name,
    places,
    texts: numbers.map(shorten),
    labels: endLabels(Math.min(...numbers), Math.max(...numbers)),
  };
}

function endLabels(low: number, high: number): ParallelAxis["labels"] {
  if (low === high) return [{ place: 0.5, text: shorten(low) }];
  return [{ place: 0, text: shorten(low) }, { place: 1, text: shorten(high) }];
}

/** Ends stand below and above the axis, what is between them beside it. */
function annotationsOf({ labels }: ParallelAxis, x: number): readonly Json[] {
  return labels.map(({ place, text }) => ({
    x,
    y: place,
    text,
    showarrow: false,
    font: { color: "@ink", size: 11 },
    bgcolor: "@paper",
    ...(place === 0
      ? { yanchor: "top", yshift: -2 }
      : place === 1
      ? { yanchor: "bottom", yshift: 2 }
      : { xanchor: "left", xshift: 4 }),
  }));
}

/** Axes are close to each other: 3.6e-5 is shorter than 0.0000364. */
function shorten(value: number): string {
  const isTiny = value !== 0 && Math.abs(value) < 1e-3;
  return isTiny ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

import { AXIS, type Chart, plotText } from "./figure.ts";
import type { StudySummary, StudyTrial } from "./study_summary.ts";
import { titledAxis } from "./study_value_charts.ts";

/** Whole numbers at few ticks: Plotly would shorten 20 to a small 2. */
const LOG_AXIS = { type: "log", tickformat: "~g", nticks: 4 } as const;

/** A parameter over the trials that have it. */
export interface ParameterColumn {
  /** Name of the parameter. */
  readonly name: string;
  /** What its values are. */
  readonly kind: "number" | "choice";
  /** The trials, in the order of the other columns. */
  readonly trials: readonly StudyTrial[];
  /** On the axis: numbers, or labels of choices. */
  readonly values: readonly (number | string)[];
  /** Plotly axis that shows them. */
  readonly axis: Chart["layout"];
  /** Between 0 and 1 for each trial, on the scale of the axis; choices are evenly spaced. */
  readonly places: readonly number[];
  /** Value on the axis at a place; the index of a choice. */
  readonly at: (place: number) => number;
}

/** Names of the parameters, the most important first. */
export function shownNames({ importances, trials }: StudySummary): readonly string[] {
  return [
    ...new Set([
      ...Object.keys(importances ?? {}),
      ...trials.flatMap(({ params }) => Object.keys(params)),
    ]),
  ].filter((name) => trials.some((trial) => trial.state === "COMPLETE" && name in trial.params));
}

/** The values of a parameter, and where they are on its axis. */
export function readColumn(
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
    kind: "number",
    trials,
    axis: titledAxis(name, { tickangle: 0, ...(isLog ? LOG_AXIS : {}) }),
    places: points.map((point) => width === 0 ? 0.5 : (point - low) / width),
    at: (place) => isLog ? Math.exp(at(place)) : at(place),
  };
}

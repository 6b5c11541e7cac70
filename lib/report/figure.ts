import type { MetricUnit, StrategyRole } from "../records/mod.ts";

/** JSON data, as Plotly reads it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * A colour by its role, resolved by the page for light, dark and print. Plotly gets real colours;
 * figures hold only these names, under keys that end in `color`.
 */
export type ColorRole =
  | "@ink"
  | "@muted"
  | "@grid"
  | "@paper"
  | "@shade"
  | "@gain"
  | "@loss"
  | "@loss-soft"
  | `@c${number}`;

/** An entry of the legend: tapping it hides or shows its traces. */
export interface LegendEntry {
  /** Name as the reader sees it. */
  readonly label: string;
  /** Colour of its traces. */
  readonly color: ColorRole;
  /** Indexes into the figure's `data`. */
  readonly traces: readonly number[];
}

/** A chart as pure data: Plotly traces and layout with what the page puts around them. */
export interface Chart {
  /** Tells a chart from an empty figure. */
  readonly kind: "chart";
  /** Unique on the page. */
  readonly id: string;
  /** Heading above the chart. */
  readonly title: string;
  /** How to read it, in a sentence; may be empty. */
  readonly note: string;
  /** Pixels. */
  readonly height: number;
  /** Empty where one line needs no name. */
  readonly legend: readonly LegendEntry[];
  /** Span of a time axis in days; it gets buttons for shorter ranges. */
  readonly spanDays?: number;
  /** Plotly traces. */
  readonly data: readonly Json[];
  /** Plotly layout. */
  readonly layout: { readonly [key: string]: Json };
}

/** A chart that cannot be drawn, with the reason in a sentence. */
export interface EmptyFigure {
  /** Tells an empty figure from a chart. */
  readonly kind: "empty";
  /** Unique on the page. */
  readonly id: string;
  /** Heading above the reason. */
  readonly title: string;
  /** Why there is nothing to draw. */
  readonly reason: string;
}

/** What stands in the place of a figure. */
export type Figure = Chart | EmptyFigure;

/** An axis that stays quiet: thin grid, no zero line, no title. */
export const AXIS = {
  automargin: true,
  gridcolor: "@grid",
  linecolor: "@grid",
  zeroline: false,
  tickfont: { color: "@muted", size: 11 },
  fixedrange: true,
} as const;

/** A time axis; times are epoch milliseconds and shown in UTC. */
export const TIME_AXIS = {
  ...AXIS,
  type: "date",
  showgrid: false,
  fixedrange: false,
  nticks: 6,
  tickangle: 0,
  hoverformat: "%Y-%m-%d %H:%M",
} as const;

/** The layout all charts share. */
export const LAYOUT = {
  margin: { l: 8, r: 10, t: 10, b: 8 },
  paper_bgcolor: "@paper",
  plot_bgcolor: "@paper",
  font: { color: "@ink", size: 12 },
  hoverlabel: { bgcolor: "@paper", bordercolor: "@grid", font: { color: "@ink", size: 12 } },
  hovermode: "closest",
  separators: ".,",
  showlegend: false,
  dragmode: "zoom",
} as const;

const MODEL_COLORS = ["@c0", "@c3", "@c6", "@c8", "@c7", "@c4"] as const;
const BASELINE_COLORS = ["@c1", "@c2", "@c5", "@c4", "@c3", "@c7"] as const;

/** A colour for each strategy: the first model stands out, the first rule and the optimum are grey. */
export function strategyColors(
  strategies: readonly { readonly role: StrategyRole }[],
): ColorRole[] {
  let models = 0, baselines = 0;
  return strategies.map(({ role }) => {
    if (role === "optimum") return "@c1";
    return role === "model"
      ? MODEL_COLORS[models++ % MODEL_COLORS.length]!
      : BASELINE_COLORS[baselines++ % BASELINE_COLORS.length]!;
  });
}

/** Text for Plotly, which reads a subset of HTML in names and labels. */
export function plotText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A number with no more digits than a chart can show, to keep the page small. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** Plotly's number format (d3-format) for the ticks of a unit. */
export function tickFormat(unit: MetricUnit): string {
  switch (unit) {
    case "fraction":
    case "probability":
      return "~%";
    case "usd":
      return "$~s";
    default:
      return "~r";
  }
}

import { downsampleRows } from "./downsample.ts";
import {
  AXIS,
  type Figure,
  type Json,
  LAYOUT,
  type LegendEntry,
  plotText,
  round,
  strategyColors,
  TIME_AXIS,
} from "./figure.ts";
import { drawdowns, rollingSharpe, rollingWindow } from "./return_series.ts";
import type { StrategyResult, TearSheet } from "../records/mod.ts";

/** Most points drawn of any line. */
export const POINTS_PER_LINE = 2000;

const DAY_MS = 86_400_000;

/** The first strategy whose role is `model`. */
export function mainModel(sheet: TearSheet): StrategyResult | undefined {
  return sheet.strategies.find((strategy) => strategy.role === "model");
}

/** Days between the first and the last of some rising times. */
export function spanInDays(time: readonly number[]): number {
  return ((time.at(-1) ?? 0) - (time[0] ?? 0)) / DAY_MS;
}

/** Shades the tested period and says on the chart whether the models had seen it. */
function periodMark(sheet: TearSheet, time: readonly number[]): { [key: string]: Json } {
  const text = sheet.period.outOfSample ? "out of sample" : "in sample: no evidence of performance";
  return {
    shapes: [{
      type: "rect",
      layer: "below",
      xref: "x",
      yref: "paper",
      x0: time[0] ?? 0,
      x1: time.at(-1) ?? 0,
      y0: 0,
      y1: 1,
      fillcolor: "@shade",
      line: { width: 0 },
    }],
    annotations: [{
      text,
      xref: "paper",
      yref: "paper",
      x: 0.01,
      y: 0.99,
      xanchor: "left",
      yanchor: "top",
      showarrow: false,
      font: { color: sheet.period.outOfSample ? "@muted" : "@loss", size: 11 },
    }],
  };
}

/** One line a strategy; models are drawn last, so on top, and thicker. */
function equityLines(sheet: TearSheet): { data: Json[]; legend: LegendEntry[] } {
  const colors = strategyColors(sheet.strategies);
  const order = sheet.strategies.map((strategy, index) => ({ strategy, index }))
    .sort((a, b) => Number(a.strategy.role === "model") - Number(b.strategy.role === "model"));
  const data = order.map(({ strategy: { name, role, equity }, index }) => {
    const rows = downsampleRows(equity.usd, POINTS_PER_LINE);
    return {
      type: "scatter",
      mode: "lines",
      name: plotText(name),
      x: rows.map((row) => equity.time[row]!),
      y: rows.map((row) => round(equity.usd[row]!, 2)),
      line: {
        color: colors[index]!,
        width: role === "model" ? 2.25 : 1.25,
        dash: role === "optimum" ? "dot" : "solid",
      },
      hovertemplate: "%{fullData.name} %{y:$,.0f}<extra></extra>",
    };
  });
  const legend = sheet.strategies.map((strategy, index) => ({
    label: strategy.name,
    color: colors[index]!,
    traces: [order.findIndex((entry) => entry.index === index)],
  }));
  return { data, legend };
}

/** Equity of all strategies over the tested period. */
export function equityFigure(sheet: TearSheet): Figure {
  const time = sheet.strategies[0]?.equity.time ?? [];
  const title = sheet.period.outOfSample ? "Equity" : "Equity in sample (not performance)";
  if (time.length < 2) {
    return {
      kind: "empty",
      id: "equity",
      title,
      reason: "There are fewer than two equity values.",
    };
  }
  return {
    kind: "chart",
    id: "equity",
    title,
    note: "Dollars after all costs, all strategies from the same capital.",
    height: 380,
    spanDays: spanInDays(time),
    ...equityLines(sheet),
    layout: {
      ...LAYOUT,
      ...periodMark(sheet, time),
      hovermode: "x unified",
      xaxis: TIME_AXIS,
      yaxis: { ...AXIS, tickformat: "$~s", nticks: 7 },
    },
  };
}

/** The model's fall from its highest equity so far. */
export function drawdownFigure(sheet: TearSheet): Figure {
  const { time, usd } = mainModel(sheet)?.equity ?? { time: [], usd: [] };
  const base = { id: "drawdown", title: "Drawdown" } as const;
  if (time.length < 2) {
    return { kind: "empty", ...base, reason: "The model has fewer than two equity values." };
  }
  const falls = drawdowns(usd);
  const rows = downsampleRows(falls, POINTS_PER_LINE);
  return {
    kind: "chart",
    ...base,
    note: "The model's fall from its highest equity so far, bar by bar. The table above compares " +
      "closes of days, so its deepest fall can be less.",
    height: 260,
    spanDays: spanInDays(time),
    legend: [],
    data: [{
      type: "scatter",
      mode: "lines",
      x: rows.map((row) => time[row]!),
      y: rows.map((row) => round(falls[row]!, 6)),
      line: { color: "@loss", width: 1.5 },
      fill: "tozeroy",
      fillcolor: "@loss-soft",
      hovertemplate: "%{x|%Y-%m-%d}  %{y:.2%}<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      hovermode: "x",
      xaxis: TIME_AXIS,
      yaxis: { ...AXIS, tickformat: "~%", nticks: 6 },
    },
  };
}

/** The model's Sharpe ratio in a moving window. */
export function rollingSharpeFigure(sheet: TearSheet): Figure {
  const { day, value } = mainModel(sheet)?.dailyReturns ?? { day: [], value: [] };
  const window = rollingWindow(day.length);
  const ratios = window === null ? [] : rollingSharpe(value, window);
  const first = ratios.findIndex((ratio) => ratio !== null);
  if (window === null || first < 0) {
    return {
      kind: "empty",
      id: "rolling-sharpe",
      title: "Rolling Sharpe ratio",
      reason: window === null
        ? `A rolling window needs at least 63 days; this test has ${day.length}.`
        : "The returns do not vary, so the ratio is not defined.",
    };
  }
  const shown = ratios.slice(first);
  const rows = downsampleRows(shown.map((ratio) => ratio ?? 0), POINTS_PER_LINE);
  const time = rows.map((row) => Date.parse(day[first + row]!));
  return {
    kind: "chart",
    id: "rolling-sharpe",
    title: `Rolling Sharpe ratio, ${window} days`,
    note: `Annualised, of the ${window} trading days that end at each day. One window is a small ` +
      "sample: expect it to wander.",
    height: 260,
    spanDays: spanInDays(time),
    legend: [],
    data: [{
      type: "scatter",
      mode: "lines",
      x: time,
      y: rows.map((row) => shown[row] === null ? null : round(shown[row]!, 3)),
      line: { color: "@c0", width: 1.75 },
      hovertemplate: "%{x|%Y-%m-%d}  %{y:.2f}<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      hovermode: "x",
      xaxis: TIME_AXIS,
      yaxis: { ...AXIS, tickformat: "~r", nticks: 6, zeroline: true, zerolinecolor: "@muted" },
    },
  };
}

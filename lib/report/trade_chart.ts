import { downsampleRows } from "./downsample.ts";
import { AXIS, type Figure, type Json, LAYOUT, TIME_AXIS } from "./figure.ts";
import { formatDecimal, formatPrice, formatUsd } from "./number_format.ts";
import type { TearSheet, TradeRow } from "../records/mod.ts";
import { POINTS_PER_LINE, spanInDays } from "./time_charts.ts";

/** Most trades marked on the price. */
export const MARKED_TRADES = 1000;
/** The chart opens on this many of the last trades, so that marks do not cover each other. */
const OPENING_TRADES = 30;

/** The price with fewer points before the opening range, and as many again inside it. */
function priceLine(price: TearSheet["price"], opening: number): Json {
  const split = price.time.findIndex((time) => time >= opening);
  const { time, close } = price;
  const before = downsampleRows(close.slice(0, split), POINTS_PER_LINE);
  const inside = downsampleRows(close.slice(split), POINTS_PER_LINE);
  const rows = [...before, ...inside.map((row) => row + split)];
  return {
    type: "scatter",
    mode: "lines",
    x: rows.map((row) => time[row]!),
    y: rows.map((row) => close[row]!),
    line: { color: "@muted", width: 1.25 },
    hovertemplate: "%{y}<extra></extra>",
  };
}

/** Entry and exit marks joined by a line; a gap parts one trade from the next. */
function tradeMarks(trades: readonly TradeRow[], color: string): Json {
  const point = (trade: TradeRow): string =>
    `${trade.lots > 0 ? "Long" : "Short"} ${Math.abs(trade.lots)}`;
  return {
    type: "scatter",
    mode: "lines+markers",
    x: trades.flatMap((trade) => [trade.entryTime, trade.exitTime, null]),
    y: trades.flatMap((trade) => [trade.entryPrice, trade.exitPrice, null]),
    line: { color, width: 1.25, dash: "dot" },
    marker: {
      color,
      opacity: 1,
      line: { color, width: 1 },
      size: trades.flatMap(() => [9, 6, 0]),
      symbol: trades.flatMap((trade) => [
        trade.lots > 0 ? "triangle-up" : "triangle-down",
        "circle-open",
        "circle",
      ]),
    },
    text: trades.flatMap((trade) => [
      `${point(trade)} at ${formatPrice(trade.entryPrice)}`,
      `Exit at ${formatPrice(trade.exitPrice)}, net ${formatUsd(trade.netUsd)}`,
      "",
    ]),
    hovertemplate: "%{text}<extra></extra>",
  };
}

/** The price of the tested bars with the last trades marked on it. */
export function tradeFigure(sheet: TearSheet): Figure {
  const { trades, price } = sheet;
  const base = { id: "trades", title: "Trades on price" } as const;
  if (price.time.length < 2) {
    return { kind: "empty", ...base, reason: "There are fewer than two prices." };
  }
  const marked = trades.slice(-MARKED_TRADES);
  const opening = trades.at(-OPENING_TRADES)?.entryTime ?? price.time[0]!;
  const winners = marked.filter((trade) => trade.netUsd > 0);
  const losers = marked.filter((trade) => trade.netUsd <= 0);
  const count = marked.length < trades.length
    ? `The last ${formatDecimal(marked.length, 0)} of ${
      formatDecimal(trades.length, 0)
    } trades are marked.`
    : "";
  return {
    kind: "chart",
    ...base,
    note: trades.length === 0
      ? "No trade was made in this period; the line is the closing price."
      : `Triangles are entries (up is long, down is short), circles are exits. ${count}`.trim(),
    height: 400,
    spanDays: spanInDays(price.time),
    legend: trades.length === 0 ? [] : [
      { label: "Closing price", color: "@muted", traces: [0] },
      { label: `Winning trades (${winners.length})`, color: "@gain", traces: [1] },
      { label: `Losing trades (${losers.length})`, color: "@loss", traces: [2] },
    ],
    data: [priceLine(price, opening), tradeMarks(winners, "@gain"), tradeMarks(losers, "@loss")],
    layout: {
      ...LAYOUT,
      xaxis: {
        ...TIME_AXIS,
        range: [opening, price.time.at(-1)!],
      },
      yaxis: { ...AXIS, tickformat: ",~f", nticks: 7 },
    },
  };
}

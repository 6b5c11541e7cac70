import type { Layout } from "./layout.ts";

/** Services for programs: Databento, Polygon (now Massive), Interactive Brokers, TradingView. */
export const MARKET_DATA_SERVICES: readonly Layout[] = [
  {
    name: "databento",
    title: "Databento, OHLCV",
    source: "https://databento.com/docs/schemas/ohlcv.md",
    headers: [["tsevent", "rtype", "publisherid", "instrumentid", "open", "high", "low", "close"]],
    // Fixed-point prices: one unit is a billionth.
    priceScale: 1e9,
    scaleFromDigits: 7,
  },
  {
    name: "polygon",
    title: "Polygon (Massive), flat files",
    source: "https://massive.com/blog/insights-from-trade-level-data",
    headers: [["ticker", "volume", "open", "close", "high", "low", "windowstart"]],
  },
  {
    name: "polygon-api",
    title: "Polygon (Massive), aggregates as JSON",
    source: "https://massive.com/blog/aggs-api-updates",
    headers: [["v", "vw", "o", "c", "h", "l", "t"]],
  },
  {
    name: "interactive-brokers",
    title: "Interactive Brokers",
    source: "https://interactivebrokers.github.io/tws-api/classIBApi_1_1Bar.html",
    headers: [
      ["date", "open", "high", "low", "close", "volume", "average", "barcount"],
      ["", "date", "open", "high", "low", "close", "volume", "average", "barcount"],
    ],
    unknownVolume: -1,
  },
  {
    name: "tradingview",
    title: "TradingView, chart data",
    source: "https://smartswingtools.com/docs/ssi-pro/csv-export",
    headers: [["time", "open", "high", "low", "close"]],
    spelling: /^time,open,high,low,close(,Volume|$|,[A-Z])/,
    doubledNames: true,
  },
];

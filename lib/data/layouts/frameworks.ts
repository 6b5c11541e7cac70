import type { Layout } from "./layout.ts";

/** What libraries and backtesting frameworks write. */
export const FRAMEWORKS: readonly Layout[] = [
  {
    name: "quantconnect-equity",
    title: "QuantConnect LEAN, equity minutes",
    source: "https://github.com/QuantConnect/Lean/blob/master/Data/equity/readme.md",
    shape: /^\d{1,8}(,\d+){5}$/,
    fields: ["clock", "open", "high", "low", "close", "volume"],
    fileName: /^\d{8}_.*trade/i,
    dateInName: true,
    timeZone: "America/New_York",
    priceScale: 1e4,
    scaleFromDigits: 5,
  },
  {
    name: "quantconnect-future",
    title: "QuantConnect LEAN, futures and crypto minutes",
    source: "https://github.com/QuantConnect/Lean/blob/master/Data/future/readme.md",
    shape: /^\d{1,8}(,-?\d+\.?\d*){5}$/,
    fields: ["clock", "open", "high", "low", "close", "volume"],
    fileName: /^\d{8}_.*trade/i,
    dateInName: true,
    timeZone: "UTC",
  },
  {
    name: "quantconnect-daily",
    title: "QuantConnect LEAN, equity hours and days",
    source: "https://github.com/QuantConnect/Lean/blob/master/Data/equity/readme.md",
    shape: /^\d{8} \d\d:\d\d(,\d+){5}$/,
    fields: ["time", "open", "high", "low", "close", "volume"],
    timeZone: "America/New_York",
    priceScale: 1e4,
    scaleFromDigits: 5,
  },
  {
    name: "pandas",
    title: "pandas, with its index",
    source: "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_csv.html",
    headers: [["", "open", "high", "low", "close"], ["unnamed0", "open", "high", "low", "close"]],
  },
  {
    name: "polars",
    title: "polars, stamps to the microsecond",
    source: "https://docs.pola.rs/api/python/stable/reference/api/polars.DataFrame.write_csv.html",
    headers: [["timestamp", "open", "high", "low", "close"], [
      "datetime",
      "open",
      "high",
      "low",
      "close",
    ]],
    shape: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}([+-]\d{4})?,/,
  },
];

import type { Layout } from "./layout.ts";

const NEW_YORK = "America/New_York";

/** Vendors of US history whose files hold New York wall-clock time. */
export const HISTORY_VENDORS: readonly Layout[] = [
  {
    name: "kibot",
    title: "Kibot, intraday",
    source: "https://www.kibot.com/Data_Format.aspx",
    shape: /^\d\d\/\d\d\/\d{4},\d{1,2}:\d\d(:\d\d)?(,-?\d+\.?\d*){4},\d+$/,
    fields: ["time", "clock", "open", "high", "low", "close", "volume"],
    timeZone: NEW_YORK,
    dateOrder: "mdy",
  },
  {
    name: "kibot-daily",
    title: "Kibot, days",
    source: "https://www.kibot.com/Data_Format.aspx",
    shape: /^\d\d\/\d\d\/\d{4}(,-?\d+\.?\d*){4},\d+$/,
    fields: ["time", "open", "high", "low", "close", "volume"],
    dateOrder: "mdy",
  },
  {
    name: "firstrate",
    title: "FirstRate Data",
    source: "https://firstratedata.com/free-intraday-data",
    shape: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,-?\d+\.?\d*){4,5}$/,
    fields: ["time", "open", "high", "low", "close", "volume"],
    timeZone: NEW_YORK,
  },
  {
    name: "alpha-vantage",
    title: "Alpha Vantage",
    source: "https://www.alphavantage.co/documentation/",
    headers: [
      ["timestamp", "open", "high", "low", "close", "volume"],
      ["timestamp", "open", "high", "low", "close", "adjustedclose", "volume"],
    ],
    newestFirst: true,
    timeZone: NEW_YORK,
  },
  {
    name: "thetadata-2",
    title: "Theta Data, version 2",
    source: "https://http-docs.thetadata.us/operations/get-v2-hist-stock-ohlc.html",
    headers: [["msofday", "open", "high", "low", "close", "volume", "count", "date"]],
    timeZone: NEW_YORK,
  },
  {
    name: "thetadata-3",
    title: "Theta Data, version 3",
    source: "https://docs.thetadata.us/operations/option_history_ohlc.html",
    headers: [
      ["timestamp", "open", "high", "low", "close", "volume", "count", "vwap"],
      ["symbol", "expiration", "strike", "right", "timestamp", "open", "high", "low", "close"],
    ],
    timeZone: NEW_YORK,
  },
];

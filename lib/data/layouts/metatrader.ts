import type { Layout } from "./layout.ts";

/** MetaTrader 4 and 5; the clock is the broker's server and no file names its zone. */
export const METATRADER: readonly Layout[] = [
  {
    name: "metatrader-5",
    title: "MetaTrader 5, bars",
    source: "https://github.com/Nils3600/modularer-backtester load_mt5_data.py",
    headers: [
      ["date", "time", "open", "high", "low", "close", "tickvol", "vol", "spread"],
      ["date", "open", "high", "low", "close", "tickvol", "vol", "spread"],
    ],
    notes: ["MetaTrader writes its broker's server clock; ask the broker for the zone."],
  },
  {
    name: "metatrader-4",
    title: "MetaTrader 4, History Center",
    source: "https://www.fxdd.com/mt/en/resources/mt4-one-minute-data",
    shape: /^\d{4}\.\d\d\.\d\d,\d\d:\d\d(,\d+\.?\d*){5}$/,
    fields: ["time", "clock", "open", "high", "low", "close", "volume"],
    notes: [
      "MetaTrader 4 counts price changes as volume and writes its broker's server clock.",
      "HistData.com writes files of this shape in UTC-5: --layout histdata-metatrader.",
    ],
  },
];

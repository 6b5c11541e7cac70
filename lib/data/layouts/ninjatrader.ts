import type { Layout } from "./layout.ts";

const SOURCE = "https://ninjatrader.com/support/helpGuides/nt7/importing.htm";

/** NinjaTrader's text files of minutes and days. */
export const NINJATRADER: readonly Layout[] = [
  {
    name: "ninjatrader",
    title: "NinjaTrader, minutes",
    source: SOURCE,
    shape: /^\d{8} \d{6}(;-?\d+\.?\d*){4};\d+$/,
    fields: ["time", "open", "high", "low", "close", "volume"],
    timeZone: "UTC",
    notes: [
      "NinjaTrader 8 exports UTC; for a file of version 7 give its zone with --time-zone.",
      "NinjaTrader's own exports name the end of a bar: add --stamp close for one.",
    ],
  },
  {
    name: "ninjatrader-daily",
    title: "NinjaTrader, days",
    source: SOURCE,
    shape: /^\d{8}(;-?\d+\.?\d*){4};\d+$/,
    fields: ["time", "open", "high", "low", "close", "volume"],
  },
];

import type { Layout } from "./layout.ts";

/** Sierra Chart's text files; the clock is the chart's, so the zone must be given. */
export const SIERRA_CHART: readonly Layout[] = [
  {
    name: "sierra-chart",
    title: "Sierra Chart, bars as text",
    source: "https://www.sierrachart.com/index.php?page=doc/TextCSVDataFormat.html",
    headers: [
      ["date", "time", "open", "high", "low", "last", "volume", "numberoftrades"],
      ["date", "time", "open", "high", "low", "last", "volume", "oftrades"],
      ["date", "time", "open", "high", "low", "last", "volume", "openinterest"],
    ],
    // Study columns repeat the names of the bar's.
    doubledNames: true,
    notes: ["Sierra Chart writes the chart's own zone."],
  },
];

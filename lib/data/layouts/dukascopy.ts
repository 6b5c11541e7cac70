import type { Layout } from "./layout.ts";

/** Dukascopy's web exports and JForex. */
export const DUKASCOPY: readonly Layout[] = [
  {
    name: "dukascopy",
    title: "Dukascopy, GMT",
    source: "https://github.com/rosasurfer/mt4-php-tools app/lib/dukascopy/README.md",
    headers: [["gmttime", "open", "high", "low", "close"]],
    timeZone: "UTC",
    dateOrder: "dmy",
  },
  {
    name: "dukascopy-local",
    title: "Dukascopy, local time",
    source: "https://www.dukascopy.com/swiss/english/marketwatch/historical/",
    headers: [["localtime", "open", "high", "low", "close"]],
    dateOrder: "dmy",
  },
  {
    name: "jforex",
    title: "JForex, EET",
    source: "https://www.dukascopy.com/swiss/english/marketwatch/historical/",
    headers: [["timeeet", "open", "high", "low", "close"]],
    timeZone: "Europe/Athens",
  },
];

import type { Layout } from "./layout.ts";

const SOURCE =
  "https://help.tradestation.com/10_00/eng/tradestationhelp/symlist/field_order_3rd_party_data.htm";

/** TradeStation's Data Window; a stamp is the closing time of its bar. */
export const TRADESTATION: readonly Layout[] = [
  {
    name: "tradestation",
    title: "TradeStation, intraday",
    source: SOURCE,
    headers: [["date", "time", "open", "high", "low", "close", "up", "down"]],
    stamp: "close",
    dateOrder: "mdy",
    doubledNames: true,
  },
  {
    name: "tradestation-daily",
    title: "TradeStation, days",
    source: SOURCE,
    headers: [["date", "time", "open", "high", "low", "close", "vol", "oi"]],
    stamp: "close",
    dateOrder: "mdy",
    doubledNames: true,
  },
];

import type { Layout } from "./layout.ts";

/** Files that people download from web sites: mostly days, newest first. */
export const WEB_DOWNLOADS: readonly Layout[] = [
  {
    name: "stooq-bulk",
    title: "Stooq, bulk",
    source: "https://stooq.com/db/h/",
    headers: [["ticker", "per", "date", "time", "open", "high", "low", "close", "vol", "openint"]],
    notes: ["Stooq states no zone for intraday bars; users read Warsaw time."],
  },
  {
    name: "stooq",
    title: "Stooq, days, Polish",
    source: "https://stooq.pl/q/d/",
    headers: [["data", "otwarcie", "najwyzszy", "najnizszy", "zamkniecie"]],
  },
  {
    name: "finam",
    title: "Finam",
    source: "https://github.com/ffeast/finam-export/issues/13",
    headers: [["ticker", "per", "date", "time", "open", "high", "low", "close", "vol"]],
    notes: ["Finam writes Moscow time unless market time was chosen."],
  },
  {
    name: "barchart",
    title: "Barchart",
    source:
      "https://github.com/robcarver17/pysystemtrade sysinit/futures/barchart_futures_contract_prices.py",
    headers: [
      ["time", "open", "high", "low", "latest", "change", "change", "volume"],
      ["time", "open", "high", "low", "last", "change", "chg", "volume"],
      ["symbol", "time", "open", "high", "low", "last", "change", "chg", "volume"],
    ],
    doubledNames: true,
    notes: ["Barchart states no zone for intraday bars; most users read America/Chicago."],
  },
  {
    name: "investing",
    title: "Investing.com",
    source: "https://www.investing.com/indices/us-spx-500-historical-data",
    headers: [["date", "price", "open", "high", "low"]],
    dateOrder: "mdy",
  },
  {
    name: "investing-day-first",
    title: "Investing.com in a language that writes the day first",
    source: "https://es.investing.com/indices/us-spx-500-historical-data",
    headers: [
      ["fecha", "último", "apertura", "máximo", "mínimo"],
      ["data", "último", "abertura", "máxima", "mínima"],
      ["date", "dernier", "ouv", "plushaut", "plusbas"],
      ["data", "ultimo", "apertura", "massimo", "minimo"],
      ["дата", "цена", "откр", "макс", "мин"],
      ["tarih", "şimdi", "açılış", "yüksek", "düşük"],
    ],
    dateOrder: "dmy",
  },
  {
    name: "nasdaq",
    title: "Nasdaq.com",
    source: "https://www.nasdaq.com/market-activity/quotes/historical",
    headers: [["date", "closelast", "volume", "open", "high", "low"]],
    dateOrder: "mdy",
  },
  {
    name: "yahoo",
    title: "Yahoo Finance",
    source: "https://github.com/ranaroussi/yfinance/issues/2269",
    headers: [["date", "open", "high", "low", "close", "adjclose", "volume"]],
  },
  {
    name: "yfinance",
    title: "yfinance, names in several lines",
    source: "https://github.com/ranaroussi/yfinance/issues/2193",
    headers: [["price"]],
    shape: /^Ticker,/,
    extraHeaderLines: 2,
  },
  {
    name: "quandl",
    title: "Quandl, continuous futures",
    source: "https://data.nasdaq.com/data/CHRIS",
    headers: [["date", "open", "high", "low", "last", "change", "settle", "volume"]],
    columns: { close: "settle", openInterest: "prev*" },
    notes: ["The close is the settlement; open interest is the day before's."],
  },
];

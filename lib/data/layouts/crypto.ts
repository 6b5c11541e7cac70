import type { Layout } from "./layout.ts";

const BINANCE = "https://github.com/binance/binance-public-data";

/** Archives of crypto exchanges: epoch counts in UTC. */
export const CRYPTO: readonly Layout[] = [
  {
    name: "binance",
    title: "Binance, klines without a header",
    source: BINANCE,
    shape: /^\d{13}(\d{3})?(,\d+\.?\d*){5},\d{13}(\d{3})?(,\d+\.?\d*){5}$/,
    fields: [
      "time",
      "open",
      "high",
      "low",
      "close",
      "volume",
      null,
      null,
      null,
      null,
      null,
      null,
    ],
  },
  {
    name: "binance-header",
    title: "Binance, klines with a header",
    source: BINANCE,
    headers: [["opentime", "open", "high", "low", "close", "volume", "closetime"]],
  },
  {
    name: "kraken",
    title: "Kraken, OHLCVT archive",
    source: "https://support.kraken.com/hc/en-us/articles/360047124832",
    shape: /^\d{10}(,\d+\.?\d*){5},\d+$/,
    fields: ["time", "open", "high", "low", "close", "volume", null],
  },
  {
    name: "cryptodatadownload",
    title: "CryptoDataDownload",
    source: "https://www.cryptodatadownload.com/data/",
    headers: [["unix", "date", "symbol", "open", "high", "low", "close"]],
    columns: { time: "unix", volume: "volume*" },
  },
  {
    name: "coinapi",
    title: "CoinAPI",
    source: "https://www.quicknode.com/docs/ethereum/crypto-market-data-api/v1-getHistoricalOHLCV",
    headers: [["timeperiodstart", "timeperiodend", "timeopen", "timeclose", "priceopen"]],
  },
];

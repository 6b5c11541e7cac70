/**
 * How a source writes corporate actions: names of its columns or keys, without case, blanks and
 * punctuation.
 */
export interface ActionForm {
  /** Whose form it is, for people. */
  readonly title: string;
  /** Page or public file that shows it. */
  readonly source: string;
  /** Names that tell it: all of them are there. */
  readonly names: readonly string[];
  /** The ex-date: the first of these that is there; the nameless first column when empty. */
  readonly date: readonly string[];
  /** Dollars a share; nothing, 0 and blanks are no dividend. */
  readonly dividend?: string;
  /** Shares after a split for each one before; nothing, 0, 1 and blanks are no split. */
  readonly split?: string;
  /** Shares before and after, where they stand apart. */
  readonly splitParts?: readonly [before: string, after: string];
  /** Says which of the two a row is, beside `value`. */
  readonly kind?: string;
  /** The amount of a dividend or the ratio of a split, the first of these that is there. */
  readonly value?: readonly string[];
  /** The only types of dividend that are cash; every type when absent. */
  readonly cashTypes?: { readonly name: string; readonly are: readonly string[] };
  /** How its dates are written where figures leave it open. */
  readonly dateOrder?: "mdy" | "dmy";
  /** Dividends are divided by all later splits, as the prices of the source are. */
  readonly dividendsAdjusted?: true;
}

const INDEX_DATE = ["date", "datetime", "index", "timestamp", ""];

/** The more specific first. */
export const ACTION_FORMS: readonly ActionForm[] = [
  {
    title: "Yahoo Finance through yfinance, actions",
    source: "https://github.com/pydata/pandas-datareader/issues/651 (dividends are split-adjusted)",
    names: ["dividends", "stocksplits"],
    date: INDEX_DATE,
    dividend: "dividends",
    split: "stocksplits",
    dividendsAdjusted: true,
  },
  {
    title: "Yahoo Finance through yfinance, dividends",
    source: "https://ranaroussi.github.io/yfinance/reference/yfinance.stock.html",
    names: ["dividends"],
    date: INDEX_DATE,
    dividend: "dividends",
    dividendsAdjusted: true,
  },
  {
    title: "Yahoo Finance through yfinance, splits",
    source: "https://ranaroussi.github.io/yfinance/reference/yfinance.stock.html",
    names: ["stocksplits"],
    date: INDEX_DATE,
    split: "stocksplits",
  },
  {
    title: "Nasdaq, dividend history",
    source: "https://api.nasdaq.com/api/quote/AAPL/dividends?assetclass=stocks",
    names: ["exoreffdate", "amount"],
    date: ["exoreffdate"],
    dividend: "amount",
    cashTypes: { name: "type", are: ["cash"] },
    dateOrder: "mdy",
  },
  {
    title: "Nasdaq, dividend history as its page shows it",
    source: "https://www.nasdaq.com/market-activity/stocks/aapl/dividend-history",
    names: ["exeffdate", "cashamount"],
    date: ["exeffdate"],
    dividend: "cashamount",
    cashTypes: { name: "type", are: ["cash"] },
    dateOrder: "mdy",
  },
  {
    title: "Nasdaq, calendar of splits",
    source: "https://api.nasdaq.com/api/calendar/splits",
    names: ["ratio", "executiondate"],
    date: ["executiondate"],
    split: "ratio",
    dateOrder: "mdy",
  },
  {
    title: "Massive (Polygon), splits",
    source: "https://massive.com/docs/rest/stocks/corporate-actions/splits",
    names: ["splitfrom", "splitto", "executiondate"],
    date: ["executiondate"],
    splitParts: ["splitfrom", "splitto"],
  },
  {
    title: "Massive (Polygon), dividends",
    source: "https://massive.com/knowledge-base/categories/reference-data (not split-adjusted)",
    names: ["cashamount", "exdividenddate"],
    date: ["exdividenddate"],
    dividend: "cashamount",
  },
  {
    title: "Alpha Vantage, splits",
    source: "https://www.alphavantage.co/documentation/#splits",
    names: ["effectivedate", "splitfactor"],
    date: ["effectivedate"],
    split: "splitfactor",
  },
  {
    title: "Alpha Vantage, dividends",
    source: "https://www.alphavantage.co/documentation/#dividends",
    names: ["exdividenddate", "amount"],
    date: ["exdividenddate"],
    dividend: "amount",
  },
  {
    title: "daily prices with dividends and splits beside them",
    source: "https://www.tiingo.com/documentation/end-of-day",
    names: ["divcash", "splitfactor"],
    date: ["date"],
    dividend: "divcash",
    split: "splitfactor",
  },
  {
    title: "daily prices with dividends and splits beside them",
    source: "https://www.alphavantage.co/documentation/#dailyadj",
    names: ["dividendamount", "splitcoefficient"],
    date: ["timestamp", "date"],
    dividend: "dividendamount",
    split: "splitcoefficient",
  },
  {
    title: "one action a row",
    source: "docs/actions.md of this toolkit",
    names: ["date", "kind"],
    date: ["date"],
    kind: "kind",
    value: ["value", "ratio", "amount"],
  },
];

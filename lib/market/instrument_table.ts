import type { Dated, Instrument, Margin } from "./instrument.ts";

/*
 * Contract terms (tick, point value, months) are the exchange's. Fees and margins are ASSUMPTIONS
 * of the right order of magnitude: brokers differ and margins move by tens of percent, so a live
 * account must take them from its broker. To use others, pass a changed copy of the instrument:
 * `{ ...findInstrument("MES"), feePerSideUsd: [{ from: "1998-01-01", value: 0.62 }] }`.
 */

const QUARTERLY = "HMUZ";
const MONTHLY = "FGHJKMNQUVXZ";
const START = "1998-01-01";

const MICRO_FEE = 0.95;
const EMINI_FEE = 2.5;
const COMMODITY_FEE = 3;

function constant<T>(value: T): readonly Dated<T>[] {
  return [{ from: START, value }];
}

/** Exchange margins: the maintenance margin is 10/11 of the initial one. */
function margins(...rows: readonly (readonly [from: string, initialUsd: number])[]) {
  return rows.map(([from, initialUsd]): Dated<Margin> => ({
    from,
    value: { initialUsd, maintenanceUsd: Math.round((initialUsd * 10) / 11) },
  }));
}

type Terms = Pick<Instrument, "symbol" | "name" | "tickSize" | "pointValue" | "margin"> & {
  readonly fee: number;
};

type Market = Pick<Instrument, "exchange" | "session" | "rollMonths">;

function futures(market: Market, rows: readonly Terms[]): Instrument[] {
  return rows.map(({ fee, ...terms }) => ({
    ...terms,
    ...market,
    kind: "future",
    currency: "USD",
    timeZone: "America/Chicago",
    feePerSideUsd: constant(fee),
  }));
}

const ES_MARGIN = [[START, 12_100], ["2022-04-01", 12_320], ["2025-04-01", 12_650]] as const;
const NQ_MARGIN = [[START, 17_600], ["2022-04-01", 17_050], ["2025-04-01", 18_700]] as const;

function tenth(rows: readonly (readonly [string, number])[]) {
  return margins(...rows.map(([from, initial]) => [from, initial / 10] as const));
}

/* deno-fmt-ignore */
const CME_INDEX = futures({ exchange: "CME", session: "cme-equity", rollMonths: QUARTERLY }, [
  { symbol: "ES", name: "E-mini S&P 500", tickSize: 0.25, pointValue: 50, fee: EMINI_FEE, margin: margins(...ES_MARGIN) },
  { symbol: "MES", name: "Micro E-mini S&P 500", tickSize: 0.25, pointValue: 5, fee: MICRO_FEE, margin: tenth(ES_MARGIN) },
  { symbol: "NQ", name: "E-mini Nasdaq-100", tickSize: 0.25, pointValue: 20, fee: EMINI_FEE, margin: margins(...NQ_MARGIN) },
  { symbol: "MNQ", name: "Micro E-mini Nasdaq-100", tickSize: 0.25, pointValue: 2, fee: MICRO_FEE, margin: tenth(NQ_MARGIN) },
  { symbol: "RTY", name: "E-mini Russell 2000", tickSize: 0.1, pointValue: 50, fee: EMINI_FEE, margin: margins([START, 7_150]) },
  { symbol: "M2K", name: "Micro E-mini Russell 2000", tickSize: 0.1, pointValue: 5, fee: MICRO_FEE, margin: margins([START, 715]) },
]);

/* deno-fmt-ignore */
const CBOT_INDEX = futures({ exchange: "CBOT", session: "cme-equity", rollMonths: QUARTERLY }, [
  { symbol: "YM", name: "E-mini Dow", tickSize: 1, pointValue: 5, fee: EMINI_FEE, margin: margins([START, 9_900]) },
  { symbol: "MYM", name: "Micro E-mini Dow", tickSize: 1, pointValue: 0.5, fee: MICRO_FEE, margin: margins([START, 990]) },
]);

/* deno-fmt-ignore */
const ENERGY = futures({ exchange: "NYMEX", session: "cme-energy-metals", rollMonths: MONTHLY }, [
  { symbol: "CL", name: "WTI crude oil", tickSize: 0.01, pointValue: 1_000, fee: COMMODITY_FEE, margin: margins([START, 4_510], ["2022-04-01", 7_700]) },
  { symbol: "MCL", name: "Micro WTI crude oil", tickSize: 0.01, pointValue: 100, fee: MICRO_FEE, margin: margins([START, 451], ["2022-04-01", 770]) },
  { symbol: "NG", name: "Henry Hub natural gas", tickSize: 0.001, pointValue: 10_000, fee: COMMODITY_FEE, margin: margins([START, 4_400]) },
]);

const GOLD_MONTHS = "GJMQVZ";
const SILVER_COPPER_MONTHS = "HKNUZ";
const COMEX = { exchange: "COMEX", session: "cme-energy-metals" } as const;

/* deno-fmt-ignore */
const METALS = [
  ...futures({ ...COMEX, rollMonths: GOLD_MONTHS }, [
    { symbol: "GC", name: "Gold", tickSize: 0.1, pointValue: 100, fee: COMMODITY_FEE, margin: margins([START, 9_350], ["2025-04-01", 15_400]) },
    { symbol: "MGC", name: "Micro gold", tickSize: 0.1, pointValue: 10, fee: MICRO_FEE, margin: margins([START, 935], ["2025-04-01", 1_540]) },
  ]),
  ...futures({ ...COMEX, rollMonths: SILVER_COPPER_MONTHS }, [
    { symbol: "SI", name: "Silver", tickSize: 0.005, pointValue: 5_000, fee: COMMODITY_FEE, margin: margins([START, 11_000]) },
    { symbol: "HG", name: "Copper", tickSize: 0.0005, pointValue: 25_000, fee: COMMODITY_FEE, margin: margins([START, 6_600]) },
  ]),
];

/* deno-fmt-ignore */
const CURRENCIES = futures({ exchange: "CME", session: "cme-fx", rollMonths: QUARTERLY }, [
  { symbol: "6E", name: "Euro FX", tickSize: 0.00005, pointValue: 125_000, fee: EMINI_FEE, margin: margins([START, 2_310]) },
  { symbol: "M6E", name: "Micro EUR/USD", tickSize: 0.0001, pointValue: 12_500, fee: MICRO_FEE, margin: margins([START, 231]) },
]);

/* deno-fmt-ignore */
const NOTES = futures({ exchange: "CBOT", session: "cme-rates", rollMonths: QUARTERLY }, [
  { symbol: "ZN", name: "10-year US Treasury note", tickSize: 1 / 64, pointValue: 1_000, fee: 1.8, margin: margins([START, 1_870]) },
]);

/** The futures that ship, by root symbol. */
export const FUTURES: readonly Instrument[] = [
  ...CME_INDEX,
  ...CBOT_INDEX,
  ...ENERGY,
  ...METALS,
  ...CURRENCIES,
  ...NOTES,
];

/** US shares and funds known by name; any other needs its kind said. */
export const STOCKS: Readonly<Record<string, string>> = {
  SPY: "SPDR S&P 500 ETF",
  QQQ: "Invesco QQQ",
  DIA: "SPDR Dow Jones ETF",
  IWM: "iShares Russell 2000 ETF",
  GLD: "SPDR Gold Shares",
  TLT: "iShares 20+ Year Treasury ETF",
  AAPL: "Apple",
  AMZN: "Amazon",
  GOOGL: "Alphabet",
  META: "Meta Platforms",
  MSFT: "Microsoft",
  NVDA: "Nvidia",
  TSLA: "Tesla",
};

/** Currency pairs that are quoted in dollars. */
export const CURRENCY_PAIRS: Readonly<Record<string, string>> = {
  EURUSD: "Euro in US dollars",
  GBPUSD: "Pound sterling in US dollars",
  AUDUSD: "Australian dollar in US dollars",
  NZDUSD: "New Zealand dollar in US dollars",
};

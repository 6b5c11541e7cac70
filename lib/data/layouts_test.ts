import { assert, assertEquals } from "../../tests/assert.ts";
import { createTestInstrument, withFile } from "../../tests/fixtures/loader_fixture.ts";
import { LAYOUTS } from "./layouts/mod.ts";
import { inspectBars, type InspectedBars, type LoadOptions } from "./loader.ts";

/**
 * A file of each layout, made up: how it is called and written, the layout that must be named,
 * and its bars as `UTC open,high,low,close,volume` for the first and the last.
 */
interface Sample {
  readonly file: string;
  readonly text: string;
  readonly layout: string;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
  readonly options?: Partial<LoadOptions>;
}

const NEW_YORK = "America/New_York";
const fine = createTestInstrument("TEST", 1e-9, "fx");

const lines = (...rows: readonly string[]): string => rows.join("\n") + "\n";

/** Three minutes of one market, which most samples below write in their own way. */
const MINUTES_UTC = [
  "2031-03-03T14:30,41.25,42.1,40.9,41.8,1184",
  "2031-03-03T14:32,41.7,41.72,41.41,41.55,771",
] as const;
const DAYS_UTC = [
  "2031-03-03T00:00,41.25,42.1,40.9,41.8,118400",
  "2031-03-05T00:00,41.7,41.72,41.41,41.55,77120",
] as const;

const minutes = (write: (time: string, prices: readonly string[], volume: string) => string) => [
  write("09:30", ["41.25", "42.10", "40.90", "41.80"], "1184"),
  write("09:31", ["41.80", "41.95", "41.60", "41.70"], "903"),
  write("09:32", ["41.70", "41.72", "41.41", "41.55"], "771"),
];
const days = (write: (day: string, prices: readonly string[], volume: string) => string) => [
  write("03", ["41.25", "42.10", "40.90", "41.80"], "118400"),
  write("04", ["41.80", "41.95", "41.60", "41.70"], "90310"),
  write("05", ["41.70", "41.72", "41.41", "41.55"], "77120"),
];

/** Samples in minutes: 09:30 New York is 14:30 UTC. */
const MINUTE_FILES: readonly (readonly [
  layout: string,
  file: string,
  text: string,
  options?: Partial<LoadOptions>,
])[] = [
  [
    "metatrader-4",
    "EURUSD1.csv",
    lines(...minutes((t, p, v) => `2031.03.03,${t},${p.join(",")},${v}`)),
    { timeZone: NEW_YORK },
  ],
  [
    "metatrader-5",
    "EURUSD_M1.csv",
    lines(
      "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
      ...minutes((t, p, v) => `2031.03.03\t${t}:00\t${p.join("\t")}\t${v}\t0\t7`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "tick data suite.csv",
    lines(
      "Date,Time,Open,High,Low,Close,Tick volume",
      ...minutes((t, p, v) => `2031.03.03,${t}:00,${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "histdata-metatrader",
    "DAT_MT_EURUSD_M1_203103.csv",
    lines(...minutes((t, p, v) => `2031.03.03,${t},${p.join(",")},${v}`)),
  ],
  [
    "dukascopy",
    "EURUSD_BID.csv",
    lines(
      "Gmt time,Open,High,Low,Close,Volume",
      ...minutes((t, p, v) => `03.03.2031 ${t.replace("09", "14")}:00.000,${p.join(",")},${v}`),
    ),
  ],
  [
    "dukascopy-local",
    "EURUSD_local.csv",
    lines(
      "Local time,Open,High,Low,Close,Volume",
      ...minutes((t, p, v) => `03.03.2031 ${t}:00.000 GMT-0500,${p.join(",")},${v}`),
    ),
  ],
  [
    "jforex",
    "EURUSD_1 Min_Bid.csv",
    lines(
      "Time (EET),Open,High,Low,Close,Volume ",
      ...minutes((t, p, v) => `2031.03.03 ${t.replace("09", "16")}:00,${p.join(",")},${v}`),
    ),
  ],
  [
    "plain",
    "dukascopy-node.csv",
    lines(
      "timestamp,open,high,low,close,volume",
      ...minutes((t, p, v) => `${1930314600000 + (+t.slice(3) - 30) * 60000},${p.join(",")},${v}`),
    ),
  ],
  [
    "finam",
    "finam.txt",
    lines(
      "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
      ...minutes((t, p, v) => `ZZ,1,20310303,${t.replace(":", "")}00,${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "ninjatrader",
    "ES 12-31.Last.txt",
    lines(...minutes((t, p, v) => `20310303 14${t.slice(3)}00;${p.join(";")};${v}`)),
  ],
  [
    "ninjatrader",
    "version 7.txt",
    lines(...minutes((t, p, v) => `20310303 09${t.slice(3)}00;${p.join(";")};${v}`)),
    { timeZone: NEW_YORK },
  ],
  [
    "sierra-chart",
    "ES.scid_BarData.txt",
    lines(
      "Date, Time, Open, High, Low, Last, Volume, NumberOfTrades, BidVolume, AskVolume",
      ...minutes((t, p, v) => `2031/3/3, ${t}:00, ${p.join(", ")}, ${v}, 402, 571, 616`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "sierra-chart",
    "study.txt",
    lines(
      "Date, Time, Open, High, Low, Last, Volume, # of Trades, OHLC Avg, HLC Avg, HL Avg, " +
        "Bid Volume, Ask Volume, Open, Last",
      ...minutes((t, p, v) =>
        `2031-3-3, ${t}:00.000000, ${p.join(", ")}, ${v}, 402, 1, 1, 1, 571, 616, 0, 0`
      ),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "tradestation",
    "tradestation.txt",
    lines(
      '"Date","Time","Open","High","Low","Close","Up","Down"',
      ...minutes((t, p, v) => `03/03/2031,09:${+t.slice(3) + 1},${p.join(",")},${+v - 100},100`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "multicharts.csv",
    lines(
      '"Date","Time","Open","High","Low","Close","TotalVolume"',
      ...minutes((t, p, v) => `2031/3/3,${t.replace("09", "9")}:00,${p.join(",")},${v}`),
    ).replaceAll("\n", "\r\n"),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "multicharts angle.csv",
    lines(
      "<Date>, <Time>, <Open>, <High>, <Low>, <Close>, <Volume>",
      ...minutes((t, p, v) => `3/03/2031,${t}:00.000,${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK, dateOrder: "dmy" },
  ],
  [
    "plain",
    "backtrader.csv",
    lines(
      "datetime,open,high,low,close,volume,openinterest",
      ...minutes((t, p, v) => `2031-03-03 ${t}:00,${p.join(",")},${v},0`),
    ),
    { timeZone: NEW_YORK },
  ],
  ["kibot", "IBM.txt", lines(...minutes((t, p, v) => `03/03/2031,${t},${p.join(",")},${v}`))],
  [
    "firstrate",
    "AAA_full_1min_adjsplit.txt",
    lines(...minutes((t, p, v) => `2031-03-03 ${t}:00,${p.join(",")},${v}`)),
  ],
  [
    "plain",
    "portara header.csv",
    lines(
      "Date,Time,Open,High,Low,LastPrice,TradeVolume",
      ...minutes((t, p, v) => `20310303,${+t.replace(":", "")},${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "tickwrite.csv",
    lines(
      "Date,Time,Open,High,Low,Close,Volume",
      ...minutes((t, p, v) => `03/03/2031,${t}:00,${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK, dateOrder: "mdy" },
  ],
  [
    "databento",
    "pretty.csv",
    lines(
      "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
      ...minutes((t, p, v) =>
        `2031-03-03T14:${t.slice(3)}:00.000000000Z,33,1,5001,` +
        `${p.map((price) => price + "0000000").join(",")},${v},ESH1`
      ),
    ),
  ],
  [
    "databento",
    "raw.csv",
    lines(
      "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume",
      ...minutes((t, p, v) =>
        `${1930314600 + (+t.slice(3) - 30) * 60}000000000,33,1,5001,` +
        `${p.map((price) => price.replace(".", "") + "0000000").join(",")},${v}`
      ),
    ),
  ],
  [
    "databento",
    "two symbols.csv",
    lines(
      "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
      ...minutes((t, p, v) =>
        `2031-03-03T14:${t.slice(3)}:00.000000000Z,33,1,5001,${p.join(",")},${v},ESH1\n` +
        `2031-03-03T14:${t.slice(3)}:00.000000000Z,33,1,5090,31.75,31.8,31.7,31.75,12,ESH1-ESM1`
      ),
    ),
    { select: "ESH1" },
  ],
  [
    "polygon",
    "2031-03-03.csv",
    lines(
      "ticker,volume,open,close,high,low,window_start,transactions",
      ...minutes((t, [o, h, l, c], v) =>
        `ZZA,${v},${o},${c},${h},${l},${1930314600 + (+t.slice(3) - 30) * 60}000000000,402`
      ),
    ),
  ],
  [
    "polygon-api",
    "aggregates.json",
    JSON.stringify({
      ticker: "ZZA",
      resultsCount: 3,
      results: minutes((t, [o, h, l, c], v) =>
        JSON.stringify({
          v: +v,
          vw: 41.61,
          o: +o!,
          c: +c!,
          h: +h!,
          l: +l!,
          t: 1930314600000 + (+t.slice(3) - 30) * 60000,
          n: 402,
        })
      ).map((row) => JSON.parse(row)),
    }),
  ],
  [
    "thetadata-2",
    "theta 2.csv",
    lines(
      "ms_of_day,open,high,low,close,volume,count,date",
      ...minutes((t, p, v) =>
        `${34200000 + (+t.slice(3) - 30) * 60000},${p.join(",")},${v},402,20310303`
      ),
    ),
  ],
  [
    "thetadata-3",
    "theta 3.csv",
    lines(
      "timestamp,open,high,low,close,volume,count,vwap",
      ...minutes((t, p, v) => `2031-03-03T${t}:00.000,${p.join(",")},${v},402,41.6`),
    ),
  ],
  [
    "thetadata-3",
    "theta option.csv",
    lines(
      "symbol,expiration,strike,right,timestamp,open,high,low,close,volume,count,vwap",
      ...minutes((t, p, v) =>
        `"ZZA","2031-03-21",42.000,"CALL","2031-03-03T${t}:00.000",${p.join(",")},${v},88,2.34`
      ),
    ),
  ],
  [
    "plain",
    "eodhd.csv",
    lines(
      "Timestamp,Gmtoffset,Datetime,Open,High,Low,Close,Volume",
      ...minutes((t, p, v) =>
        `${1930314600 + (+t.slice(3) - 30) * 60},0,"2031-03-03 14:30:00",${p.join(",")},${v}`
      ),
    ),
  ],
  [
    "coinapi",
    "coinapi.csv",
    lines(
      "time_period_start;time_period_end;time_open;time_close;price_open;price_high;price_low;" +
        "price_close;volume_traded;trades_count",
      ...minutes((t, p, v) =>
        `2031-03-03T14:${t.slice(3)}:00.0000000Z;x;x;x;${p.join(";")};${v};402`
      ),
    ),
  ],
  [
    "stooq-bulk",
    "zza.us.txt",
    lines(
      "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
      ...minutes((t, p, v) => `ZZA.US,5,20310303,15${t.slice(3)}00,${p.join(",")},${v},0`),
    ),
    { timeZone: "Europe/Warsaw" },
  ],
  [
    "plain",
    "stooq intraday.csv",
    lines(
      "Date,Time,Open,High,Low,Close,Volume",
      ...minutes((t, p, v) => `2031-03-03,15:${t.slice(3)}:00,${p.join(",")},${v}`),
    ),
    { timeZone: "Europe/Warsaw" },
  ],
  [
    "barchart",
    "zzh31_intraday-1min.csv",
    lines(
      "Time,Open,High,Low,Latest,Change,%Change,Volume",
      ...minutes((t, p, v) =>
        `"2031-03-03 08:${t.slice(3)}",${p.join(",")},+0.25,+0.01%,"${v === "1184" ? "1,184" : v}"`
      ).toReversed(),
      '"Downloaded from Barchart.com as of 03-03-2031 08:45am CST"',
    ),
    { timeZone: "America/Chicago" },
  ],
  [
    "alpha-vantage",
    "intraday_1min.csv",
    lines(
      "timestamp,open,high,low,close,volume",
      ...minutes((t, p, v) => `2031-03-03 ${t}:00,${p.join(",")},${v}`).toReversed(),
    ),
  ],
  [
    "plain",
    "alpha vantage.json",
    JSON.stringify({
      "Meta Data": { "6. Time Zone": "US/Eastern" },
      "Time Series (1min)": Object.fromEntries(
        minutes((t, [o, h, l, c], v) =>
          JSON.stringify([`2031-03-03 ${t}:00`, {
            "1. open": o,
            "2. high": h,
            "3. low": l,
            "4. close": c,
            "5. volume": v,
          }])
        ).map((row) => JSON.parse(row)).reverse(),
      ),
    }),
    { timeZone: NEW_YORK, layout: "alpha-vantage" },
  ],
  [
    "tradingview",
    "ZZ, 1.csv",
    lines(
      "time,open,high,low,close,Volume,Volume MA",
      ...minutes((t, p, v) => `${1930314600 + (+t.slice(3) - 30) * 60},${p.join(",")},${v},`),
    ),
  ],
  [
    "tradingview",
    "ZZ iso.csv",
    lines(
      "time,open,high,low,close,Volume",
      ...minutes((t, p, v) => `2031-03-03T${t}:00-05:00,${p.join(",")},${v}`),
    ),
  ],
  [
    "binance",
    "ZZUSDT-1m-2031-03.csv",
    lines(...minutes((t, p, v) => {
      const time = 1930314600 + (+t.slice(3) - 30) * 60;
      return `${time}000000,${p.join(",")},${v},${time + 59}999999,4921.3,402,60,2499.8,0`;
    })),
  ],
  [
    "binance-header",
    "futures.csv",
    lines(
      "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume," +
        "taker_buy_quote_volume,ignore",
      ...minutes((t, p, v) => {
        const time = 1930314600 + (+t.slice(3) - 30) * 60;
        return `${time}000,${p.join(",")},${v},${time + 59}999,4921.3,402,60,2499.8,0`;
      }),
    ),
  ],
  [
    "cryptodatadownload",
    "Bitstamp_ABCUSD_minute.csv",
    lines(
      "https://www.CryptoDataDownload.com",
      "unix,date,symbol,open,high,low,close,Volume ABC,Volume USD",
      ...minutes((t, p, v) =>
        `${1930314600 + (+t.slice(3) - 30) * 60},2031-03-03,ABC/USD,${p.join(",")},${v},1`
      ).toReversed(),
    ),
  ],
  [
    "kraken",
    "XBTUSD_1.csv",
    lines(
      ...minutes((t, p, v) => `${1930314600 + (+t.slice(3) - 30) * 60},${p.join(",")},${v},402`),
    ),
  ],
  [
    "plain",
    "ccxt.json",
    `[${
      minutes((t, p, v) =>
        `[${1930314600000 + (+t.slice(3) - 30) * 60000},${p.map(Number).join(",")},${v}]`
      ).join(",")
    }]`,
  ],
  [
    "interactive-brokers",
    "ib frame.csv",
    lines(
      ",date,open,high,low,close,volume,average,barCount",
      ...minutes((t, p, v) =>
        `${+t.slice(3) - 30},2031-03-03 ${t}:00-05:00,${p.join(",")},${v}.0,41.61,402`
      ),
    ),
  ],
  [
    "interactive-brokers",
    "ib raw.csv",
    lines(
      "Date,Open,High,Low,Close,Volume,Average,BarCount",
      ...minutes((t, p, v) => `20310303  ${t}:00,${p.join(",")},${v},41.61,402`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "interactive-brokers",
    "ib zone name.csv",
    lines(
      "Date,Open,High,Low,Close,Volume,Average,BarCount",
      ...minutes((t, p, v) => `20310303 ${t}:00 US/Eastern,${p.join(",")},${v},41.61,402`),
    ),
  ],
  [
    "quantconnect-equity",
    "20310303_zza_minute_trade.csv",
    lines(
      ...minutes((t, p, v) =>
        `${34200000 + (+t.slice(3) - 30) * 60000},${
          p.map((price) => price.replace(".", "") + "00").join(",")
        },${v}`
      ),
    ),
  ],
  [
    "quantconnect-future",
    "20310303_es_minute_trade_203103.csv",
    lines(...minutes((t, p, v) => `${52200000 + (+t.slice(3) - 30) * 60000},${p.join(",")},${v}`)),
  ],
  [
    "plain",
    "projectx.json",
    JSON.stringify({
      bars: minutes((t, p, v) =>
        JSON.stringify({
          t: `2031-03-03T14:${t.slice(3)}:00+00:00`,
          o: +p[0]!,
          h: +p[1]!,
          l: +p[2]!,
          c: +p[3]!,
          v: +v,
        })
      ).map((row) => JSON.parse(row)).reverse(),
      success: true,
    }),
  ],
  [
    "pandas",
    "pandas zoned.csv",
    lines(
      ",open,high,low,close,volume",
      ...minutes((t, p, v) => `2031-03-03 ${t}:00-05:00,${p.join(",")},${v}.0`),
    ),
  ],
  [
    "polars",
    "polars.csv",
    lines(
      "timestamp,open,high,low,close,volume",
      ...minutes((t, p, v) => `2031-03-03T${t}:00.000000-0500,${p.join(",")},${v}`),
    ),
  ],
  [
    "plain",
    "questdb.csv",
    lines(
      '"timestamp","symbol","open","high","low","close","volume"',
      ...minutes((t, p, v) => `"2031-03-03T14:${t.slice(3)}:00.000000Z","ZZA",${p.join(",")},${v}`),
    ).replaceAll("\n", "\r\n"),
  ],
  [
    "plain",
    "postgres.csv",
    lines(
      "time,symbol,open,high,low,close,volume",
      ...minutes((t, p, v) => `2031-03-03 14:${t.slice(3)}:00+00,ZZA,${p.join(",")},${v}`),
    ),
  ],
  [
    "plain",
    "psql.txt",
    lines(
      " time                  | open | high | low | close | volume ",
      ...minutes((t, p, v) => ` 2031-03-03 14:${t.slice(3)}:00+00 | ${p.join(" | ")} | ${v} `),
      "(3 rows)",
    ),
  ],
  [
    "plain",
    "excel serial.csv",
    lines(
      "Date,Open,High,Low,Close,Volume",
      "47910.39583,41.25,42.1,40.9,41.8,1184",
      "47910.39653,41.8,41.95,41.6,41.7,903",
      "47910.39722,41.7,41.72,41.41,41.55,771",
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "am and pm.csv",
    lines(
      "Date,Time,Open,High,Low,Close,Volume",
      ...minutes((t, p, v) => `03-Mar-2031,${t.replace("09", "9")} AM,${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "compact.csv",
    lines(
      "time,open,high,low,close,volume",
      ...minutes((t, p, v) => `20310303${t.replace(":", "")},${p.join(",")},${v}`),
    ),
    { timeZone: NEW_YORK },
  ],
  [
    "plain",
    "trailing separators.csv",
    lines(
      "time,open,high,low,close,volume",
      ...minutes((t, p, v) => `2031-03-03T${t}:00-05:00,${p.join(",")},${v},`),
    ),
  ],
  [
    "plain",
    "old Macintosh.csv",
    lines(
      "time,open,high,low,close,volume",
      ...minutes((t, p, v) => `2031-03-03T${t}:00-05:00,${p.join(",")},${v}`),
    ).replaceAll("\n", "\r"),
  ],
  [
    "plain",
    "decimal commas.csv",
    lines(
      "Zeit;Open;High;Low;Close;Volume".replace("Zeit", "Datum"),
      ...minutes((t, p, v) =>
        `2031-03-03 ${t};${p.map((price) => price.replace(".", ",")).join(";")};${
          v === "1184" ? "1.184" : v
        }`
      ),
    ),
    { timeZone: NEW_YORK },
  ],
];

/** Samples in days. */
const DAY_FILES: readonly (readonly [
  layout: string,
  file: string,
  text: string,
  options?: Partial<LoadOptions>,
])[] = [
  [
    "ninjatrader-daily",
    "ES 12-31.Last.txt",
    lines(...days((d, p, v) => `203103${d};${p.join(";")};${v}`)),
  ],
  [
    "sierra-chart",
    "ES.dly",
    lines(
      "Date, Time, Open, High, Low, Last, Volume, OpenInterest",
      ...days((d, p, v) => `2031/3/${+d}, 00:00:00, ${p.join(", ")}, ${v}, 2310044`),
    ),
  ],
  ["kibot-daily", "IBM.txt", lines(...days((d, p, v) => `03/${d}/2031,${p.join(",")},${v}`))],
  [
    "plain",
    "norgate.csv",
    lines(
      "Date,Open,High,Low,Close,Volume,Open Interest",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},${v},2310044`),
    ),
  ],
  [
    "plain",
    "tiingo.csv",
    lines(
      "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash",
      ...days((d, [o, h, l, c], v) =>
        `2031-03-${d}T00:00:00.000Z,${c},${h},${l},${o},${v},1,1,1,1,1,0.0`
      ),
    ),
  ],
  [
    "plain",
    "eodhd.csv",
    lines(
      "Date,Open,High,Low,Close,Adjusted_close,Volume",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},1,${v}`),
    ),
  ],
  [
    "plain",
    "stooq.csv",
    lines(
      "Date,Open,High,Low,Close,Volume",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},${v}`),
    ),
  ],
  [
    "stooq",
    "stooq polish.csv",
    lines(
      "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},${v}`),
    ),
  ],
  [
    "stooq-bulk",
    "zza.us.txt",
    lines(
      "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
      ...days((d, p, v) => `ZZA.US,D,203103${d},000000,${p.join(",")},${v},0`),
    ),
  ],
  [
    "barchart",
    "older.csv",
    lines(
      'Time,Open,High,Low,Last,Change,%Chg,Volume,"Open Int"',
      ...days((d, p, v) => `03/${d}/2031,${p.join(",")},-0.1,-0.24%,${v},220410`).toReversed(),
    ),
    { dateOrder: "mdy" },
  ],
  [
    "investing",
    "english.csv",
    "\ufeff" + lines(
      '"Date","Price","Open","High","Low","Vol.","Change %"',
      ...days((d, [o, h, l, c], v) =>
        `"03/${d}/2031","${c}","${o}","${h}","${l}","${+v / 1000}K","-0.01%"`
      ).toReversed(),
    ),
  ],
  [
    "investing",
    "old english.csv",
    lines(
      '"Date","Price","Open","High","Low","Vol.","Change %"',
      ...days((d, [o, h, l, c], v) =>
        `"Mar ${d}, 2031","${c}","${o}","${h}","${l}","${+v / 1000}K","-0.01%"`
      ).toReversed(),
    ),
  ],
  ...[
    ["spanish", '"Fecha","Último","Apertura","Máximo","Mínimo","Vol.","% var."'],
    ["portuguese", '"Data","Último","Abertura","Máxima","Mínima","Vol.","Var%"'],
    ["italian", '"Data","Ultimo","Apertura","Massimo","Minimo","Vol.","Var. %"'],
    ["russian", '"Дата","Цена","Откр.","Макс.","Мин.","Объём","Изм. %"'],
    ["turkish", '"Tarih","Şimdi","Açılış","Yüksek","Düşük","Hac.","Fark %"'],
  ].map(([name, header]) =>
    [
      "investing-day-first",
      `${name}.csv`,
      lines(
        header!,
        ...days((d, [o, h, l, c], v) =>
          `"${d}.03.2031","${c}","${o}","${h}","${l}","${v}","-0,01%"`
            .replaceAll(/(\d{2})\.(\d{2})"/g, '$1,$2"').replace(`${d},03`, `${d}.03`)
        ).toReversed(),
      ),
    ] as const
  ),
  [
    "investing-day-first",
    "french.csv",
    lines(
      '"Date","Dernier","Ouv."," Plus Haut","Plus Bas","Vol.","Variation %"',
      ...days((d, [o, h, l, c], v) =>
        `"${d}/03/2031","${c!.replace(".", ",")}","${o!.replace(".", ",")}",` +
        `"${h!.replace(".", ",")}","${l!.replace(".", ",")}","${+v / 1000}K","-0,01%"`
          .replace(/(\d)\.(\d+)K/, "$1,$2K")
      ).toReversed(),
    ),
  ],
  [
    "plain",
    "chinese.csv",
    lines(
      "日期,开盘,收盘,最高,最低,成交量,成交额",
      ...days((d, [o, h, l, c], v) => `2031-03-${d},${o},${c},${h},${l},${v},91750400.00`),
    ),
  ],
  [
    "plain",
    "korean.csv",
    lines(
      '"날짜","종가","시가","고가","저가","거래량","변동 %"',
      ...days((d, [o, h, l, c], v) => `"2031- 03- ${d}","${c}","${o}","${h}","${l}","${v}","1%"`),
    ),
  ],
  [
    "plain",
    "japanese.csv",
    lines(
      '"日付け","終値","始値","高値","安値","出来高","変化率 %"',
      ...days((d, [o, h, l, c], v) => `"2031/03/${d}","${c}","${o}","${h}","${l}","${v}","1%"`),
    ),
  ],
  [
    "plain",
    "ariva.csv",
    lines(
      "Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen",
      ...days((d, p, v) =>
        `2031-03-${d};${p.map((price) => price.replace(".", ",")).join(";")};${v};37655`
      ).toReversed(),
    ),
  ],
  [
    "nasdaq",
    "HistoricalData.csv",
    lines(
      "Date,Close/Last,Volume,Open,High,Low",
      ...days((d, [o, h, l, c], v) => `03/${d}/2031,$${c},${v},$${o},$${h},$${l}`).toReversed(),
    ),
  ],
  [
    "yahoo",
    "ZZA.csv",
    lines(
      "Date,Open,High,Low,Close,Adj Close,Volume",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},40.9,${v}`),
    ),
  ],
  [
    "yfinance",
    "yfinance.csv",
    lines(
      "Price,Close,High,Low,Open,Volume",
      "Ticker,ZZA,ZZA,ZZA,ZZA,ZZA",
      "Date,,,,,",
      ...days((d, [o, h, l, c], v) => `2031-03-${d},${c},${h},${l},${o},${v}`),
    ),
  ],
  [
    "yfinance",
    "yfinance two.csv",
    lines(
      "Price,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume",
      "Ticker,ZZB,ZZA,ZZB,ZZA,ZZB,ZZA,ZZB,ZZA,ZZB,ZZA",
      "Date,,,,,,,,,,",
      ...days((d, [o, h, l, c], v) => `2031-03-${d},9,${c},9,${h},9,${l},9,${o},9,${v}`),
    ),
    { select: "ZZA" },
  ],
  [
    "alpha-vantage",
    "daily_adjusted.csv",
    lines(
      "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},40,${v},0.0000,1.0`).toReversed(),
    ),
  ],
  [
    "quandl",
    "CHRIS-CME_ZZ1.csv",
    lines(
      "Date,Open,High,Low,Last,Change,Settle,Volume,Previous Day Open Interest",
      ...days((d, [o, h, l, c], v) => `2031-03-${d},${o},${h},${l},1,,${c},${v}.0,2310044.0`)
        .toReversed(),
    ),
  ],
  [
    "pandas",
    "pandas.csv",
    lines(",open,high,low,close,volume", ...days((d, p, v) => `2031-03-${d},${p.join(",")},${v}`)),
  ],
  [
    "pandas",
    "saved twice.csv",
    lines(
      "Unnamed: 0,open,high,low,close,volume",
      ...days((d, p, v) => `2031-03-${d},${p.join(",")},${v}`),
    ),
  ],
  [
    "quantconnect-daily",
    "zza.csv",
    lines(
      ...days((d, p, v) =>
        `203103${d} 00:00,${p.map((price) => price.replace(".", "") + "00").join(",")},${v}`
      ),
    ),
  ],
  [
    "plain",
    "month names.csv",
    lines(
      "Date,Open,High,Low,Close,Volume",
      ...days((d, p, v) => `${d}-Mar-2031,${p.join(",")},${v}`),
    ),
  ],
];

async function inspect(
  file: string,
  content: string | Uint8Array,
  options: Partial<LoadOptions> = {},
): Promise<InspectedBars> {
  return await withFile(
    file,
    content,
    (path) => inspectBars(path, { instrument: fine, ...options }),
  );
}

function barText({ bars }: InspectedBars, row: number): string {
  const { time, open, high, low, close, volume } = bars!;
  const prices = [open, high, low, close, volume].map((column) => column.at(row)!);
  return [new Date(time.at(row)!).toISOString().slice(0, 16), ...prices].join(",");
}

const SAMPLES: readonly Sample[] = [
  ...MINUTE_FILES.map(([layout, file, text, options]): Sample => ({
    layout,
    file,
    text,
    rows: 3,
    first: MINUTES_UTC[0],
    last: MINUTES_UTC[1],
    ...(options === undefined ? {} : { options }),
  })),
  ...DAY_FILES.map(([layout, file, text, options]): Sample => ({
    layout,
    file,
    text,
    rows: 3,
    first: DAYS_UTC[0],
    last: DAYS_UTC[1],
    ...(options === undefined ? {} : { options }),
  })),
];

for (const sample of SAMPLES) {
  Deno.test(`a file as ${sample.layout} writes it is read: ${sample.file}`, async () => {
    const found = await inspect(sample.file, sample.text, sample.options);
    const errors = found.report.problems.filter(({ severity }) => severity === "error");
    assertEquals(errors, []);
    const expected = sample.options?.layout ?? sample.layout;
    assertEquals(found.report.layout, expected);
    assertEquals(found.report.rows, sample.rows);
    assertEquals([barText(found, 0), barText(found, -1)], [sample.first, sample.last]);
  });
}

Deno.test("every layout has a name of its own and a place where it is shown", () => {
  assertEquals(new Set(LAYOUTS.map(({ name }) => name)).size, LAYOUTS.length);
  for (const { name, title, source, headers, fields } of LAYOUTS) {
    assert(/^[a-z0-9-]+$/.test(name), name);
    assert(title !== "" && /^https:\/\//.test(source), name);
    assert((headers ?? fields) !== undefined, name);
  }
});

Deno.test("histdata-ascii is told from ninjatrader by a volume of 0 in every row", async () => {
  const rows = ["093000", "093100", "093200"].map((t) => `20310303 ${t};1.2;1.3;1.1;1.2`);
  const empty = await inspect("DAT_ASCII_M1.csv", lines(...rows.map((row) => `${row};0`)));
  assertEquals([empty.report.layout, empty.report.firstTime], [
    "histdata-ascii",
    "2031-03-03T14:30:00.000Z",
  ]);
  const traded = await inspect("ES.txt", lines(...rows.map((row) => `${row};7`)));
  assertEquals(traded.report.layout, "ninjatrader");
});

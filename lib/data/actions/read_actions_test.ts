import nodeAssert from "node:assert/strict";
import { InputError } from "../../core/errors.ts";
import { withFile } from "../../../tests/fixtures/loader_fixture.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { readActions } from "./read_actions.ts";
import { readDate, readRatio } from "./written_action.ts";

/** Apple's actions of 2014 and 2020 as each source writes them. */
const SPLITS = [["2014-06-09", "split", 7], ["2020-08-31", "split", 4]] as const;
const DIVIDENDS = [["2014-05-08", "dividend", 3.29], ["2020-11-06", "dividend", 0.205]] as const;
const BOTH = [DIVIDENDS[0], ...SPLITS, DIVIDENDS[1]];

const FORMS: readonly (readonly [
  file: string,
  text: string,
  title: string,
  actions: readonly (readonly [string, string, number])[],
])[] = [
  [
    "own.csv",
    "date,kind,value\n2020-11-06,dividend,0.205\n2014-06-09,split,7\n2014-05-08,Dividend,$3.29\n" +
    "2020-08-31,split,4-for-1\n",
    "one action a row",
    BOTH,
  ],
  [
    "own.json",
    JSON.stringify([
      { date: "2014-05-08", kind: "dividend", amount: 3.29 },
      { date: "2014-06-09", kind: "split", ratio: "7:1" },
      { date: "2020-08-31", kind: "split", ratio: 4 },
      { date: "2020-11-06", kind: "dividend", amount: 0.205 },
    ]),
    "one action a row",
    BOTH,
  ],
  [
    "yf_actions.csv",
    "Date,Dividends,Stock Splits\n2014-05-08 00:00:00-04:00,0.1175,0.0\n" +
    "2014-06-09 00:00:00-04:00,0.0,7.0\n2020-08-31 00:00:00-04:00,0.0,4.0\n" +
    "2020-11-06 00:00:00-05:00,0.205,0.0\n",
    "Yahoo Finance through yfinance, actions",
    BOTH,
  ],
  [
    "yf_history.csv",
    "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n" +
    "2014-05-08 00:00:00-04:00,18,19,18,19,1000,0.1175,0.0\n" +
    "2014-06-09 00:00:00-04:00,20,21,20,21,1000,0.0,7.0\n" +
    "2014-06-10 00:00:00-04:00,20,21,20,21,1000,0.0,0.0\n" +
    "2020-08-31 00:00:00-04:00,120,121,120,121,1000,0.0,4.0\n" +
    "2020-11-06 00:00:00-05:00,120,121,120,121,1000,0.205,0.0\n",
    "Yahoo Finance through yfinance, actions",
    BOTH,
  ],
  [
    "yf_columns.json",
    '{"Dividends":{"1399521600000":0.1175,"1604638800000":0.205},' +
    '"Stock Splits":{"1402286400000":7.0,"1598846400000":4.0}}',
    "Yahoo Finance through yfinance, actions",
    BOTH,
  ],
  [
    "nasdaq_dividends.json",
    JSON.stringify({
      data: {
        exDividendDate: "11/06/2020",
        dividends: {
          headers: { exOrEffDate: "Ex/EFF Date", amount: "Cash Amount" },
          rows: [
            { exOrEffDate: "11/06/2020", type: "CASH", amount: "$0.205", currency: "USD" },
            { exOrEffDate: "05/08/2014", type: "CASH", amount: "$3.29", currency: "USD" },
          ],
        },
      },
      status: { rCode: 200 },
    }),
    "Nasdaq, dividend history",
    DIVIDENDS,
  ],
  [
    "nasdaq_page.csv",
    "Ex/EFF Date,Type,Cash Amount,Declaration Date,Record Date,Payment Date\n" +
    "11/06/2020,CASH,$0.205,10/29/2020,11/09/2020,11/12/2020\n" +
    "05/08/2014,CASH,$3.29,04/23/2014,05/12/2014,05/15/2014\n",
    "Nasdaq, dividend history as its page shows it",
    DIVIDENDS,
  ],
  [
    "nasdaq_splits.json",
    JSON.stringify({
      data: {
        rows: [
          { symbol: "AAPL", name: "Apple", ratio: "4 : 1", executionDate: "8/31/2020" },
          { symbol: "TSLA", name: "Tesla", ratio: "5 : 1", executionDate: "8/31/2020" },
          { symbol: "AAPL", name: "Apple", ratio: "7 : 1", executionDate: "6/09/2014" },
        ],
      },
    }),
    "Nasdaq, calendar of splits",
    SPLITS,
  ],
  [
    "polygon_splits.json",
    JSON.stringify({
      results: [
        { execution_date: "2020-08-31", split_from: 1, split_to: 4, ticker: "AAPL" },
        { execution_date: "2014-06-09", split_from: 1, split_to: 7, ticker: "AAPL" },
      ],
      status: "OK",
    }),
    "Massive (Polygon), splits",
    SPLITS,
  ],
  [
    "polygon_dividends.json",
    JSON.stringify({
      results: DIVIDENDS.map(([date, , amount]) => ({
        ...{ cash_amount: amount, currency: "USD", dividend_type: "CD", ticker: "AAPL" },
        ...{ ex_dividend_date: date, pay_date: "2020-11-12", frequency: 4 },
      })),
    }),
    "Massive (Polygon), dividends",
    DIVIDENDS,
  ],
  [
    "av_splits.json",
    JSON.stringify({
      symbol: "AAPL",
      data: SPLITS.map(([date, , ratio]) => ({
        effective_date: date,
        split_factor: ratio.toFixed(4),
      })),
    }),
    "Alpha Vantage, splits",
    SPLITS,
  ],
  [
    "av_dividends.csv",
    "ex_dividend_date,declaration_date,record_date,payment_date,amount\n" +
    "2020-11-06,2020-10-29,2020-11-09,2020-11-12,0.205\n2014-05-08,None,None,None,3.29\n",
    "Alpha Vantage, dividends",
    DIVIDENDS,
  ],
  [
    "tiingo.csv",
    "date,close,high,low,open,volume,adjClose,divCash,splitFactor\n" +
    "2014-05-08,588,594,586,588,1,80,3.29,1.0\n2014-06-09,93,94,92,93,1,90,0.0,7.0\n" +
    "2014-06-10,94,95,93,94,1,91,0.0,1.0\n2020-08-31,129,131,126,127,1,126,0.0,4.0\n" +
    "2020-11-06,118,119,116,118,1,118,0.205,1.0\n",
    "daily prices with dividends and splits beside them",
    BOTH,
  ],
];

for (const [file, text, title, wanted] of FORMS) {
  Deno.test(`readActions() reads ${file}: ${title}`, () =>
    withFile(file, text, (path) => {
      const { actions, notes } = readActions([path], "AAPL");
      assertEquals(
        actions.map(({ date, kind, value }) => `${date} ${kind} ${value}`),
        wanted.map((action) => action.join(" ")),
      );
      assert(notes[0]!.endsWith(`: ${title}.`), notes[0]);
      assertEquals(notes.length, title.includes("yfinance") ? 2 : 1);
      return Promise.resolve();
    }));
}

Deno.test("readActions() joins files, counts what they share once and keeps two dividends of a day", () =>
  withFile(
    "splits.csv",
    "Date,Stock Splits\n2020-08-31,4.0\n",
    (splits) =>
      withFile(
        "dividends.csv",
        "Date,Dividends\n2014-05-08,0.8225\n2020-11-06,0.205\n2020-11-06,1.0\n",
        (dividends) => {
          const { actions, notes } = readActions([dividends, splits, splits], "AAPL");
          assertEquals(actions.map(({ date, value }) => [date, value]), [
            ["2014-05-08", 3.29],
            ["2020-08-31", 4],
            ["2020-11-06", 0.205],
            ["2020-11-06", 1],
          ]);
          assertEquals(
            notes.at(-1),
            "1 dividend was in shares after later splits and turned back " +
              "into what was paid.",
          );
          return Promise.resolve();
        },
      ),
  ));

Deno.test("readActions() refuses in one line what cannot be true, with its row and a remedy", async () => {
  const head = "date,kind,value\n";
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    [`${head}2020-08-31,split,0\n`, /row 2: .*'0' as the ratio of a split .*such as 4 or 1:10/],
    [`${head}2020-08-31,split,-4\n`, /'-4' as the ratio/],
    [`${head}2020-08-31,split,1:0\n`, /'1:0' as the ratio/],
    [`${head}2020-08-31,split,1\n`, /one share for one/],
    [`${head}2020-08-31,split,\n`, /'' as the ratio/],
    [`${head}2020-08-07,dividend,0\n`, /'0' as the amount of a dividend/],
    [`${head}2020-08-07,dividend,-1\n`, /'-1' as the amount/],
    [`${head}2020-08-07,dividend,soon\n`, /'soon' as the amount/],
    [
      `${head}2020-08-31,split,4\n\n2020-08-07,spin-off,3\n`,
      /row 4: .*of kind 'spin-off' .*write split/,
    ],
    [`${head}2020-02-30,split,4\n`, /'2020-02-30' as the date/],
    [`${head}8/7/2020,dividend,1\n`, /day and month of '8\/7\/2020' \(write dates as YYYY-MM-DD\)/],
    [
      `${head}2020-08-31,split,4\n2020-08-31,split,5\n`,
      /two splits on 2020-08-31: 4 and 5 for one/,
    ],
    ["time,open\n1,2\n", /from the columns time, open \(write date,kind,value/],
    ["", /Cannot find corporate actions in the file/],
    ["\u0000\u0001PAR1", /Cannot find corporate actions in the file/],
    [
      "ticker,date,kind,value\nMSFT,2020-08-31,split,4\n",
      /of AAPL in the file: it has those of MSFT/,
    ],
    [
      '{"rows":[{"exOrEffDate":"08/07/2020","type":"STOCK","amount":"0.05"}]}',
      /row 1: .*of kind 'stock'/,
    ],
    ['{"results":[{"execution_date":"2020-08-31","split_from":0,"split_to":4}]}', /'4 for 0'/],
  ];
  for (const [text, message] of cases) {
    await withFile("actions.csv", text, (path) => {
      nodeAssert.throws(() => readActions([path], "AAPL"), (error) => {
        assert(error instanceof InputError && !error.message.includes("\n"), String(error));
        nodeAssert.match(error.message, message);
        return true;
      });
      return Promise.resolve();
    });
  }
  nodeAssert.throws(() => readActions(["/nowhere/a.csv"], "AAPL"), /\/nowhere\/a.csv: .*check the/);
});

Deno.test("readRatio() and readDate() read what people write", () => {
  assertEquals(["4", "4.0", "4:1", " 4 / 1", "4-for-1", "4 for 1"].map(readRatio), [
    ...[4, 4, 4, 4, 4, 4],
  ]);
  assertEquals(["1:10", "0.1", "0.333333", "3:2", "1.05", "0.05"].map(readRatio), [
    ...[0.1, 0.1, 1 / 3, 1.5, 1.05, 0.05],
  ]);
  assert(["", "x", "1:", ":1", "4-1"].every((text) => Number.isNaN(readRatio(text))));
  assertEquals(
    ["2020-08-31", "20200831", "2020/08/31", "31.08.2020", "2020-08-31T04:00:00Z"].map((text) =>
      readDate(text, "dmy")
    ),
    new Array(5).fill("2020-08-31"),
  );
  assertEquals(readDate("1598846400", "mdy"), "2020-08-31");
  assertEquals(
    ["", "soon", "2020", "202008311", "99/99/2020"].map((text) => readDate(text, "mdy")),
    [
      ...[null, null, null, null, null],
    ],
  );
});

import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { readFunding } from "./funding_file.ts";

const EIGHT = Date.UTC(2024, 0, 1, 8), SIXTEEN = Date.UTC(2024, 0, 1, 16);
const PLAIN = [{ time: EIGHT, rate: 0.0001 }, { time: SIXTEEN, rate: -0.00025 }];
const MARKED = [{ ...PLAIN[0]!, price: 42_310.5 }, { ...PLAIN[1]!, price: 42_100 }];

/** The same two payments as exchanges and people write them. */
const SHAPES: readonly (readonly [name: string, text: string, expected: typeof PLAIN])[] = [
  ["own.csv", "time,rate\n2024-01-01T08:00:00Z,0.0001\n2024-01-01T16:00:00Z,-0.00025\n", PLAIN],
  ["newest first.csv", "time;rate\n2024-01-01 16:00;-0.00025\n2024-01-01 08:00;0.0001", PLAIN],
  [
    "percent.csv",
    "Date,Funding Rate\n2024-01-01 08:00:00,0.01%\n2024-01-01 16:00:00,-0.025 %",
    PLAIN,
  ],
  [
    "binance month.csv",
    `calc_time,funding_interval_hours,last_funding_rate\n${EIGHT},8,0.00010000\n${SIXTEEN},8,-0.00025000\n`,
    PLAIN,
  ],
  ["lean.csv", "20240101 08:00:00,0.00010000\n20240101 16:00:00,-0.00025000\n", PLAIN],
  [
    "binance request.json",
    JSON.stringify([
      {
        symbol: "BTCUSDT",
        fundingTime: EIGHT,
        fundingRate: "0.00010000",
        markPrice: "42310.50000000",
      },
      { symbol: "BTCUSDT", fundingTime: SIXTEEN, fundingRate: "-0.00025000", markPrice: "42100" },
    ]),
    MARKED,
  ],
  [
    "okx.csv",
    `instId,fundingRate,realizedRate,fundingTime\nBTC-USDT-SWAP,0.0003,0.0001,${EIGHT}\nBTC-USDT-SWAP,0.1,-0.00025,${SIXTEEN}\n`,
    PLAIN,
  ],
  [
    "two symbols.csv",
    `symbol,fundingRate,fundingRateTimestamp\nETHUSDT,0.01,${EIGHT}\nBTCUSDT,0.0001,${EIGHT}\nBTCUSDT,-0.00025,${SIXTEEN}\n`,
    PLAIN,
  ],
];

for (const [name, text, expected] of SHAPES) {
  Deno.test(`readFunding() reads ${name}`, () =>
    inFolder((folder) => {
      const path = join(folder, name);
      Deno.writeTextFileSync(path, text);
      assertEquals(readFunding(path, "BTCUSDT.P"), expected);
      Deno.writeFileSync(`${path}.gz`, gzipSync(text));
      assertEquals(readFunding(`${path}.gz`, "BTCUSDT.P"), expected);
    }));
}

const REFUSED: readonly (readonly [why: string, text: string, line: string])[] = [
  [
    "a rate that is a percentage without its sign",
    "time,rate\n2024-01-01T08:00Z,0.5\n",
    "row 2: Cannot believe a funding rate: current value is 0.5 (give shares such as 0.0001, or percentages",
  ],
  [
    "a rate that is no number",
    "time,rate\n2024-01-01T08:00Z,none\n",
    "row 2: Cannot read the rate of a payment: current value is 'none'",
  ],
  [
    "an empty rate",
    "time,rate\n2024-01-01T08:00Z,\n",
    "row 2: Cannot read the rate of a payment: current value is ''",
  ],
  [
    "a time that is none",
    "time,rate\n2024-01-01T08:00Z,0\n2024-13-01T08:00Z,0\n",
    "row 3: Cannot read the time of a payment: current value is '2024-13-01T08:00Z'",
  ],
  [
    "a price of 0",
    "time,rate,mark_price\n2024-01-01T08:00Z,0,0\n",
    "row 2: Cannot read the mark price of a payment: current value is '0'",
  ],
  [
    "two payments at once",
    "time,rate\n2024-01-01T08:00Z,0\n2024-01-01T08:00Z,1e-4\n",
    "row 3: Cannot take two payments at one time: current value is 2024-01-01T08:00:00.000Z (keep one, the other is row 2)",
  ],
  [
    "another symbol",
    "symbol,time,rate\nETHUSDT,2024-01-01T08:00Z,0\n",
    "Cannot find funding of BTCUSDT.P in the file (it has that of ETHUSDT)",
  ],
  [
    "columns that nobody knows",
    "when,howmuch\n2024-01-01T08:00Z,0\n",
    "row 1: Cannot read funding as its columns are not known (name them time and rate",
  ],
  [
    "percentages without their sign",
    "time,rate\n2024-01-01,0.01\n2024-01-02,0.01\n2024-01-03,-0.013\n",
    "Cannot believe funding of which half is above 1 % of the position at a time (give shares",
  ],
  ["nothing", "", "Cannot read funding from an empty file"],
];

for (const [why, text, line] of REFUSED) {
  Deno.test(`readFunding() refuses ${why} in one line`, () =>
    inFolder((folder) => {
      const path = join(folder, "funding.csv");
      Deno.writeTextFileSync(path, text);
      let message = "";
      try {
        readFunding(path, "BTCUSDT.P");
      } catch (error) {
        assert(error instanceof InputError, String(error));
        ({ message } = error);
      }
      assert(message.startsWith(path) && !message.includes("\n"), message);
      assert(message.includes(line), message);
    }));
}

import { createRandom } from "../core/random.ts";
import { InputError } from "../core/errors.ts";
import { createCalendar } from "../market/calendar.ts";
import { findInstrument } from "../market/instruments.ts";
import { assert } from "../../tests/assert.ts";
import { withFile } from "../../tests/fixtures/loader_fixture.ts";
import { expectedSpans, findGaps } from "./gaps.ts";
import { inspectBars } from "./loader.ts";

const INPUTS = 600;
const MOST_EDITS = 4;
const ES = findInstrument("ES");

const rows = (write: (minute: number) => string): string =>
  Array.from({ length: 12 }, (_, i) => write(30 + i)).join("\n") + "\n";

/** Files in some of the forms that are read. */
const FILES: readonly string[] = [
  "time,open,high,low,close,volume\n" +
  rows((m) => `2024-01-03T15:${m}:00Z,4800.25,4801,4799.5,4800,70`),
  "Date;Time;Open;High;Low;Close;Volume\n" +
  rows((m) => `03.01.2024;9:${m};4800,25;4801,00;4799,50;4800,00;1.070`),
  rows((m) => `20240103 09${m}00;4800.25;4801;4799.5;4800;70`),
  rows((m) => `01/03/2024,09:${m},4800.25,4801,4799.5,4800,70`),
  "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n" +
  rows((m) =>
    `${
      1704295800 + m * 60
    }000000000,33,1,1,4800250000000,4801000000000,4799500000000,4800000000000,70,ESH4`
  ),
  '"Date","Price","Open","High","Low","Vol.","Change %"\n' +
  rows((m) => `"01/${m - 20}/2024","4,800.00","4,800.25","4,801.00","4,799.50","1.23M","0.1%"`),
  "Unix,Date,Symbol,Open,High,Low,Close,Volume BTC\n" +
  rows((m) => `${1704295800000 + (100 - m) * 60000},x,A,4800.25,4801,4799.5,4800,70`),
  JSON.stringify(Array.from({ length: 12 }, (_, i) => [1704295800000 + i * 6e4, 1, 2, 1, 2, 3])),
];

// deno-fmt-ignore
const PIECES = [
  ",", ";", "\t", "|", "\n", "\r", '"', "'", "-", ".", "0", "9", "NaN", "24:00", "2204-", "1e308",
  "$", "#", " ", "\0", "Z", "+05:00", "GMT", "EST", "time", "99999999999999999999", "é", "null",
  "1900-01-01", "0001-01-01", "2099-12-31", "-1", "inf", "109'315", "{", "]", "$FORMAT", "PK\u0003\u0004",
];

Deno.test("inspectBars() judges any damaged text in lines, and never breaks", async () => {
  const random = createRandom(20_241_130);
  const calendar = createCalendar(ES);
  const zones = [undefined, "UTC", "America/New_York"];
  for (let input = 0; input < INPUTS; input++) {
    let text = FILES[random.integer(FILES.length)]!;
    for (let edit = random.integer(MOST_EDITS) + 1; edit > 0; edit--) {
      const at = random.integer(text.length);
      const cut = random.integer(3) === 0 ? random.integer(60) : random.integer(3);
      text = text.slice(0, at) + PIECES[random.integer(PIECES.length)] + text.slice(at + cut);
    }
    const timeZone = zones[random.integer(zones.length)];
    await withFile("bars.csv", text, async (path) => {
      try {
        const { bars, report } = await inspectBars(path, {
          instrument: ES,
          isOpen: (time) => calendar.isOpen(time),
          ...(timeZone === undefined ? {} : { timeZone }),
        });
        assert(bars !== null || report.problems.length > 0, text);
        const lines = [...report.problems.map(({ detail }) => detail), ...report.notes];
        assert(lines.every((line) => !line.includes("\n")), text);
        if (bars !== null) findGaps(bars, expectedSpans(calendar, bars.intervalMs));
      } catch (error) {
        assert(error instanceof InputError && !error.message.includes("\n"), `${error}\n${text}`);
      }
    });
  }
});

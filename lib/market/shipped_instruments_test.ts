import { assert, assertEquals } from "../../tests/assert.ts";
import { createCalendar } from "./calendar.ts";
import { feePerSideMicros, findInstrument, marginOn } from "./instruments.ts";
import { INSTRUMENTS_FORMAT } from "./instrument_schema.ts";
import { parseInstruments } from "./parse_instruments.ts";
import { INSTRUMENTS, SHIPPED_DOCUMENTS } from "./shipped_instruments.ts";
import { wholeTickValue } from "./tick_value.ts";
import { epochDay } from "./time_zone.ts";

/** Tick values in the currency of the price, from the exchanges' contract specifications. */
const TICK_VALUES: Readonly<Record<string, number>> = {
  ...{ ES: 12.5, MES: 1.25, NQ: 5, MNQ: 0.5, YM: 5, MYM: 0.5, RTY: 5, M2K: 0.5, EMD: 10, NKD: 25 },
  ...{ CL: 10, MCL: 1, QM: 12.5, NG: 10, QG: 12.5, RB: 4.2, HO: 4.2, BZ: 10 },
  ...{ GC: 10, MGC: 1, SI: 25, SIL: 5, HG: 12.5, MHG: 1.25, PL: 5, PA: 50 },
  ...{ ZB: 31.25, UB: 31.25, ZN: 15.625, TN: 15.625, ZF: 7.8125, ZT: 7.8125, SR3: 6.25 },
  ...{ "6E": 6.25, M6E: 1.25, "6J": 6.25, MJY: 1.25, "6B": 6.25, M6B: 0.625, "6A": 5, M6A: 1 },
  ...{ "6C": 5, MCD: 1, "6S": 6.25, MSF: 1.25, "6N": 5, "6M": 5, DX: 5 },
  ...{ ZC: 12.5, ZS: 12.5, ZW: 12.5, ZM: 10, ZL: 6, ZO: 12.5, KE: 12.5, LE: 10, GF: 12.5, HE: 10 },
  ...{ KC: 18.75, SB: 11.2, CC: 10, CT: 5, OJ: 7.5, BTC: 25, MBT: 0.5, ETH: 25, MET: 0.05 },
  ...{ FDAX: 25, FDXM: 5, FDXS: 1, FESX: 10, FSMI: 10, FGBL: 10, FGBM: 10, FGBS: 5, FGBX: 20 },
  ...{ VX: 50, VXM: 1, B: 10, G: 25, SPY: 0.01, EURUSD: 0.01 },
};

Deno.test("what ships has the published tick values, each future's written down here too", () => {
  for (const [symbol, money] of Object.entries(TICK_VALUES)) {
    const { pointValue, tickSize } = findInstrument(symbol);
    assertEquals(wholeTickValue(tickSize, pointValue), money * 1e6, symbol);
  }
  const futures = INSTRUMENTS.filter(({ kind }) => kind === "future").map(({ symbol }) => symbol);
  assertEquals(futures.filter((symbol) => !(symbol in TICK_VALUES)), []);
  assert(futures.length >= 70);
});

Deno.test("what ships obeys the schema of a user's own file", () => {
  const text = JSON.stringify({ format: INSTRUMENTS_FORMAT, instruments: SHIPPED_DOCUMENTS });
  assertEquals(parseInstruments(text, "lib/market/instruments").length, INSTRUMENTS.length);
});

Deno.test("every figure that ships names its page and date", () => {
  for (const { contracts, feePerSideUsd, fundingHours, margin, sources, symbol } of INSTRUMENTS) {
    const figures = [
      "terms",
      ...feePerSideUsd.length > 0 ? ["fee"] : [],
      ...margin.length > 0 ? ["margin"] : [],
      ...contracts === undefined ? [] : ["last trade"],
      ...fundingHours === undefined ? [] : ["funding"],
    ];
    const missing = figures.filter((figure) =>
      !sources?.some(({ date, of, page }) =>
        of.includes(figure) && page.length > 10 && epochDay(date) > epochDay("2020-01-01")
      )
    );
    assertEquals(missing, [], symbol);
  }
});

Deno.test("what ships can be scheduled, and charged and margined where somebody's figures are known", () => {
  const day = epochDay("2024-01-02");
  for (const instrument of INSTRUMENTS) {
    createCalendar(instrument).next(0);
    if (instrument.feePerSideUsd.length > 0) assert(feePerSideMicros(instrument, day) > 0);
    const margin = marginOn(instrument, day);
    if (instrument.kind !== "future") assertEquals(margin, null, instrument.symbol);
    if (margin === null) continue;
    // Nobody asks for more than a third above what keeps a position, bar slips of a source.
    const ratio = margin.initialUsd / margin.maintenanceUsd;
    assert(ratio >= 1 && ratio < 1.4, instrument.symbol);
  }
});

Deno.test("dated margins that ship hold no slip: no day's is three times the day's before", () => {
  for (const { margin, symbol } of INSTRUMENTS) {
    for (const [row, { from, value }] of margin.entries()) {
      const before = margin[row - 1]?.value.maintenanceUsd ?? value.maintenanceUsd;
      const jump = Math.max(value.maintenanceUsd / before, before / value.maintenanceUsd);
      assert(jump < 3, `${symbol} ${from}`);
      assert(value.initialUsd / value.maintenanceUsd < 1.4, `${symbol} ${from}`);
    }
  }
});

import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import { connectPaperBroker } from "../lib/execution/paper.ts";
import type { Bars } from "../lib/market/bars.ts";
import { assertEquals } from "./assert.ts";
import { type BrokerUnderTest, testBrokerContract } from "./fixtures/broker_contract.ts";
import { FUTURE, TICK } from "./fixtures/engine_fixture.ts";
import { PaperProcess } from "./fixtures/paper_process.ts";
import { projectXVenue } from "./fixtures/projectx_session.ts";
import { tradovateVenue } from "./fixtures/tradovate_session.ts";
import { venueUnderTest } from "./fixtures/venue_under_test.ts";
import { SYSTEM_CLOCK } from "../cli/system_clock.ts";
import { BrokerProcess, NO_FAULTS, openProcessBroker } from "./fixtures/process_broker.ts";

const CASH_MICROS = 1_000_000e6;
/** More bars than any promise needs. */
const ROOM = 32;

/** Bars of `FUTURE` that a test fills, one after the other, and the days that they lie in. */
function growingBars(): Bars & { readonly tradeDay: Int32Array } {
  const column = () => new Float64Array(ROOM);
  return {
    ...{ instrument: FUTURE, intervalMs: 60_000, length: ROOM },
    ...{ time: column(), open: column(), high: column(), low: column(), close: column() },
    ...{ volume: column(), tradeDay: new Int32Array(ROOM) },
  };
}

function simulated(): Promise<BrokerUnderTest> {
  const bars = growingBars();
  const broker = createSimulatedBroker(
    {
      TEST: {
        bars,
        costs: { feePerSideMicros: 500_000, slippageTicks: 1 },
        assumptions: { session: bars },
      },
    },
    CASH_MICROS / 1e6,
    { now: () => 0 },
  );
  let row = 0;
  return Promise.resolve({
    ...{ broker, symbol: "TEST", tickValueMicros: TICK },
    bar(ticks, isNextDay = false) {
      const [open, high, low, close] = [ticks[0], Math.max(...ticks), Math.min(...ticks), ticks[3]];
      bars.time[row] = row * 60_000;
      bars.tradeDay[row] = (row === 0 ? 0 : bars.tradeDay[row - 1]!) + (isNextDay ? 1 : 0);
      const columns = [bars.open, bars.high, bars.low, bars.close];
      [open, high, low, close].forEach((each, i) => columns[i]![row] = each * FUTURE.tickSize);
      broker.onBar("TEST", bars, row++);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => broker.close(),
  });
}

async function inAnotherProcess(): Promise<BrokerUnderTest> {
  const process = new BrokerProcess();
  const broker = await openProcessBroker(process, "TEST", {
    ...{ seed: 1, faults: NO_FAULTS, mostLots: 2, cashMicros: CASH_MICROS },
  });
  return {
    ...{ broker, symbol: "TEST", tickValueMicros: TICK },
    async bar(ticks) {
      for (const price of ticks) await broker.step(price);
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** The paper broker as it is run: its process has the calendar, so its days are real ones. */
async function onPaper(): Promise<BrokerUnderTest> {
  const instrument = { ...FUTURE, session: "cme-equity" };
  const folder = await Deno.makeTempDir();
  const process = new PaperProcess(folder);
  const broker = await connectPaperBroker({
    ...{ addresses: process.addresses, clock: SYSTEM_CLOCK, account: "contract", session: "one" },
    ...{ books: "new", initialCashUsd: CASH_MICROS / 1e6 },
    markets: {
      TEST: {
        ...{ instrument, intervalMs: 60_000 },
        costs: { feePerSideMicros: 500_000, slippageTicks: 1 },
      },
    },
  });
  const bars = { ...growingBars(), instrument };
  let row = 0;
  let time = Date.parse("2024-06-10T14:00Z");
  return {
    ...{ broker, symbol: "TEST", tickValueMicros: TICK },
    async bar(ticks, isNextDay = false) {
      time += isNextDay ? 86_400_000 : 60_000;
      const [open, high, low, close] = [ticks[0], Math.max(...ticks), Math.min(...ticks), ticks[3]];
      bars.time[row] = time;
      const columns = [bars.open, bars.high, bars.low, bars.close];
      [open, high, low, close].forEach((each, i) => columns[i]![row] = each * FUTURE.tickSize);
      await broker.onBar("TEST", bars, row++);
    },
    async [Symbol.asyncDispose]() {
      await broker.end();
      assertEquals((await process.status).code, 0);
      await process[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

testBrokerContract("the simulated broker", simulated);
testBrokerContract("the paper broker's process", onPaper);
testBrokerContract("a broker in another process", inAnotherProcess);
testBrokerContract("the broker at Tradovate", () => venueUnderTest(tradovateVenue()));
// What is left of a day's orders is expired; the double can also take them for cancelled.
testBrokerContract(
  "the broker at ProjectX",
  () => venueUnderTest(projectXVenue([], { sessionEnd: "expired" })),
);

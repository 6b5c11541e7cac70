import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import type { Bars } from "../lib/market/bars.ts";
import { type BrokerUnderTest, testBrokerContract } from "./fixtures/broker_contract.ts";
import { FUTURE, TICK } from "./fixtures/engine_fixture.ts";
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

testBrokerContract("the simulated broker", simulated);
testBrokerContract("a broker in another process", inAnotherProcess);

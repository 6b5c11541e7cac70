import { createRandom } from "../lib/core/random.ts";
import {
  connectPaperBroker,
  type PaperBroker,
  type PaperBrokerOptions,
} from "../lib/execution/paper.ts";
import { assert, assertEquals } from "./assert.ts";
import { PaperProcess } from "./fixtures/paper_process.ts";
import { SYSTEM_CLOCK } from "../cli/system_clock.ts";
import {
  backtestFills,
  PAPER_CASH_USD,
  PAPER_MARKET,
  paperMinutes,
  PaperRun,
} from "./fixtures/paper_run.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const ROWS = 400;

function connect(
  { addresses }: Pick<PaperProcess, "addresses">,
  changes: Partial<PaperBrokerOptions> = {},
): Promise<PaperBroker> {
  return connectPaperBroker({
    ...{ addresses, clock: SYSTEM_CLOCK, account: "A-1", session: "one", books: "new" },
    ...{ initialCashUsd: PAPER_CASH_USD, markets: { MES: PAPER_MARKET }, patienceMs: 60_000 },
    ...changes,
  });
}

async function withProcess(test: (process: PaperProcess) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await using process = new PaperProcess(folder);
    await test(process);
  });
}

/** The engine's books are the broker's, once everything is closed. */
async function assertSameBooks(run: PaperRun, broker: PaperBroker): Promise<void> {
  await run.close(true);
  const { cashMicros, fills, orders, positions } = await broker.snapshot();
  const slot = run.engine.slot(0);
  assertEquals(fills.map(({ fill }) => fill), run.fills);
  assertEquals(new Set(fills.map(({ executionId }) => executionId)).size, fills.length);
  assertEquals([slot.positionLots, positions], [0, []]);
  assertEquals(cashMicros, run.engine.cashMicros);
  assertEquals(
    orders.map(({ id, lots }) => ({ id, lots })),
    slot.orders.working().map(({ id, lots }) => ({ id, lots })),
  );
}

for (const seed of [2, 5]) {
  Deno.test(`the paper broker fills ${ROWS} minutes of MES as the backtest does, brackets and rolls too (${seed})`, () =>
    withProcess(async (process) => {
      const bars = paperMinutes(seed, ROWS);
      const broker = await connect(process);
      const run = new PaperRun(seed, bars, broker);
      for (let row = 0; row < ROWS; row++) await run.onBar(row);
      const fills = backtestFills(seed, bars);
      assertEquals(run.fills, fills);
      for (const reason of ["signal", "roll", "session-close", "take-profit", "stop-loss"]) {
        assert(fills.some((fill) => fill.reason === reason), `nothing filled by ${reason}`);
      }
      await assertSameBooks(run, broker);
      await broker.end();
      assertEquals((await process.status).code, 0);
    }));
}

/** Kills the broker's process while a bar or an order is on its way, and starts it again. */
async function runWithKills(
  kills: number,
  seed: number,
  process: PaperProcess,
  run: PaperRun,
  restartAfterMs: number,
): Promise<void> {
  const random = createRandom(seed);
  const rows = new Set<number>();
  while (rows.size < kills) rows.add(1 + random.integer(ROWS - 1));
  for (let row = 0; row < ROWS; row++) {
    const done = run.onBar(row);
    if (rows.has(row)) {
      const micros = random.integer(2_500);
      const start = performance.now();
      while (1_000 * (performance.now() - start) < micros) await Promise.resolve();
      await process.kill();
      await new Promise((resolve) => setTimeout(resolve, restartAfterMs));
      process.restart();
    }
    await done;
  }
}

Deno.test("20 times kill -9 at any moment change no fill: what was not answered is asked again, once", () =>
  withProcess(async (process) => {
    const bars = paperMinutes(3, ROWS);
    const broker = await connect(process, { unknownAfterMs: 60_000 });
    const run = new PaperRun(3, bars, broker);
    await runWithKills(20, 7, process, run, 0);
    assertEquals(run.fills, backtestFills(3, bars));
    await assertSameBooks(run, broker);
    await broker.end();
  }));

Deno.test("10 times kill -9 with a broker that stays away: orders are unknown until it is back, and the books are the same", () =>
  withProcess(async (process) => {
    const bars = paperMinutes(4, ROWS);
    const broker = await connect(process, { unknownAfterMs: 5 });
    const run = new PaperRun(4, bars, broker);
    await runWithKills(10, 8, process, run, 20);
    await assertSameBooks(run, broker);
    assert((run.counts.filled ?? 0) > 50, "hardly anything filled");
    await broker.end();
  }));

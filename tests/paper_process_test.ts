import { join } from "node:path";
import { InputError, UnavailableError } from "../lib/core/errors.ts";
import {
  connectPaperBroker,
  type PaperAddress,
  type PaperBroker,
  type PaperBrokerOptions,
  readPaperAddresses,
  startPaperServer,
} from "../lib/execution/paper.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import type { BrokerFill } from "../lib/trading/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { mountSmallDisk } from "./fixtures/small_disk.ts";
import { PaperProcess } from "./fixtures/paper_process.ts";
import { SYSTEM_CLOCK } from "../cli/system_clock.ts";
import {
  backtestFills,
  PAPER_CASH_USD,
  PAPER_MARKET,
  paperMinutes,
  PaperRun,
} from "./fixtures/paper_run.ts";
import { assertRejects, assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

/** A broker in this process, which is quicker to start. */
async function withServer(
  test: (address: PaperAddress, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const server = startPaperServer({ sessions: folder, token: "secret", clock: SYSTEM_CLOCK });
    try {
      await test({ port: server.port, token: "secret" }, folder);
    } finally {
      server.close();
      await server.ended;
    }
  });
}

function connect(
  address: PaperAddress,
  changes: Partial<PaperBrokerOptions> = {},
): Promise<PaperBroker> {
  return connectPaperBroker({
    addresses: { newest: () => Promise.resolve(address), close: () => Promise.resolve() },
    ...{ clock: SYSTEM_CLOCK, account: "A-1", session: "one", books: "new" },
    ...{ initialCashUsd: PAPER_CASH_USD, markets: { MES: PAPER_MARKET }, patienceMs: 2_000 },
    ...changes,
  });
}

async function refused(changes: Partial<PaperBrokerOptions>, part: string, address: PaperAddress) {
  await assertRejects(connect(address, changes), InputError, part);
}

Deno.test("the paper broker refuses in one line whoever it should not serve", () =>
  withServer(async (address, folder) => {
    await refused({}, "does not know the token", { ...address, token: "guess" });
    await refused({ account: "../evil" }, "account", address);
    await refused(
      { markets: { MES: { ...PAPER_MARKET, volumeShare: 2 } } },
      "volumeShare",
      address,
    );
    const instrument = { ...PAPER_MARKET.instrument, session: "nowhere" };
    await refused({ markets: { MES: { ...PAPER_MARKET, instrument } } }, "nowhere", address);
    const broker = await connect(address);
    await refused({ account: "B-2" }, "keeps the books of A-1", address);
    await broker.close();
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["A-1"]);
  }));

Deno.test("whoever does not speak its language is hung up on, and it serves on", () =>
  withServer(async (address) => {
    const said = async (text: string): Promise<string> => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: address.port });
      const all = new TextEncoder().encode(text);
      // It does not have to listen to the end.
      for (let done = 0; done < all.length;) {
        done += await connection.write(all.subarray(done)).catch(() => Infinity);
      }
      const parts: string[] = [];
      const bytes = new Uint8Array(1_000);
      for (;;) {
        const length = await connection.read(bytes).catch(() => null);
        if (length === null) return parts.join("");
        parts.push(new TextDecoder().decode(bytes.subarray(0, length)));
      }
    };
    assert((await said("GET / HTTP/1.1\r\n\r\n")).includes("refused"));
    assert((await said("{}\n")).includes("token"));
    assert((await said(`{"token":"secret"}\n`)).includes("refused"));
    assert((await said("null\n")).includes("token"));
    assertEquals(await said("x".repeat(5_000_000)), "");
    const broker = await connect(address);
    assertEquals((await broker.snapshot()).cashMicros, PAPER_CASH_USD * 1e6);
    await broker.close();
  }));

Deno.test("a port that is taken is refused in one line", () =>
  withServer((address, folder) => {
    const options = { sessions: folder, token: "t", clock: SYSTEM_CLOCK, port: address.port };
    assertThrows(() => startPaperServer(options), InputError, `port ${address.port}`);
    return Promise.resolve();
  }));

Deno.test("two brokers never keep the books of one account", () =>
  withServer(async (address, folder) => {
    const broker = await connect(address);
    const other = startPaperServer({ sessions: folder, token: "other", clock: SYSTEM_CLOCK });
    await refused({}, "another session", { port: other.port, token: "other" });
    const second = await connect({ port: other.port, token: "other" }, { account: "B-2" });
    await second.end();
    await other.ended;
    await broker.close();
  }));

Deno.test("books of another account are refused", () =>
  inFolder(async (folder) => {
    const serve = async (test: (address: PaperAddress) => Promise<void>) => {
      const server = startPaperServer({ sessions: folder, token: "t", clock: SYSTEM_CLOCK });
      await test({ port: server.port, token: "t" });
      server.close();
      await server.ended;
    };
    await serve(async (address) => await (await connect(address)).close());
    Deno.mkdirSync(join(folder, "B-2"));
    Deno.copyFileSync(join(folder, "A-1/paper.sqlite"), join(folder, "B-2/paper.sqlite"));
    await serve((address) => refused({ account: "B-2" }, "books of account A-1", address));
    await serve(async (address) => await (await connect(address)).close());
  }));

Deno.test("no broker, or one that has gone, is said in one line", async () => {
  const gone = { port: 1, token: "t" };
  await assertRejects(
    connect(gone, { patienceMs: 50 }),
    UnavailableError,
    "has not answered for 50 ms",
  );
  const silent = readPaperAddresses(new Blob(["hello\n"]).stream());
  await assertRejects(
    connect(gone, { addresses: silent }),
    InputError,
    "none says where it is",
  );
  await silent.close();
});

Deno.test("a bar that is told twice is left alone, one of an earlier session's time is refused", () =>
  withServer(async (address) => {
    const bars = paperMinutes(1, 30);
    const first = await connect(address);
    const filled: string[] = [];
    first.onReport((_, report) => filled.push(report.kind));
    const order = { id: 1, lots: 1, reason: "signal", decidedAt: 0 } as const;
    await first.onBar("MES", bars, 0);
    await first.submit("MES", order);
    await first.onBar("MES", bars, 0);
    assertEquals(filled, ["accepted"]);
    await first.onBar("MES", bars, 1);
    await first.onBar("MES", bars, 1);
    assertEquals(filled, ["accepted", "filled"]);
    await assertRejects(
      Promise.resolve(first.onBar("ES", bars, 2)),
      Error,
      "Cannot trade ES",
    );
    await first.submit("ES", { ...order, id: 2 });
    assertEquals(filled.slice(2), ["rejected"]);
    const broken = { ...bars, close: bars.close.map((price, row) => row === 2 ? NaN : price) };
    await assertRejects(Promise.resolve(first.onBar("MES", broken, 2)), InputError, "bar.close");
    await first.close();
    const carried = await connect(address, { session: "two", books: "carried" });
    assertEquals((await carried.snapshot()).positions, [{ symbol: "MES", lots: 1 }]);
    await assertRejects(
      Promise.resolve(carried.onBar("MES", bars, 1)),
      Error,
      "an earlier session of these books has seen later ones",
    );
    await carried.submit("MES", { ...order, lots: -1 });
    await carried.onBar("MES", bars, 2);
    const { fills, positions } = await carried.snapshot();
    assertEquals([fills.length, positions], [2, []]);
    await carried.close();
    const fresh = await connect(address, { session: "three", books: "new" });
    assertEquals((await fresh.snapshot()).fills, []);
    assertEquals((await fresh.snapshot()).cashMicros, PAPER_CASH_USD * 1e6);
    await fresh.close();
  }));

Deno.test("a session of the same name goes on with its books, one that trades otherwise is refused", () =>
  withServer(async (address) => {
    const bars = paperMinutes(1, 30);
    const first = await connect(address);
    await first.onBar("MES", bars, 0);
    await first.submit("MES", { id: 1, lots: 2, reason: "signal", decidedAt: 0 });
    await first.onBar("MES", bars, 1);
    const before = await first.snapshot();
    await first.close();
    const ticks = { ...PAPER_MARKET.instrument, tickSize: 0.5 };
    await refused({ markets: { MES: { ...PAPER_MARKET, instrument: ticks } } }, "0.25", address);
    const instrument = findInstrument("ES");
    await refused({ markets: { ES: { ...PAPER_MARKET, instrument } } }, "trade MES", address);
    const again = await connect(address);
    assertEquals(await again.snapshot(), before);
    await again.close();
  }));

Deno.test("bars on which nothing happens outlive a kill as the client tells the newest again", () =>
  inFolder(async (folder) => {
    await using process = new PaperProcess(folder);
    const { addresses } = process;
    const broker = await connect(await process.address(), { addresses, patienceMs: 60_000 });
    const bars = paperMinutes(2, 30);
    for (let row = 0; row < 5; row++) await broker.onBar("MES", bars, row);
    await process.kill();
    process.restart();
    assertEquals((await broker.snapshot()).time, bars.time[4]! + 60_000);
    const order = { id: 1, lots: 1, reason: "session-close", decidedAt: 0, atClose: true } as const;
    await broker.submit("MES", order);
    const [{ fill }] = (await broker.snapshot()).fills as [BrokerFill];
    const tick = PAPER_MARKET.instrument.tickSize;
    assertEquals([fill.bar, fill.priceTicks], [4, Math.round(bars.close[4]! / tick) + 1]);
    await broker.end();
  }));

Deno.test("a broker whose disk is full still takes what ends a position", async () => {
  using disk = mountSmallDisk(12_000_000);
  if (disk === null) return;
  const server = startPaperServer({ sessions: disk.folder, token: "t", clock: SYSTEM_CLOCK });
  const bars = paperMinutes(2, 400);
  const broker = await connect({ port: server.port, token: "t" });
  const run = new PaperRun(2, bars, broker);
  for (let row = 0; row < 100; row++) await run.onBar(row);
  disk.fill();
  for (let row = 100; row < 400; row++) await run.onBar(row);
  assertEquals(run.fills, backtestFills(2, bars));
  await run.close(true);
  assertEquals((await broker.snapshot()).positions, []);
  const files = [...Deno.readDirSync(join(disk.folder, "A-1"))].map(({ name }) => name);
  assert(!files.includes("paper-ballast.bin"), "there was room all the time");
  await broker.end();
  await server.ended;
});

Deno.test("the broker's process heeds no signal, and ends with whoever reads what it writes", () =>
  inFolder(async (folder) => {
    const process = new PaperProcess(folder);
    const broker = await connect(await process.address());
    const bars = paperMinutes(1, 30);
    await broker.onBar("MES", bars, 0);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.kill(process.pid, signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await broker.onBar("MES", bars, 1);
    assertEquals((await broker.snapshot()).time, bars.time[1]! + 60_000);
    await broker.close();
    await process.stopReading();
    assertEquals((await process.status).code, 0);
  }));

Deno.test("a broker that nobody is connected with ends after a while", () =>
  inFolder(async (folder) => {
    const server = startPaperServer({
      ...{ sessions: folder, token: "t", clock: SYSTEM_CLOCK, idleMs: 30 },
    });
    const broker = await connect({ port: server.port, token: "t" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    assertEquals((await broker.snapshot()).fills, []);
    await broker.close();
    await server.ended;
  }));

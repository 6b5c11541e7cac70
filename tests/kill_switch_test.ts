import { join } from "node:path";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { openJournalReader, rebuildBooks } from "../lib/journal/mod.ts";
import { ManualControls } from "../lib/live/controls.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { VirtualClock } from "../lib/core/virtual_clock.ts";
import type { AccountJournal } from "../lib/journal/account_journal.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { buyAndHold } from "../lib/strategies/baselines.ts";
import { assert, assertEquals } from "./assert.ts";
import { PROJECT } from "./fixtures/run_command.ts";
import { decideBy, sessionOptions, simulatedBroker } from "./fixtures/session_fixture.ts";
import { mountSmallDisk, type SmallDisk } from "./fixtures/small_disk.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const CHILD = join(PROJECT, "tests/fixtures/spinning_child.ts");
/** Longer than any test may take: whatever is done before it is not done by it. */
const NEVER_MS = 600_000;

/** A session whose decider spins; what it says, line by line. */
function startSpinning(folder: string, cutOffMs: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-A", "--no-check", "--cached-only", CHILD, folder, String(cutOffMs)],
    ],
    ...{ stdout: "piped", stderr: "inherit" },
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(
      new TransformStream<string, string>({
        transform(text, controller) {
          for (const line of text.trim().split("\n")) controller.enqueue(line);
        },
      }),
    ).getReader();
  return { child, next: async () => (await lines.read()).value ?? "", lines };
}

Deno.test("a signal flattens while what decides spins in an endless loop, long before its cut-off", () =>
  inFolder(async (folder) => {
    const { child, lines, next } = startSpinning(folder, NEVER_MS);
    assertEquals(await next(), "spins");
    child.kill("SIGUSR2");
    const said = await next();
    console.log(`    ${said} ms after the signal was heard`);
    assert(said.startsWith("flat "), said);
    child.kill("SIGKILL");
    await child.status;
    await lines.cancel();
  }));

Deno.test("a decider that spins past its cut-off halts the session, closes and ends the process", () =>
  inFolder(async (folder) => {
    const { child, lines, next } = startSpinning(folder, 300);
    assertEquals([await next(), await next()], ["spins", "decider hangs"]);
    await child.status;
    await lines.cancel();
  }));

/** A session that holds two lots, whose disk is full after its hundredth bar; null without the right. */
async function holdOnFullDisk(disk: SmallDisk, signal?: AbortSignal) {
  const opened = await openSimulated({
    world: { kind: "regime", drift: 0.3, stay: 0.97 },
    ...{ instrument: findInstrument("MES"), bars: 600, intervalMs: 3_600_000, seed: 1 },
    ...{ start: Date.UTC(2019, 0, 2), startPrice: 6_000, volatilityTicks: 40 },
  });
  const { instrument, intervalMs, time } = opened.bars;
  const slot = {
    ...{ instrument, intervalMs, costs: { feePerSideMicros: 620_000, slippageTicks: 1 } },
    ...{ marginPerLotUsd: 2_400, maxLots: 2, sizing: { kind: "fixed", lots: 2 } } as const,
    ...{ flattenAtSessionEnd: false, from: time[10]!, warmupBars: 0 },
    deployment: { system: "long@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
    start: decideBy(buyAndHold(), opened, 1),
  };
  const broker = simulatedBroker([opened], [slot], 100_000);
  const controls = new ManualControls();
  let moments = 0;
  const options = sessionOptions(disk.folder, [opened], [slot], {
    ...{ broker, controls },
    onMoment: () => {
      if (++moments === 100) disk.fill();
    },
  });
  const journal = options.journal as AccountJournal, clock = options.clock as VirtualClock;
  let isOver = false;
  const running = runSession(options, signal);
  running.then(() => isOver = true, () => isOver = true);
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  while (journal.trouble === null) await turn();
  assert(moments >= 100);
  const held = async () => (await broker.snapshot()).positions.map(({ lots }) => lots);
  assertEquals(await held(), [2]);
  return {
    ...{ controls, held, journal },
    /** Lets it come to its end, for so long at most. */
    async end(withinMs = Infinity) {
      for (let waited = 0; !isOver && waited < withinMs; waited += 100) {
        clock.advance(100);
        await turn();
      }
      assert(isOver, "it did not end");
      return await running;
    },
    [Symbol.dispose]: () => options[Symbol.dispose](),
  };
}

Deno.test("a person flattens while the disk is full, and the journal has it once there is room", async () => {
  using disk = mountSmallDisk(6_000_000);
  if (disk === null) {
    console.log("    left out: only the owner of the system may mount a small disk");
    return;
  }
  using session = await holdOnFullDisk(disk);
  const { controls, held, journal } = session;
  controls.tell({ kind: "flatten", via: "test", reason: "drill" });
  // Done before this line, without a turn of the event loop: nothing was waited for.
  assertEquals(await held(), []);
  assert(journal.trouble !== null);
  disk.free();
  const outcome = await session.end();
  assertEquals([outcome.reason, outcome.positions], ["feed ended", "flat"]);
  assertEquals(outcome.halted, "drill (flatten by test)");
  const books = await rebuildBooks(journal.entries());
  assertEquals([books.equityMicros, books.slots[0]!.positionLots], [outcome.equityMicros, 0]);
  assertEquals(journal.check().fault, null);
});

Deno.test("a session that is stopped while the disk is full ends, and holds what it held", async () => {
  for (const by of ["signal", "person"] as const) {
    using disk = mountSmallDisk(6_000_000);
    if (disk === null) {
      console.log("    left out: only the owner of the system may mount a small disk");
      return;
    }
    const stopping = new AbortController();
    using session = await holdOnFullDisk(disk, stopping.signal);
    const { controls, held, journal } = session;
    if (by === "signal") stopping.abort();
    else controls.tell({ kind: "stop", via: "test", reason: "drill" });
    const outcome = await session.end(30_000);
    assertEquals([outcome.reason, outcome.positions, await held()], ["stopped", "held", [2]]);
    assert(journal.trouble !== null);
    assertEquals(journal.check().fault, null);
    // What waited is kept when the files are closed, where there is room by then.
    disk.free();
    journal[Symbol.dispose]();
    using kept = openJournalReader(disk.folder, "test");
    const books = await rebuildBooks(kept.entries());
    assertEquals([books.slots[0]!.positionLots, books.session?.isOpen], [2, false]);
  }
});

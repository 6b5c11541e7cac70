import { InputError } from "../lib/core/errors.ts";
import { auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import { BarWindow } from "../lib/feeds/bar_window.ts";
import { rebuildBooks } from "../lib/journal/mod.ts";
import { runSession } from "../lib/live/run_session.ts";
import { barOfRow, barsOfRows } from "../lib/trading/bar_of_row.ts";
import { expiringOpenTicks, isRoll } from "../lib/trading/roll.ts";
import { assert, assertEquals } from "./assert.ts";
import { joinedWorld } from "./fixtures/joined_world.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import {
  ROLLED_FROM,
  rolledSlot,
  rolledSlots,
  runOnContracts,
  runRolledSession,
} from "./fixtures/rolled_session.ts";
import { mortal } from "./fixtures/mortal_session.ts";
import { memorySession, simulatedBroker } from "./fixtures/session_fixture.ts";
import { tail } from "./fixtures/tail_fixture.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const BARS = 400, SESSIONS = 16, SHARED_SESSIONS = 8;

Deno.test(`${SESSIONS} seeded sessions roll what they hold as their backtests do, stopped or not, and an audit finds nothing`, async () => {
  let rolled = 0;
  for (let seed = 0; seed < SESSIONS; seed++) {
    const { faults, rolls } = await runRolledSession(seed);
    assertEquals(faults, [], `seed ${seed}`);
    rolled += rolls;
  }
  assert(rolled > 25, `only ${rolled} rolls`);
});

Deno.test(`${SHARED_SESSIONS} seeded sessions of two and three systems on one account roll what each of them holds, exits along, as its backtest does`, async () => {
  let rolled = 0, against = 0;
  for (let seed = 0; seed < SHARED_SESSIONS; seed++) {
    const { faults, opposite, rolls } = await runRolledSession(seed, 2 + seed % 2);
    assertEquals(faults, [], `seed ${seed}`);
    rolled += rolls;
    against += opposite;
  }
  assert(rolled > 25 && against > 0, `${rolled} rolls, ${against} of systems against one another`);
});

Deno.test("a journal names the contract of each bar, and the gap of a roll is nobody's profit", async () => {
  const opened = await joinedWorld(7, BARS);
  const { journal } = await runOnContracts(opened, false);
  const { contract, contracts } = opened.bars.continuous!;
  const names = journal.kept.flatMap((entry) =>
    entry.kind === "bar" ? [entry.bar.contract?.name] : []
  );
  assertEquals(names, Array.from(contract.subarray(ROLLED_FROM), (number) => contracts[number]));
  // The same prices without gaps: the rolls cost their fees and ticks, and nothing else.
  const { bars } = opened;
  const { adjustment } = bars.continuous!;
  const shifted = (column: Float64Array) => column.map((price, row) => price + adjustment[row]!);
  const flat = {
    ...opened,
    bars: {
      ...bars,
      ...{ open: shifted(bars.open), high: shifted(bars.high) },
      ...{ low: shifted(bars.low), close: shifted(bars.close) },
      continuous: { ...bars.continuous!, adjustment: new Float64Array(bars.length) },
    },
  };
  const { journal: smooth } = await runOnContracts(flat, false);
  const [joined, single] = await Promise.all(
    [journal, smooth].map((one) => rebuildBooks(one.entries())),
  );
  assertEquals(joined!.profitMicros, single!.profitMicros);
});

Deno.test("a book of joined contracts has one owner, and a broker that rolls: anything else is one line, before an order", async () => {
  const opened = await joinedWorld(3, 100);
  const slot = rolledSlot(opened, false);
  const cases = [
    [{ slots: [slot, slot] }, "Cannot roll what several systems hold in one book"],
    [{ mode: "demo" }, "Cannot trade joined contracts in mode demo"],
  ] as const;
  for (const [changes, part] of cases) {
    const journal = new MemoryJournal();
    const slots = "slots" in changes ? changes.slots : [slot];
    const options = memorySession(slots.map(() => opened), slots, { journal, ...changes });
    await assertRejects(runSession(options), InputError, part);
    assertEquals(journal.kept.filter(({ kind }) => kind === "submit"), []);
  }
});

Deno.test("a series whose file names no contracts is rolled by its adjustments, however it is cut into windows", async () => {
  const { bars } = await joinedWorld(11, 300);
  const rows = Array.from({ length: bars.length }, (_, row) => barOfRow(bars, row))
    .map((bar) => ({ ...bar, contract: { ...bar.contract!, name: "#1" } }));
  const window = new BarWindow(bars, 1);
  const whole = barsOfRows(bars, rows);
  rows.forEach((bar, row) => {
    window.push(bar);
    const { bars: visible } = window, last = visible.length - 1;
    const expected = row > 0 &&
      bars.continuous!.adjustment[row] !== bars.continuous!.adjustment[row - 1];
    assertEquals([isRoll(visible, last), isRoll(whole, row)], [expected, expected], `row ${row}`);
    if (expected) assertEquals(expiringOpenTicks(visible, last), expiringOpenTicks(bars, row));
  });
});

Deno.test("a file that grows over a roll tells the contract of each bar", () =>
  inFolder(async (folder) => {
    const path = `${folder}/bars.csv`;
    const joins = [["MESH4", 0], ["MESH4", 0], ["MESM4", -2.5], ["MESM4", -2.5]] as const;
    const from = Date.UTC(2024, 0, 3);
    const line = (row: number): string => {
      const [name, adjustment] = joins[row]!;
      const stamp = new Date(from + row * 60_000).toISOString();
      return `${stamp},100,101,99,100,5,${adjustment},${name}\n`;
    };
    const header = "time,open,high,low,close,volume,adjustment_difference,contract\n";
    Deno.writeTextFileSync(path, header + line(0));
    const tailed = await tail(path, from + 60_000, { load: { intervalMs: 60_000 } });
    await tailed.pass(5);
    for (const row of [1, 2, 3]) {
      Deno.writeTextFileSync(path, line(row), { append: true });
      await tailed.pass(65);
    }
    assertEquals(
      tailed.came().map(({ bar: { contract } }) => [contract?.name, contract?.adjustment]),
      joins.slice(1).map((each) => [...each]),
    );
  }));

Deno.test("a session that is killed while it rolls ends with its broker's books, and an audit lays it at the kill", async () => {
  const opened = await joinedWorld(4, 400);
  for (const systems of [1, 2]) {
    const slots = () => rolledSlots(opened, false, systems);
    const each = slots().map(() => opened);
    const whole = new MemoryJournal();
    await runSession(memorySession(each, slots(), { journal: whole }));
    const rolls = whole.kept.flatMap((entry, index) =>
      entry.kind === "filled" && entry.fill.reason === "roll" ? [index + 1] : []
    );
    assert(rolls.length >= 6, `${rolls.length / 2} rolls`);
    // At either side of a roll, and right before and behind it.
    for (const at of new Set(rolls.flatMap((write) => [write - 1, write, write + 1]))) {
      const journal = new MemoryJournal();
      const broker = simulatedBroker(each, slots(), 100_000);
      const options = memorySession(each, slots(), { journal, broker });
      const { killed, options: mortals } = mortal(options, at);
      assertEquals(await Promise.race([killed, runSession(mortals)]), "killed", `write ${at}`);
      const outcome = await runSession(memorySession(each, slots(), { journal, broker }));
      const { fills, positions } = await broker.snapshot();
      const books = await rebuildBooks(journal.entries());
      assertEquals(outcome.halted, null, `write ${at}`);
      const held = books.slots.map(({ positionLots }) => positionLots);
      assertEquals(held.filter((lots) => lots !== 0), positions.map(({ lots }) => lots));
      assertEquals(books.executionIds.length, fills.length, `write ${at}`);
      const found = await auditSession(await readStory(journal.entries()), {
        systems: {
          slotOf: (slot) => slots()[slot]!,
          start: (slot, _, saved) => slots()[slot]!.start(saved),
        },
        reference: null,
        program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
      });
      const strange = found.causes.filter(({ name }) =>
        !["interruption", "latency"].includes(name)
      );
      assertEquals([found.residualMicros, strange], [0, []], `${systems} systems, write ${at}`);
    }
  }
});

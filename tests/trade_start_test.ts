import { sessionListText } from "../cli/sessions.ts";
import { InputError } from "../lib/core/errors.ts";
import { openJournal, openJournalReader } from "../lib/journal/mod.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { writeControl } from "../lib/live/file_controls.ts";
import type { LoadedSystem } from "../lib/system/mod.ts";
import type { JournalFact } from "../lib/trading/mod.ts";
import { listSessions, showSession } from "../tasks/sessions.ts";
import { type BegunBefore, begunCashUsd, restartRemarks } from "../tasks/trade/going_on.ts";
import { readingRemarks, requireDifferent } from "../tasks/trade/traded_systems.ts";
import { assert, assertEquals } from "./assert.ts";
import { SAMPLE_FACTS } from "./fixtures/sample_entries.ts";
import { assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

function systemOf(name: string, sha256: string, stamp?: string): LoadedSystem {
  const load = stamp === undefined ? {} : { stamp };
  return {
    ...{ name, version: 1, sha256 },
    system: { evidence: { data: { request: { load } } } },
  } as unknown as LoadedSystem;
}

Deno.test("a session that is started otherwise than before says what of it counts", () => {
  const begun = {
    ...SAMPLE_FACTS["session-started"],
    cashMicros: 50_000e6,
    settings: { systems: ["MES-one"], feed: { name: "replay:a.csv" } },
  } as unknown as BegunBefore;
  const same = { feed: "replay:a.csv", systems: ["MES-one"], cashUsd: 50_000 };
  assertEquals([restartRemarks(begun, same), restartRemarks(null, same)], [[], []]);
  const other = { feed: "tail:b.csv", systems: ["MES-two"], cashUsd: 100_000 };
  assertEquals(restartRemarks(begun, other), [
    "it goes on with its books, which began with $50000: --cash 100000 is not used",
    "it was fed by replay:a.csv before, and is by tail:b.csv now",
    "it was started with --system MES-one before: MES-two is taken up at a bar",
  ]);
  assertEquals([begunCashUsd(begun, 7), begunCashUsd(null, 7)], [50_000, 7]);
});

Deno.test("one system twice is refused, and one that reads stamps otherwise is named", () => {
  const one = systemOf("MES-one", "1"), two = systemOf("MES-two", "2", "close");
  requireDifferent([one, two]);
  assertThrows(() => requireDifferent([one, two, one]), InputError, "MES-one@1 twice");
  assertEquals(readingRemarks({ load: { stamp: "close" } }, [two]), []);
  assertEquals(readingRemarks({ load: {} }, [one, two]), [
    "MES-two@1 was fitted on a file that was read with --stamp close, and this one is read " +
    "without --stamp",
  ]);
});

Deno.test("sessions that run, were killed, stopped or never began are told apart, and a name that is near is offered", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock();
    const open = (name: string) =>
      openJournal({
        ...{ sessions: folder, owner: "test", clock },
        account: { name, broker: "paper", number: name, mode: "paper" },
      });
    const begin = async (name: string, facts: readonly JournalFact[]) => {
      const journal = open(name);
      for (const fact of facts) await journal.append({ ...fact, at: 0, sessionTime: null });
      return journal;
    };
    const started = SAMPLE_FACTS["session-started"], ended = SAMPLE_FACTS["session-stopped"];
    for (
      const [name, facts] of [
        ["killed", [started]],
        ["stopped", [started, ended]],
        ["refused", []],
      ] as const
    ) {
      using _journal = await begin(name, facts);
    }
    using _running = await begin("running", [started]);
    const { sessions } = await listSessions(folder);
    assertEquals(
      sessions.map(({ account, books, isRunning }) => [
        ...[account.name, books?.session?.isOpen, isRunning],
      ]),
      [["killed", true, false], ["running", true, true], ["stopped", false, false]],
    );
    using _starting = await begin("starting", []);
    const listed = sessionListText(await listSessions(folder)).split("\n");
    assert(
      /^starting +starts +0 *$/.test(listed.find((line) => line.startsWith("starting"))!),
      listed.join(),
    );
    assert(listed.some((line) => /^running +runs .*\$/.test(line)), listed.join("\n"));
    assertThrows(
      () => openJournalReader(folder, "xyzzy"),
      InputError,
      "check the name of the session",
    );
    assertEquals((await showSession(folder, "killed", 1)).isRunning, false);
    assertThrows(() => openJournalReader(folder, "kiled"), InputError, "did you mean 'killed'?");
  }));

Deno.test("who halts a session that has not heard of the first halt yet adds a reason", () =>
  inFolder((folder) => {
    for (const reason of ["news", "", "a drill"]) writeControl(folder, { kind: "halt", reason });
    assertEquals(Deno.readTextFileSync(`${folder}/halt`), "news; a drill");
    const until = Date.UTC(2026, 11, 1);
    writeControl(folder, { kind: "pause", reason: "lunch", until });
    writeControl(folder, { kind: "pause", reason: "payrolls", until: until + 60_000 });
    assertEquals(
      Deno.readTextFileSync(`${folder}/pause`),
      "2026-12-01T00:01:00.000Z lunch; payrolls",
    );
    return Promise.resolve();
  }));

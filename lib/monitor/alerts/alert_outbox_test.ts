import { join } from "node:path";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows, inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError, InputError } from "../../core/errors.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import { openDatabase } from "../../db/mod.ts";
import type { Alert } from "./alert.ts";
import { ALERT_LIFE_MS, openOutbox } from "./alert_outbox.ts";

const clock = new VirtualClock();

function alert(id: string, changes: Partial<Alert> = {}): Alert {
  return {
    ...{ id, at: 1_000, severity: "warning", source: "paper-1", title: "Late", text: "by 3 s" },
    ...changes,
  };
}

const idsOf = (due: readonly { readonly alert: Alert }[]): string[] =>
  due.map(({ alert: { id } }) => id);

Deno.test("the same alert is one, whoever says it and however often", () =>
  inFolder((folder) => {
    {
      using outbox = openOutbox({ folder, clock }), other = openOutbox({ folder, clock });
      outbox.add(alert("a"));
      other.add(alert("a", { title: "Said otherwise" }));
      other.add(alert("b"));
    }
    using outbox = openOutbox({ folder, clock });
    outbox.add(alert("a"));
    assertEquals(outbox.due("webhook", 2_000, 10).map((due) => due.alert), [
      alert("a"),
      alert("b"),
    ]);
    outbox.noteSent("a", "webhook");
    outbox.add(alert("a"));
    assertEquals(idsOf(outbox.due("webhook", 2_000, 10)), ["b"]);
  }));

Deno.test("what matters most goes first, then the oldest; each channel has its own list", () =>
  inFolder((folder) => {
    using outbox = openOutbox({ folder, clock });
    outbox.add(alert("old", { at: 1 }));
    outbox.add(alert("new", { at: 3 }));
    outbox.add(alert("said", { at: 0, severity: "info" }));
    outbox.add(alert("fire", { at: 2, severity: "critical" }));
    assertEquals(idsOf(outbox.due("ntfy", 10, 10)), ["fire", "old", "new", "said"]);
    assertEquals(idsOf(outbox.due("ntfy", 10, 2)), ["fire", "old"]);
    outbox.noteSent("fire", "ntfy");
    outbox.noteProblem("old", "ntfy", 500, "busy");
    assertEquals(idsOf(outbox.due("ntfy", 10, 10)), ["new", "said"]);
    assertEquals(outbox.due("ntfy", 500, 1).map(({ attempts }) => attempts), [1]);
    assertEquals(idsOf(outbox.due("webhook", 10, 10)).length, 4);
    assertEquals(
      outbox.list(10).map(({ deliveries, id }) => [id, deliveries]),
      [
        ["new", []],
        ["fire", [{ channel: "ntfy", state: "sent", attempts: 1, problem: null }]],
        ["old", [{ channel: "ntfy", state: "waiting", attempts: 1, problem: "busy" }]],
        ["said", []],
      ],
    );
  }));

Deno.test("what has become too old is not sent any more, and goes in the end", () =>
  inFolder((folder) => {
    using outbox = openOutbox({ folder, clock });
    outbox.add(alert("a"));
    outbox.noteProblem("a", "ntfy", 0, "busy");
    const late = 1_000 + ALERT_LIFE_MS;
    assertEquals(idsOf(outbox.due("ntfy", late - 1, 10)), ["a"]);
    assertEquals(idsOf(outbox.due("ntfy", late, 10)), []);
    outbox.tidy(late);
    assertEquals(outbox.list(1)[0]?.deliveries[0]?.state, "given-up");
    outbox.tidy(10 * late);
    assertEquals(outbox.list(1), []);
  }));

Deno.test("while another process writes, nobody who says something waits, and nothing is lost", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock();
    using outbox = openOutbox({ folder, clock });
    const other = openDatabase(join(folder, "alerts.sqlite"), {
      migrations: [""],
      log: "write-ahead",
    });
    other.script("BEGIN IMMEDIATE");
    const started = performance.now();
    for (const id of ["a", "b"]) outbox.add(alert(id));
    assert(performance.now() - started < 500);
    await clock.advance(1_000);
    assertEquals(outbox.unsaid, 2);
    other.script("ROLLBACK");
    other[Symbol.dispose]();
    await clock.advance(100);
    assertEquals(outbox.unsaid, 0);
    assertEquals(idsOf(outbox.due("ntfy", 2_000, 10)), ["a", "b"]);
  }));

Deno.test("one process sends at a time", () =>
  inFolder((folder) => {
    using outbox = openOutbox({ folder, clock });
    {
      using _turn = outbox.lockSending();
      assertThrows(() => outbox.lockSending(), InputError, "Cannot send alerts as a task (process");
    }
    using _again = outbox.lockSending();
  }));

Deno.test("an alert without a word, and an outbox that is none, are refused in one line", () =>
  inFolder((folder) => {
    using outbox = openOutbox({ folder, clock });
    for (const bad of [{ id: "" }, { title: "" }, { at: NaN }, { severity: "loud" as "info" }]) {
      assertThrows(() => outbox.add(alert("a", bad)), TypeError, "Cannot put an alert in");
    }
    assertEquals(outbox.unsaid, 0);
    const text = join(folder, "text");
    Deno.mkdirSync(text);
    Deno.writeTextFileSync(join(text, "alerts.sqlite"), "no database\n".repeat(100));
    assertThrows(() => openOutbox({ folder: text, clock }), CorruptArtifactError, "alerts.sqlite");
    assertThrows(
      () => openOutbox({ folder: join(text, "alerts.sqlite", "x"), clock }),
      InputError,
      "below a file",
    );
  }));

import { assert, assertEquals } from "../../../tests/assert.ts";
import { SAMPLE_FACTS } from "../../../tests/fixtures/sample_entries.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import type { JournalFact } from "../../trading/journal_facts.ts";
import type { KeptEntry } from "../../trading/journal.ts";
import type { Alert } from "../alerts/alert.ts";
import type { PartLog } from "../log/log.ts";
import { entryAlert } from "./entry_alert.ts";
import { SessionWatch } from "./session_watch.ts";

function kept(fact: JournalFact, sequence = 7): KeptEntry {
  return { ...fact, sequence, note: null, at: 1_000, sessionTime: 500 } as KeptEntry;
}

function watching() {
  const alerts: Alert[] = [], lines: string[] = [], clock = new VirtualClock(5_000);
  const say = (level: string) => (message: string, values = {}): void =>
    void lines.push(`${level} ${message} ${JSON.stringify(values)}`);
  const levels = ["debug", "info", "warning", "error", "fatal"] as const;
  const log = Object.fromEntries(levels.map((level) => [level, say(level)])) as PartLog;
  const outbox = { add: (alert: Alert) => void alerts.push(alert) };
  return { alerts, lines, clock, watch: new SessionWatch({ account: "mine", outbox, log, clock }) };
}

Deno.test("entryAlert() says what a person should hear of, and nothing else", () => {
  const said = Object.values(SAMPLE_FACTS).flatMap((fact) => {
    const alert = entryAlert(kept(fact), "mine");
    return alert === null ? [] : [[fact.kind, alert.severity, alert.id]];
  });
  assertEquals(new Set(said.map(([, , id]) => id)), new Set(["mine/7"]));
  assertEquals(Object.fromEntries(said.map(([kind, severity]) => [kind, severity])), {
    ...{ gap: "warning", revision: "warning", risk: "warning", rejected: "warning" },
    ...{ unknown: "warning", stranger: "warning", reconciled: "critical" },
    "left-alone": "warning",
    ...{ halt: "critical", resume: "info", "deployment-refused": "warning" },
  });
});

Deno.test("entryAlert() tells what was mended from what was not", () => {
  const gap = { ...SAMPLE_FACTS.gap, found: SAMPLE_FACTS.gap.missing };
  assertEquals(entryAlert(kept(gap), "mine"), null);
  const old = { ...kept(SAMPLE_FACTS.gap), sessionTime: null };
  assertEquals(entryAlert(old, "mine"), null);
  const clock = { kind: "clock-offset", lowMs: -1_900, highMs: -1_800 } as const;
  assertEquals(entryAlert(kept(clock), "mine"), null);
  const late = entryAlert(kept({ ...clock, lowMs: -4_000, highMs: -3_000 }), "mine");
  assertEquals(late?.title, "This machine's clock is 3.5 s behind the venue's");
  const stopped = { ...SAMPLE_FACTS["session-stopped"], positions: "flat" } as const;
  assertEquals(entryAlert(kept({ ...stopped, reason: "stopped" }), "mine"), null);
  const hung = entryAlert(kept({ ...stopped, reason: "decider hangs" }), "mine");
  assertEquals([hung?.severity, hung?.title], ["critical", "The session ended by a fault"]);
  const reconciled = { ...SAMPLE_FACTS.reconciled, strangers: 0, unexplainedLots: {} };
  assertEquals(entryAlert(kept(reconciled), "mine"), null);
});

Deno.test("SessionWatch speaks after those who trade, in the order of the entries", async () => {
  const { alerts, clock, lines, watch } = watching();
  for (const [sequence, fact] of Object.values(SAMPLE_FACTS).entries()) {
    watch.take(kept(fact, sequence + 1));
  }
  assertEquals([alerts.length, lines.length], [0, 0]);
  await clock.advance(0);
  const ids = alerts.map(({ id }) => Number(id.split("/")[1]));
  assert(ids.length > 5 && ids.every((id, i) => i === 0 || id > ids[i - 1]!), ids.join());
  assert(lines.some((line) => line.startsWith("warning Halted")), lines.join("\n"));
  assert(lines.some((line) => line.startsWith("warning {name} {verdict}")));
  assert(!lines.some((line) => line.includes('"kind":"bar"')));
  watch[Symbol.dispose]();
  assert(clock.isIdle);
});

Deno.test("SessionWatch says a fault once a day, and what is left when it is closed", async () => {
  const { alerts, clock, watch } = watching();
  watch.fault(new Error("the disk\nis gone"));
  watch.fault(new Error("the disk\nis gone"));
  await clock.advance(86_400_000);
  watch.take(kept(SAMPLE_FACTS.halt));
  watch.fault(new Error("the disk\nis gone"));
  watch[Symbol.dispose]();
  const ids = alerts.map(({ id }) => id);
  assertEquals([ids[0] === ids[1], ids[0] === ids[2], ids[3]], [true, false, "mine/7"]);
  assertEquals(
    alerts.map(({ severity, title }) => `${severity}: ${title}`).slice(1, 3),
    ["warning: The session did not begin", "critical: The session ended by a fault"],
  );
  assertEquals(alerts[0]!.text, "the disk\\nis gone");
});

Deno.test("rows that a feed refuses are each a warning in the log, and one alert a day", async () => {
  const { alerts, clock, lines, watch } = watching();
  const feed = { kind: "feed", name: "tail:bars.csv", state: "refused" } as const;
  for (const count of [1, 2, 3]) {
    watch.take(kept({ ...feed, detail: `bars.csv, line ${count}: open 'NaN' (${count})` }, count));
  }
  watch.take(kept({ ...feed, state: "live", detail: "" }, 4));
  await clock.advance(0);
  assertEquals(lines.map((line) => line.split(" ")[0]), ["warning", "warning", "warning", "info"]);
  assertEquals(new Set(alerts.map(({ id }) => id)), new Set(["mine/refused/1970-01-01"]));
  assertEquals([alerts[0]!.severity, alerts[0]!.title, alerts[0]!.text], [
    "warning",
    "What came from tail:bars.csv is no bar and was left out",
    "bars.csv, line 1: open 'NaN' (1)",
  ]);
  watch[Symbol.dispose]();
});

Deno.test("a feed that is away for a minute is told once, and that it is there again", async () => {
  const { alerts, clock, watch } = watching();
  const is = async (state: string, sequence: number, thenMs: number): Promise<void> => {
    watch.take(kept({ kind: "feed", name: "binance:X", state, detail: "" }, sequence));
    await clock.advance(thenMs);
  };
  await is("live", 1, 1_000);
  await is("reconnecting", 2, 59_000);
  await is("live", 3, 100_000);
  assertEquals(alerts, []);
  await is("silent", 4, 1_000);
  await is("reconnecting", 5, 300_000);
  await is("silent", 6, 300_000);
  await is("live", 7, 1_000);
  await is("ended", 8, 100_000);
  assertEquals(alerts.map(({ id, severity }) => [id, severity]), [
    ["mine/4", "warning"],
    ["mine/7", "info"],
  ]);
  watch[Symbol.dispose]();
});

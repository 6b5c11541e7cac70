import { rebuildBooks } from "../lib/journal/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { tradeAtDouble } from "./fixtures/doubled_session.ts";
import type { DoubledBroker } from "./fixtures/session_faults.ts";

type Told = Pick<Parameters<typeof tradeAtDouble>[0], "slowestMs" | "thinksMs" | "killedAtMs">;

/** Messages that take longer than anything is waited for, and decisions that take most of a bar. */
const LATE: Told = { slowestMs: 2_500 };
const SLOW: Told = { slowestMs: 1_500, thinksMs: 50_000, killedAtMs: null };

/** Whole sessions that once went wrong, and what of. */
const SESSIONS: readonly (readonly [DoubledBroker, seed: number, of: string, Told?])[] = [
  ["projectx", 15, "left while the exits of an execution that nobody had heard of were taken back"],
  ["projectx", 179, "an exit of an older entry came back for a newer one"],
  ["projectx", 235, "an exit of an older entry came back for a newer one"],
  ["tradovate", 172, "what an exit had opened was closed twice, as what closed it traded in parts"],
  ["tradovate", 407, "an exit and an order that closed its bracket both traded"],
  ["tradovate", 644, "an exit and an order that closed its bracket both traded"],
  ["tradovate", 522, "what closed the wrong side was lost, and never looked for"],
  ["tradovate", 175, "the audit left over what an exit had opened too much"],
  ["tradovate", 477, "the audit decided against an order of which nobody knew"],
  ["projectx", 48, "left while exits were on their way back", LATE],
  ["projectx", 68, "the exits of an entry that said it had filled were taken back", LATE],
  ["projectx", 116, "left before an execution was heard of", LATE],
  ["tradovate", 171, "left before an execution was heard of", LATE],
  ["tradovate", 371, "left before exits were as large as what was held", LATE],
  ["tradovate", 786, "rolled before the execution of an exit was heard of", LATE],
  ["tradovate", 718, "the audit filled an order in a bar, and once more behind the last", LATE],
  ["projectx", 291, "the audit waited for an exit that the books had forgotten"],
  ["projectx", 96, "the audit heard of an execution after the decision that knew it", SLOW],
  ["tradovate", 77, "the audit heard of an execution after the decision that knew it", SLOW],
];

for (const [broker, seed, of, told] of SESSIONS) {
  Deno.test(`a session at ${broker} ends with its books and exits, nothing left over: ${of} (${seed})`, async () => {
    const { audit, truth, wrong } = await tradeAtDouble({ broker, seed, ...told });
    assertEquals([wrong, audit.residual], [[], 0]);
    assert(truth.accounts.some(({ fills }) => fills.length > 10), "next to nothing was traded");
  });
}

Deno.test("an audit orders nothing where the session did not know of an exit", async () => {
  const faults = ["event-lost:0.6", "server-error:0.35"];
  const { audit, wrong } = await tradeAtDouble({
    ...{ broker: "projectx", seed: 18, faults, slowestMs: 1_500, killedAtMs: null },
  });
  assertEquals([wrong, audit.residual], [[], 0]);
  const texts = audit.causes.flatMap(({ evidence }) => evidence.map(({ text }) => text));
  assert(texts.some((text) => text.startsWith("nothing was ordered while")), texts.join("; "));
});

Deno.test("a session that was killed before its first bar is audited as one that began afterwards", async () => {
  const broker = "projectx", killedAtMs = 20_000;
  const { audit, journal, wrong } = await tradeAtDouble({
    broker,
    seed: 2,
    faults: [],
    killedAtMs,
  });
  const starts = journal.kept.flatMap((entry) => entry.kind === "session-started" ? [entry] : []);
  assertEquals(starts.map(({ books }) => books), ["new", "new"]);
  assertEquals([wrong, audit.residual], [[], 0]);
  assert(audit.compared.fill.session > 5, "next to nothing was traded");
});

Deno.test("an audit leaves nothing over where a person flattens after a part of an entry, or one trades too late", async () => {
  for (
    const [broker, seed, flattenAtMs] of [
      ["tradovate", 138, 282_822],
      ["projectx", 12, 285_028],
      ["projectx", 88, 526_872],
      ["tradovate", 119, 222_361],
      ["tradovate", 6, 467_514],
      ["tradovate", 69, 466_411],
    ] as const
  ) {
    for (const killed of [{}, { killedAtMs: null }]) {
      const { audit, wrong } = await tradeAtDouble({ broker, seed, flattenAtMs, ...killed });
      assertEquals([wrong, audit.residual], [[], 0], `${broker} ${seed}`);
    }
  }
});

Deno.test("an audit leaves nothing over where a person flattens in the bar in which an entry filled", async () => {
  let filled = 0;
  for (const broker of ["tradovate", "projectx"] as const) {
    for (let minute = 1; minute < 5; minute++) {
      const { audit, journal, wrong } = await tradeAtDouble({
        ...{ broker, seed: 3 + minute, faults: [], killedAtMs: null, slowestMs: 400 },
        flattenAtMs: minute * 60_000,
      });
      assertEquals([wrong, audit.residual], [[], 0], `${broker}, minute ${minute}`);
      const { kept } = journal;
      const at = kept.findIndex((entry) =>
        entry.kind === "user-command" && entry.command === "flatten"
      );
      const bar = kept.findLastIndex((entry, i) => i < at && entry.kind === "clock");
      if (kept.slice(bar, at).some(({ kind }) => kind === "filled")) filled++;
    }
  }
  assert(filled > 2, `in ${filled} alone`);
});

Deno.test("what a person flattens stays flat: late fills are closed, refused closes are sent again", async () => {
  const reasons = new Set<string>();
  for (
    const [broker, seed, flattenAtMs] of [
      ["tradovate", 119, 222_361],
      ["tradovate", 6, 467_514],
      ["tradovate", 69, 466_411],
      ["projectx", 15, 438_785],
      ["projectx", 50, 405_950],
    ] as const
  ) {
    for (const killedAtMs of [null, flattenAtMs + 500]) {
      const { journal, wrong } = await tradeAtDouble({ broker, seed, flattenAtMs, killedAtMs });
      const { kept } = journal, about = `${broker} ${seed}, killed at ${killedAtMs}`;
      const resumed = kept.findIndex((entry) =>
        entry.kind === "user-command" && entry.command === "resume"
      );
      const { slots } = await rebuildBooks(kept.slice(0, resumed));
      assertEquals([wrong, slots.map(({ positionLots }) => positionLots)], [[], [0]], about);
      for (const entry of kept) {
        if (entry.kind === "risk" && entry.rule === "flatten") reasons.add(entry.reason);
      }
    }
  }
  assertEquals(reasons.size, 2, [...reasons].join("; "));
});

Deno.test("an order that waited for a roll which opened nothing again is not sent", async () => {
  const { audit, journal, wrong } = await tradeAtDouble({
    ...{ broker: "projectx", seed: 98, flattenAtMs: 276_062, killedAtMs: null },
  });
  assertEquals([wrong, audit.residual], [[], 0]);
  const refused = journal.kept.filter((entry) =>
    entry.kind === "rejected" && entry.reason.includes("was not opened again after a roll")
  );
  assertEquals(refused.length, 1);
});

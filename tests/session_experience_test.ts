import { auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { computeFeatures } from "../lib/features/mod.ts";
import { sessionExperience } from "../lib/improve/mod.ts";
import { decodeExperience, encodeExperience } from "../lib/rl/experience/experience_file.ts";
import { evaluateOffPolicy } from "../lib/rl/experience/off_policy.ts";
import type { Transition } from "../lib/rl/experience/experience.ts";
import type { Exploration } from "../lib/trading/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  EXPLORED_COSTS,
  EXPLORED_MODELS,
  EXPLORED_SYSTEM,
  exploredSession,
  exploredWorld,
  exploringDecider,
  exploringSince,
  exploringSlot,
} from "./fixtures/explored_policy.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { memorySession, simulatedBroker } from "./fixtures/session_fixture.ts";
import { runSession } from "../lib/live/run_session.ts";

const BARS = 1_800, BOLD: Exploration = { share: 0.5, seed: 7 };
const opened = await exploredWorld(BARS);
// What the first inference of a process opens, and keeps, belongs to no test.
(await exploringDecider(opened, undefined, null)).close();
/** Worth of a reward of 1: 40 ticks of 2 lots of MES, micro-dollars. */
const UNIT_MICROS = 40 * 2 * 1_250_000;

async function logOf(journal: MemoryJournal, by: number = 0) {
  const story = await readStory(journal.entries());
  const takeover = story.takeovers[by - 1];
  return sessionExperience({
    ...{ story, slot: 0, system: EXPLORED_SYSTEM, models: EXPLORED_MODELS },
    deployment: takeover?.deployment ?? story.deployments[0]!,
    instrument: opened.bars.instrument,
    account: { equityUsd: 100_000, costs: EXPLORED_COSTS, flattenAtSessionEnd: true },
  });
}

function auditOf(story: Awaited<ReturnType<typeof readStory>>, { bars }: OpenedData) {
  return auditSession(story, {
    systems: {
      slotOf: () => ({
        ...{ instrument: bars.instrument, intervalMs: bars.intervalMs, costs: EXPLORED_COSTS },
        ...{ marginPerLotUsd: 2_400, maxLots: 2, flattenAtSessionEnd: true },
        sizing: { kind: "fixed", lots: 2 },
      }),
      start: (_, { exploration }, saved) => exploringDecider(opened, exploration, saved),
    },
    reference: null,
    program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
  });
}

Deno.test("the journal of a session that explores is a log: what was observed, what had which chance, what came of it", async () => {
  const journal = new MemoryJournal();
  const outcome = await exploredSession(opened, BOLD, { journal });
  const { explored, header, transitions, ...left } = await logOf(journal);
  assertEquals(left, { byOthers: 0, misled: 0, between: 0 });
  assertEquals([header.actions, header.lots, header.unitTicks], [[-1, 0, 1], 2, 40]);
  assertEquals(explored, transitions.length);
  assert(transitions.length > 1_000, `${transitions.length} decisions`);
  // What is written is what is read.
  const bytes = new TextEncoder().encode(encodeExperience(header, transitions));
  const { experience } = decodeExperience(bytes, "log");
  assertEquals(experience.rows, transitions.length);

  const { bars, session } = opened;
  const frame = computeFeatures(bars, header.featureSpec as never, {
    sessionAt: () => null,
  });
  assert(session !== undefined);
  const rowOf = new Map(Array.from(bars.time, (time, row) => [time + bars.intervalMs, row]));
  let drawn = 0;
  for (const { action, held, observation, propensity, time } of transitions) {
    const row = rowOf.get(time)!;
    assertEquals(observation, [...frame.values.subarray(2 * row, 2 * row + 2)]);
    const greedy = Math.sign(observation[0]!) || held;
    assertEquals(propensity, action === greedy ? 0.5 + 0.5 / 3 : 0.5 / 3);
    if (action !== greedy) drawn++;
  }
  // A third of the draws is what would have been done anyway.
  const share = drawn / transitions.length;
  assert(Math.abs(share - 1 / 3) < 0.04, `${share} of the decisions were drawn`);

  const unfinished = outcome.positions === "held";
  const sum = transitions.reduce((total, { reward }) => total + reward, 0) * UNIT_MICROS;
  const profit = outcome.equityMicros - 100_000 * 1e6;
  if (!unfinished) assert(Math.abs(sum - profit) < 1, `${sum} of ${profit}`);

  const findings = await auditOf(await readStory(journal.entries()), opened);
  assertEquals([findings.causes, findings.differences, findings.residualMicros], [[], [], 0]);

  // What the policy alone would have earned lies in what the log says of it.
  const sure = new MemoryJournal();
  await exploredSession(opened, undefined, { journal: sure });
  const alone = await logOf(sure);
  const earned = alone.transitions.reduce((total, { reward }) => total + reward, 0) /
    alone.transitions.length;
  const target = greedyTarget(transitions);
  const { estimates } = evaluateOffPolicy(experience, target, { seed: 1 });
  for (const { interval, method } of estimates) {
    assert(interval![0] < earned && earned < interval![1], `${method}: ${interval}, not ${earned}`);
  }

  // A log of what was certain says nothing of anybody else, and why.
  assertEquals(alone.explored, 0);
  const silent = decodeExperience(
    new TextEncoder().encode(encodeExperience(alone.header, alone.transitions)),
    "log",
  ).experience;
  for (const side of [1, -1]) {
    const asked = greedyTarget(alone.transitions, side);
    for (const { refusal, value } of evaluateOffPolicy(silent, asked, { seed: 1 }).estimates) {
      assertEquals(value, null);
      assert(refusal!.includes("Nothing was explored"), refusal!);
    }
  }
});

Deno.test("exploring is taken up and left between two bars, survives a restart, and stays apart in the log", async () => {
  const journal = new MemoryJournal();
  let moments = 0;
  const stopping = new AbortController();
  const broker = simulatedBroker([opened], [exploringSlot(opened, undefined)], 100_000);
  const changes = (until: number) => ({
    ...{ journal, broker },
    deployments: exploringSince(opened, BOLD, () => moments >= 300 && moments < 900, undefined),
    onMoment: () => {
      if (++moments === until) stopping.abort();
    },
  });
  // It is stopped while it explores, and goes on.
  await exploredSession(opened, undefined, changes(600), stopping.signal);
  await exploredSession(opened, undefined, changes(Infinity));
  const story = await readStory(journal.entries());
  assertEquals(story.takeovers.map(({ deployment }) => deployment.exploration), [BOLD, undefined]);
  const [before, between] = [await logOf(journal, 0), await logOf(journal, 1)];
  assertEquals([before.explored, between.explored], [0, between.transitions.length]);
  assertEquals(new Set(before.transitions.map(({ episode }) => episode)), new Set([0, 1]));
  const taken = story.decisions[0]!.values().filter(({ forecast }) => forecast !== null).toArray();
  assertEquals(between.byOthers + between.transitions.length, taken.length);
  const findings = await auditOf(story, opened);
  assertEquals([findings.residualMicros, findings.differences.length > 0], [0, true]);
  assertEquals(findings.causes.map(({ name }) => name), ["deployment"]);
});

Deno.test("what is drawn stays within the limits of the system, and a log leaves out what they made of it", async () => {
  const journal = new MemoryJournal();
  const slot = { ...exploringSlot(opened, BOLD), limits: { maxContracts: 1 } };
  await runSession(memorySession([opened], [slot], { journal }));
  let held = 0, most = 0;
  for (const entry of journal.kept) {
    if (entry.kind === "filled") most = Math.max(most, Math.abs(held += entry.fill.lots));
  }
  assertEquals(most, 1);
  const { between, transitions } = await logOf(journal);
  assert(between > 300, `${between} decisions between two positions`);
  // A full position is two lots: none of them was ever held.
  assertEquals(new Set(transitions.map(({ held }) => held)), new Set([0]));
});

/** The policy, or its opposite, as a target: row-major probabilities of each action. */
function greedyTarget(
  transitions: readonly Pick<Transition, "held" | "observation">[],
  side = 1,
): Float64Array {
  const target = new Float64Array(3 * transitions.length);
  transitions.forEach(({ held, observation }, row) => {
    target[3 * row + 1 + side * (Math.sign(observation[0]!) || held)] = 1;
  });
  return target;
}

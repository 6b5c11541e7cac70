import fc from "fast-check";
import { join } from "node:path";
import { TradingEnvironment } from "../lib/rl/environment/trading_environment.ts";
import { netResult, transitionTable } from "../lib/rl/environment/transition_table.ts";
import {
  createExperience,
  type ExperienceHeader,
  meanSlippageTicks,
  type Transition,
  transitionAt,
} from "../lib/rl/experience/experience.ts";
import {
  decodeExperience,
  encodeExperience,
  encodeHeader,
  readExperience,
} from "../lib/rl/experience/experience_file.ts";
import { openExperienceWriter } from "../lib/rl/experience/experience_writer.ts";
import { explorePolicy, type LoggedDecision } from "../lib/rl/experience/explore_policy.ts";
import { recordExperience } from "../lib/rl/experience/record_experience.ts";
import { type Bars, sliceBars } from "../lib/market/bars.ts";
import type { SessionMarks } from "../lib/market/calendar.ts";
import { InputError } from "../lib/core/errors.ts";
import type { Fill } from "../lib/trading/fill.ts";
import { tickValueMicros } from "../lib/market/tick_value.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { optionsFor, randomBars } from "./fixtures/engine_fixture.ts";
import { marketBars } from "./fixtures/market_fixture.ts";
import { assertRejects, assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const HEADER: ExperienceHeader = {
  instrument: "TEST",
  intervalMs: 60_000,
  featureSpec: null,
  columns: ["first", "second"],
  actions: [-1, 0, 1],
  lots: 2,
  unitTicks: 7,
  account: null,
  behaviour: "policy v1, exploring 0.3",
};
const COSTS = { feePerSideMicros: 500_000, slippageTicks: 1 };
const LENGTH = 160;

const anyPosition = fc.constantFrom(-1, 0, 1);
const anyLog = fc.array(
  fc.record({
    observation: fc.tuple(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    ),
    held: anyPosition,
    action: anyPosition,
    propensity: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    fill: fc.option(fc.record({
      lots: fc.constantFrom(-2, -1, 1, 2),
      priceTicks: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      referenceTicks: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    })),
    reward: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    end: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
).map((decisions) => {
  let episode = 0;
  return decisions.map((decision, index): Transition => {
    const own = { ...decision, episode, time: 60_000 * (index + 1) };
    if (decision.end) episode++;
    return own;
  });
});

/** Numbers as JSON gives them back: there is no -0. */
function plain(transitions: readonly Transition[]): unknown {
  return JSON.parse(JSON.stringify(transitions));
}

Deno.test("a log comes back number for number, and a torn last line is left out wherever it is cut", () => {
  fc.assert(fc.property(anyLog, fc.nat(), (log, cut) => {
    const bytes = new TextEncoder().encode(encodeExperience(HEADER, log));
    const { experience, isTorn } = decodeExperience(bytes, "log");
    assertEquals(isTorn, false);
    assertEquals(experience.header, HEADER);
    const read = Array.from({ length: experience.rows }, (_, row) => transitionAt(experience, row));
    assertEquals(plain(read), plain(log));

    const head = encodeHeader(HEADER).length + 1;
    const torn = bytes.subarray(0, head + cut % (bytes.length - head));
    const whole = new TextDecoder().decode(torn).split("\n").length - 2;
    const left = decodeExperience(torn, "log");
    assertEquals([left.experience.rows, left.isTorn], [whole, torn.at(-1) !== 0x0a]);
  }));
});

const GOOD: Transition = {
  episode: 0,
  time: 60_000,
  observation: [1, 2],
  held: 0,
  action: 1,
  propensity: 0.5,
  fill: null,
  reward: 1,
  end: false,
};
const BAD_LINES: readonly (readonly [name: string, line: string, says: string])[] = [
  ["text", "hello", "line 3: Cannot read a decision as the line is not JSON"],
  ["an empty line", "", "line 3"],
  ["a propensity of 0", JSON.stringify({ ...GOOD, time: 2e5, propensity: 0 }), "line 3"],
  ["an unknown position", JSON.stringify({ ...GOOD, time: 2e5, action: 0.5 }), "one of -1, 0, 1"],
  ["a short observation", JSON.stringify({ ...GOOD, time: 2e5, observation: [1] }), "2 numbers"],
  ["time that stands still", JSON.stringify(GOOD), "time must rise"],
  ["an unknown field", JSON.stringify({ ...GOOD, time: 2e5, more: 1 }), "line 3"],
  ["a missing field", JSON.stringify({ ...GOOD, reward: undefined }), "line 3, reward"],
  ["a reward beyond float32", JSON.stringify({ ...GOOD, time: 2e5, reward: 1e39 }), "reward must"],
  [
    "an observation beyond float32",
    JSON.stringify({ ...GOOD, time: 2e5, observation: [1, -1e39] }),
    "observation must be 2 numbers of float32",
  ],
  ["a run that jumps back", JSON.stringify({ ...GOOD, episode: -1 }), "line 3, episode"],
];

for (const [name, line, says] of BAD_LINES) {
  Deno.test(`a log with ${name} is refused with the number of the line`, () => {
    const text = encodeExperience(HEADER, [GOOD]) + line + "\n";
    const read = () => decodeExperience(new TextEncoder().encode(text), "log.jsonl");
    assertThrows(read, InputError, says);
    assertThrows(read, InputError, "log.jsonl, line 3");
  });
}

const UNREADABLE: readonly (readonly [name: string, change: object])[] = [
  ...["reward", "time", "propensity", "held", "action"].flatMap((field) => [
    [`${field} NaN`, { [field]: NaN }] as const,
    [`${field} ∞`, { [field]: -Infinity }] as const,
  ]),
  ["a reward beyond float32", { reward: -1e39 }],
  ["an observation beyond float32", { observation: [1, 3.5e38] }],
  ["an observation that is NaN", { observation: [NaN, 1] }],
  ...["lots", "priceTicks", "referenceTicks"].map((field) =>
    [`${field} NaN`, {
      fill: { lots: 1, priceTicks: 2, referenceTicks: 3, [field]: NaN },
    }] as const
  ),
];

for (const [name, change] of UNREADABLE) {
  Deno.test(`a decision with ${name} is not written, and the log stays readable`, () =>
    inFolder(async (folder) => {
      const path = join(folder, "log.jsonl");
      const { episode: _, ...decision } = GOOD;
      using writer = openExperienceWriter(path, HEADER);
      assertThrows(() => writer.append({ ...decision, ...change }), InputError, "Cannot use");
      writer.append(decision);
      assertEquals((await readExperience(path)).experience.rows, 1);
    }));
}

Deno.test("a log whose header nobody could read again is not begun", () =>
  inFolder(async (folder) => {
    const path = join(folder, "log.jsonl");
    const changes = [{ unitTicks: NaN }, { lots: 1.5 }, { actions: [-1, 1] }, { instrument: "" }];
    for (const change of changes) {
      const open = () => openExperienceWriter(path, { ...HEADER, ...change });
      assertThrows(open, InputError, `line 1, ${Object.keys(change)[0]}`);
    }
    await assertRejects(readExperience(path), InputError, "no such file");
  }));

Deno.test("a log of another version, of nothing or of other bytes is refused", async () => {
  const decode = (text: string) => () => decodeExperience(new TextEncoder().encode(text), "log");
  const later = encodeExperience(HEADER, []).replace('"version":1', '"version":2');
  assertThrows(decode(later), InputError, "log, line 1, version");
  assertThrows(decode(""), InputError, "first line is missing");
  assertThrows(() => decodeExperience(Uint8Array.of(0xff, 0x0a), "log"), InputError, "UTF-8");
  await assertRejects(readExperience("no/such/file"), InputError, "no such file");
});

Deno.test("openExperienceWriter() goes on after a crash in any line, and touches nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "log.jsonl");
    const { episode: _, ...decision } = GOOD;
    const whole = new TextEncoder().encode(encodeExperience(HEADER, [GOOD]));
    for (const kept of [0, 10, whole.length - 1, whole.length]) {
      await Deno.writeFile(path, whole.subarray(0, kept));
      const before = kept === whole.length ? 1 : 0;
      {
        using writer = openExperienceWriter(path, HEADER);
        assertEquals(writer.wasTorn, kept !== 0 && kept !== whole.length, `${kept}`);
        writer.append({ ...decision, reward: 5 }, { ...decision, time: 120_000, end: true });
      }
      const { experience, isTorn } = await readExperience(path);
      assertEquals([experience.rows, isTorn], [before + 2, false]);
      assertEquals(experience.episode.at(-1), before);
    }
    const other = { ...HEADER, lots: 3 };
    assertThrows(() => openExperienceWriter(path, other), InputError, "other decisions");
    await Deno.writeTextFile(path, "my diary");
    assertThrows(() => openExperienceWriter(path, HEADER), InputError, "another kind");
    assertEquals(await Deno.readTextFile(path), "my diary");
  }));

Deno.test("openExperienceWriter() writes none of a batch of which one does not fit", () =>
  inFolder(async (folder) => {
    const path = join(folder, "log.jsonl");
    using writer = openExperienceWriter(path, HEADER);
    const { episode: _, ...decision } = GOOD;
    assertThrows(() => writer.append(decision, decision), InputError, "time must rise");
    assertEquals((await readExperience(path)).experience.rows, 0);
    writer.append(decision);
    assertEquals((await readExperience(path)).experience.rows, 1);
  }));

/** Sessions of 17 bars; every third lacks its last bar, as when nothing trades then. */
function sessionsOf(length: number): SessionMarks {
  const tradeDay = Int32Array.from({ length }, (_, bar) => Math.floor(bar / 17));
  const isLast = Uint8Array.from(
    { length },
    (_, bar) => bar % 17 === 16 && tradeDay[bar]! % 3 !== 2 ? 1 : 0,
  );
  return { tradeDay, isLast };
}

/** A run of a random policy that explores, through the engine. */
function exploredRun(bars: Bars, seed: number, flattens: boolean) {
  const random = createRandom(seed);
  const { actions, lots } = HEADER;
  const probabilities = Float32Array.from({ length: 9 * bars.length }, () => random.uniform());
  probabilities.fill(NaN, 0, 9 * 3);
  const decisions: LoggedDecision[] = [];
  const strategy = explorePolicy({
    ...{ actions, seed, signals: { probabilities } },
    ...{ source: "policy", modelVersion: 1, exploration: 0.3 },
    onDecision: (decision) => decisions.push(decision),
  });
  const fills: Fill[] = [];
  const session = sessionsOf(bars.length);
  const result = runEngine(
    bars,
    optionsFor(bars, strategy, {
      ...{ costs: COSTS, session, initialCashUsd: 1e6, maxLots: lots },
      flattenAtSessionEnd: flattens,
      sizing: fixedLots(lots),
      observer: { onFill: (fill) => void fills.push(fill) },
    }),
  );
  const frame = {
    columns: HEADER.columns,
    rows: bars.length,
    values: Float32Array.from({ length: 2 * bars.length }, (_, i) => i),
    firstValidRow: 3,
  };
  return { decisions, fills, frame, result, session };
}

const anyRun = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  kind: fc.constantFrom("plain", "difference", "ratio"),
  flattens: fc.boolean(),
});

function barsOf(kind: string, seed: number): Bars {
  if (kind === "plain") return randomBars(seed, LENGTH);
  return marketBars(seed, { length: LENGTH, method: kind === "ratio" ? "ratio" : "difference" });
}

Deno.test("recordExperience() pays what the environment pays, decision by decision and in all", () => {
  fc.assert(fc.property(anyRun, ({ flattens, kind, seed }) => {
    const bars = barsOf(kind, seed);
    const { decisions, fills, frame, result, session } = exploredRun(bars, seed, flattens);
    const log = recordExperience({ bars, fills, decisions, frame, header: HEADER });
    assertEquals(log.length, decisions.length);
    const { lots, unitTicks } = HEADER;

    // All of it: the engine's profit, and the learning environment's for the same actions.
    const earned = log.reduce((sum, { reward }) => sum + reward, 0) * unitTicks * lots *
      tickValueMicros(bars.instrument);
    assertClose(earned / 1e6, (result.equityMicros.at(-1)! - result.initialMicros) / 1e6, 1e-9);
    const environment = new TradingEnvironment({
      ...{ bars, session, costs: COSTS, flattenAtSessionEnd: flattens },
      ...{ initialCashUsd: 1e6, marginPerLotUsd: 100, maxLots: lots },
    });
    environment.reset([{ from: 0, to: bars.length }]);
    const wanted = new Int32Array(bars.length);
    for (const { action, bar } of decisions) wanted[bar] = HEADER.actions[action]! * lots;
    while (!environment.isDone(0)) environment.step(wanted.subarray(environment.bar(0)));
    assertClose(environment.profitUsd(0), earned / 1e6, 1e-9);

    // Each of it: the table from which policies learn.
    const table = transitionTable(bars, {
      ...{ costs: COSTS, session, flattenAtSessionEnd: flattens, from: 0, to: bars.length },
      size: new Float64Array(bars.length).fill(lots),
    });
    log.forEach(({ action, held, observation, propensity, reward }, index) => {
      const { bar } = decisions[index]!;
      assertClose(reward, netResult(table, bar, held, action) / unitTicks / lots, 1e-9);
      assertEquals(observation, [2 * bar, 2 * bar + 1]);
      assert(Math.abs(propensity - 0.1) < 1e-12 || Math.abs(propensity - 0.8) < 1e-12);
    });
    const slippage = meanSlippageTicks(createExperience(HEADER, log));
    if (log.some(({ fill }) => fill !== null)) assertClose(slippage!, 1, 1e-9);
  }));
});

Deno.test("recordExperience() needs no later bar, and leaves out a decision still open", () => {
  const bars = randomBars(5, LENGTH);
  const { decisions, fills, frame } = exploredRun(bars, 5, false);
  const whole = recordExperience({ bars, fills, decisions, frame, header: HEADER });
  const until = 80;
  const cut = recordExperience({
    bars: sliceBars(bars, 0, until + 1),
    fills: fills.filter(({ bar }) => bar <= until),
    decisions: decisions.filter(({ bar }) => bar <= until),
    ...{ frame, header: HEADER },
  });
  assertEquals(cut, whole.slice(0, cut.length));
  const last = decisions.findIndex(({ bar }) => bar === until);
  assertEquals(cut.length, last - 1);
});

Deno.test("recordExperience() refuses a journal of another run", () => {
  const bars = randomBars(5, LENGTH);
  const { decisions, frame } = exploredRun(bars, 5, false);
  const run = { bars, fills: [], decisions, frame, header: HEADER };
  assertThrows(() => recordExperience(run), InputError, "the same run");
});

Deno.test("explorePolicy() tries what its propensities say, the same way again for a seed", () => {
  const probabilities = Float32Array.from({ length: 9 * 20_000 }, (_, i) => i % 3 === 2 ? 1 : 0);
  const bars = { ...randomBars(1, 2), length: 20_000 };
  const play = (): LoggedDecision[] => {
    const log: LoggedDecision[] = [];
    const strategy = explorePolicy({
      ...{ actions: [-1, 0, 1], seed: 3, signals: { probabilities } },
      ...{ source: "policy", modelVersion: 1, exploration: 0.3 },
      onDecision: (decision) => log.push(decision),
    });
    const forecaster = strategy.begin();
    for (let bar = 0; bar < bars.length; bar++) {
      forecaster.forecast({ bars, bar, exposure: 0, positionLots: 0, acts: true });
    }
    return log;
  };
  const log = play();
  assertEquals(play(), log);
  for (const [action, share] of [0.1, 0.1, 0.8].entries()) {
    const taken = log.filter((decision) => decision.action === action);
    assert(taken.every(({ propensity }) => Math.abs(propensity - share) < 1e-12));
    const deviation = Math.sqrt(share * (1 - share) / log.length);
    assertClose(taken.length / log.length, share, 4 * deviation);
  }
});

import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { expectedSpans } from "../lib/data/mod.ts";
import { createVenueFeed } from "../lib/feeds/mod.ts";
import { createCalendar, findInstrument } from "../lib/market/mod.ts";
import {
  createProjectxSandbox,
  type FaultPlan,
  GATEWAY_KEY,
  PROJECTX_GUESSES,
  type ProjectxFault,
  type ProjectxGuesses,
} from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { barOfRow, createMemoryTransport, type JournaledBar } from "../lib/trading/mod.ts";
import {
  createProjectXBars,
  fetchProjectXHistory,
  memoryLedger,
  openProjectXBroker,
  ProjectXClient,
  TOPSTEPX,
} from "../lib/venues/mod.ts";
import { assert, assertEquals } from "./assert.ts";

const MES = findInstrument("MES"), MINUTE = 60_000, CONTRACT = "CON.F.US.MES.Z26";

function market(
  seed: number,
  faults: readonly FaultPlan[],
  guesses: Partial<ProjectxGuesses> = {},
  count = 400,
) {
  const bars = simulateBars({
    ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: count, seed },
    ...{ intervalMs: MINUTE, start: Date.parse("2026-11-24T15:00Z"), startPrice: 6_000 },
    volatilityTicks: 6,
  });
  const clock = new VirtualClock(bars.time[Math.min(300, count - 20)]! + 10_000);
  const sandbox = createProjectxSandbox({
    ...{ clock, bars, seed, faults, guesses: { ...PROJECTX_GUESSES, ...guesses } },
  });
  const client = new ProjectXClient({
    transport: createMemoryTransport(clock, sandbox.servers, { delayMs: () => 20 }),
    ...{ clock, random: createRandom(seed), urls: TOPSTEPX, credentials: GATEWAY_KEY },
  });
  return { bars, clock, sandbox, client };
}

/** Bars of a feed over some minutes, with how each came. */
async function follow(minutes: number, seed: number, faults: readonly FaultPlan[]) {
  const { bars, client, clock, sandbox } = market(seed, faults);
  const cancelling = new AbortController();
  const { transport, venue } = createProjectXBars({
    ...{ client, contractId: CONTRACT, intervalMs: MINUTE },
  });
  const feed = createVenueFeed(venue, {
    ...{ name: "venue", market: { instrument: MES, intervalMs: MINUTE } },
    ...{ lookBack: 10, history: 50, clock, transport, signal: cancelling.signal },
    openSpans: expectedSpans(createCalendar(MES), MINUTE),
  });
  const taken: { bar: JournaledBar; origin: string; lateMs: number | null }[] = [];
  void (async () => {
    for (;;) {
      const row = await feed.next();
      if (row === null) return;
      const { lateMs, origin } = feed.marks;
      taken.push({ bar: barOfRow(feed.bars, row), origin, lateMs });
    }
  })();
  await clock.advance(minutes * MINUTE);
  cancelling.abort();
  await clock.advance(1_000);
  client.close();
  sandbox.close();
  return { bars, taken, struck: sandbox.truth().faults.length };
}

Deno.test("the feed of ProjectX hands on each bar once it is over, right and in its order", async () => {
  const faults: readonly (ProjectxFault | null)[] = [
    ...[null, "bars-short", "bars-repeated", "bars-hole", "bars-partial", "market-frozen"] as const,
    ...["quote-flood", "hub-silent", "hub-drop", "logout-event", "too-many-requests"] as const,
    ...["lost-answer", "server-error", "list-null", "subscribe-error", "garbage-record"] as const,
    ...["token-dies", "record-split"] as const,
  ];
  let struckFaults = 0;
  for (const [index, name] of faults.entries()) {
    const plans = name === null ? [] : [{ name, times: 2 }];
    const { bars, struck, taken } = await follow(9, 1 + index, plans);
    if (struck > 0) struckFaults++;
    assert(taken.length >= 8, `${name}: ${taken.length} bars`);
    const rows = taken.map(({ bar }) => bars.time.indexOf(bar.time));
    // A bar that the gateway leaves out may be a minute without a trade: the feed tells of a gap.
    const leavesOut = ["bars-hole", "bars-short", "bars-repeated"].includes(name ?? "");
    const whole = leavesOut ? rows.toSorted((a, b) => a - b) : rows.map((_, i) => rows[0]! + i);
    assertEquals(rows, whole, name ?? "nothing");
    assertEquals(new Set(rows).size, rows.length);
    for (const [i, { bar }] of taken.entries()) {
      const row = rows[i]!;
      assertEquals(
        [bar.open, bar.high, bar.low, bar.close],
        [bars.open[row], bars.high[row], bars.low[row], bars.close[row]],
        `${name}, row ${row}`,
      );
    }
    const live = taken.filter(({ origin }) => origin !== "history");
    if (name === null) assert(live.every(({ lateMs }) => lateMs! >= 0 && lateMs! < 3_000));
  }
  assert(struckFaults >= 12, `${struckFaults} faults struck`);
});

Deno.test("history of ProjectX comes whole, however short its pages are", async () => {
  for (const barLimit of [20_000, 40]) {
    const { bars, client, clock, sandbox } = market(1, [], { barLimit });
    const asked = fetchProjectXHistory(client, {
      ...{ contractId: CONTRACT, intervalMs: MINUTE },
      ...{ from: bars.time[20]!, until: bars.time[290]! },
    });
    await clock.advance(60_000);
    const found = await asked;
    assertEquals(found.map(({ time }) => time), [...bars.time.slice(20, 290)]);
    assertEquals(found.map(({ close }) => close), [...bars.close.slice(20, 290)]);
    client.close();
    sandbox.close();
  }
});

Deno.test("a broker at ProjectX lives through two lives of its token, whatever a renewal comes to", async () => {
  const cases: readonly (readonly [ProjectxFault | null, Partial<ProjectxGuesses>])[] = [
    [null, {}],
    [null, { oldToken: "ends", hubAtExpiry: "drops" }],
    ["renewal-lost", { hubAtExpiry: "drops" }],
    ["renewal-refused", { hubAtExpiry: "drops" }],
    ["renewal-kills-old", {}],
  ];
  for (const [name, guesses] of cases) {
    const { client, clock, sandbox } = market(1, name === null ? [] : [{ name }], guesses, 40);
    let broker: Awaited<ReturnType<typeof openProjectXBroker>>["broker"] | null = null;
    const troubles: string[] = [], halts: string[] = [];
    void openProjectXBroker({
      ...{ client, account: "PRAC-50K", tag: "t", ledger: memoryLedger() },
      markets: [{ instrument: MES, contract: "MESZ6", feePerSideMicros: 950_000 }],
      patience: { pollMs: 900_000 },
      onTrouble: (reason) => troubles.push(reason),
      onHalt: (reason) => halts.push(reason),
    }).then((opened) => broker = opened.broker);
    await clock.advance(50 * 3_600_000);
    const books = broker!.snapshot();
    await clock.advance(1_000);
    assertEquals((await books).positions, []);
    const { logins, sockets, tooMany } = sandbox.truth();
    assert(logins <= 3, `${name}: ${logins} logins`);
    assertEquals([sockets, tooMany, troubles, halts], [1, 0, [], []], name ?? "nothing");
    await broker!.close();
    sandbox.close();
  }
});

import type { FaultPlan, ProjectxGuesses, SandboxTruth } from "../lib/sandbox/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { projectXVenue } from "./fixtures/projectx_session.ts";
import { tradovateVenue } from "./fixtures/tradovate_session.ts";
import { WatchedVenue } from "./fixtures/watched_venue.ts";
import type { TriedVenue } from "./fixtures/venue_session.ts";

const SECOND = 1_000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE;
const LOGIN = /^auth\/(accesstokenrequest|loginkey)$/, RENEWAL = /^auth\/(renew|validate)/;
const BARS = /^history\//;

/** A venue that fails in one way, and what may come of it. */
interface Abuse {
  readonly name: string;
  readonly faults: readonly FaultPlan[];
  readonly hours: number;
  /** Most logins that are tried in an hour. */
  readonly logins: number;
  /** Whether a broker could be opened in the end. */
  readonly runs: boolean;
}

function struck({ faults }: SandboxTruth, name: string): number {
  return faults.filter((fault) => fault.name === name).length;
}

/** A market order is taken, and its books are the venue's. */
async function requireTrading(venue: WatchedVenue, id: number): Promise<void> {
  venue.double.clearFaults();
  const broker = venue.broker!;
  await venue.within(
    5 * SECOND,
    broker.submit("MES", { id, lots: 1, reason: "signal", decidedAt: 0 }),
  );
  const { fills, positions } = await venue.within(5 * SECOND, broker.snapshot());
  const account = venue.double.truth().accounts[0]!;
  assertEquals(
    [fills.length, positions.map(({ lots }) => lots)],
    [account.fills.length, account.positions.map(({ lots }) => lots)],
  );
  assert(account.fills.length > 0);
}

/** The venue counts five failed logins in an hour, and two sessions at a time. */
const TRADOVATE: readonly Abuse[] = [
  {
    name: "no login is answered",
    faults: [{ name: "server-error", on: "accesstokenrequest" }],
    ...{ hours: 3, logins: 3, runs: false },
  },
  {
    name: "answers to logins are lost",
    faults: [{ name: "lost-answer", on: "accesstokenrequest" }],
    ...{ hours: 3, logins: 3, runs: false },
  },
  {
    name: "logins are too many",
    faults: [{ name: "too-many-requests", on: "accesstokenrequest" }],
    ...{ hours: 3, logins: 1, runs: false },
  },
  {
    name: "a captcha",
    faults: [{ name: "captcha-ticket" }],
    ...{ hours: 3, logins: 1, runs: false },
  },
  {
    name: "a login is answered by a ticket",
    faults: [{ name: "penalty-ticket", times: 1, on: "accesstokenrequest" }],
    ...{ hours: 1, logins: 2, runs: true },
  },
  {
    name: "no token is taken",
    faults: [{ name: "token-expires" }],
    ...{ hours: 3, logins: 3, runs: false },
  },
  {
    name: "one token in four calls ends",
    faults: [{ name: "token-expires", probability: 0.25 }],
    ...{ hours: 2, logins: 3, runs: true },
  },
  {
    name: "no renewal is done",
    faults: [{ name: "renewal-fails" }],
    ...{ hours: 4, logins: 1, runs: true },
  },
  {
    name: "answers to renewals are lost",
    faults: [{ name: "lost-answer", on: "renewaccesstoken" }],
    ...{ hours: 4, logins: 2, runs: true },
  },
  {
    name: "another login takes each session",
    faults: [{ name: "session-evicted", probability: 0.05 }],
    ...{ hours: 4, logins: 3, runs: true },
  },
  {
    name: "tickets for a third of all calls",
    faults: [{ name: "penalty-ticket", probability: 0.3 }],
    ...{ hours: 2, logins: 2, runs: true },
  },
  {
    name: "tickets for all calls",
    faults: [{ name: "penalty-ticket" }],
    ...{ hours: 2, logins: 3, runs: false },
  },
  {
    name: "too many calls",
    faults: [{ name: "too-many-requests", probability: 0.05 }],
    ...{ hours: 3, logins: 1, runs: true },
  },
  {
    name: "lines break and calls fail",
    faults: [{ name: "server-error", probability: 0.2 }, {
      ...{ name: "heartbeat-missed", probability: 0.01 },
    }],
    ...{ hours: 2, logins: 3, runs: true },
  },
];

for (const { faults, hours, logins, name, runs } of TRADOVATE) {
  Deno.test(`Tradovate is not abused when it fails: ${name}`, async () => {
    const venue = new WatchedVenue(tradovateVenue(faults));
    await venue.run(hours);
    const truth = venue.double.truth();
    assert(struck(truth, faults[0]!.name) > 0);
    assertEquals(venue.broker !== null, runs, `${venue.failures} failures`);
    const [minute, hour] = [venue.most(MINUTE), venue.most(HOUR)];
    assert(minute <= 60 && hour <= 4_000, `${minute} calls in a minute, ${hour} in an hour`);
    assert(venue.most(HOUR, LOGIN) <= logins, `${venue.most(HOUR, LOGIN)} logins in an hour`);
    // The venue allows 15 in an hour, those that were done counted.
    assert(venue.shortest(RENEWAL) >= 4 * MINUTE, `${venue.shortest(RENEWAL)} ms`);
    // A ticket that comes back too early costs another one.
    assertEquals(truth.tickets, struck(truth, "penalty-ticket") + struck(truth, "captcha-ticket"));
    // Those that were on their way already are refused with the one that was struck.
    const limits = struck(truth, "too-many-requests");
    assert(truth.tooMany <= 4 * limits, `${truth.tooMany} calls were too many`);
    await venue.close();
  });
}

Deno.test("somebody who logs in at Tradovate again and again is given way to", async () => {
  const venue = new WatchedVenue(tradovateVenue());
  await venue.run(0.2);
  const person = venue.double.servers["demo.tradovateapi.com"]!;
  const [first] = venue.timesOf(LOGIN);
  let taken = 0;
  for (let round = 0; round < 6; round++) {
    // Two sessions at a time are the venue's limit.
    for (let login = 0; login < 2; login++) {
      await person.answer({
        ...{ method: "POST", url: "https://demo.tradovateapi.com/v1/auth/accesstokenrequest" },
        body: JSON.stringify({
          ...{ name: "sandbox", password: "sandbox", appId: "trading-ai", cid: 8, sec: "sandbox" },
        }),
      });
    }
    taken = venue.clock.now();
    const before = venue.timesOf(LOGIN).length;
    await venue.run(0.25);
    const [next] = venue.timesOf(LOGIN).slice(before);
    if (next !== undefined) assert(next - taken >= 5 * MINUTE, `${next - taken} ms later`);
  }
  // One that comes back, and then nobody until a person has seen to it.
  assertEquals(venue.timesOf(LOGIN).length, 2);
  assert(first! < taken && venue.troubles.some((each) => each.includes("again and again")));
  await venue.close();
});

Deno.test("a session at Tradovate trades on over more than two lifetimes of a token with one login", async () => {
  const venue = new WatchedVenue(tradovateVenue());
  await venue.run(0.05);
  await requireTrading(venue, 1);
  await venue.run(3);
  await requireTrading(venue, 2);
  const truth = venue.double.truth();
  assertEquals([truth.logins, venue.timesOf(LOGIN).length, venue.failures], [1, 1, 0]);
  assert(venue.timesOf(RENEWAL).length >= 3, `${venue.timesOf(RENEWAL).length} renewals`);
  // Each call over REST was counted by the double itself; those over its sockets come to it.
  assert(truth.calls >= venue.calls.length, `${truth.calls} and ${venue.calls.length}`);
  await venue.close();
});

/** All calls but those for bars may be 200 in a minute; none says how often one may log in. */
const PROJECTX: readonly (Abuse & { readonly guesses?: Partial<ProjectxGuesses> })[] = [
  {
    name: "no login is answered",
    faults: [{ name: "server-error", on: "loginkey" }],
    ...{ hours: 2, logins: 480, runs: false },
  },
  {
    name: "answers to logins are lost",
    faults: [{ name: "lost-answer", on: "loginkey" }],
    ...{ hours: 2, logins: 480, runs: false },
  },
  {
    name: "the key is wrong",
    faults: [{ name: "login-invalid" }],
    ...{ hours: 2, logins: 1, runs: false },
  },
  {
    name: "a token dies in one call of ten",
    faults: [{ name: "token-dies", probability: 0.1 }],
    ...{ hours: 2, logins: 120, runs: true },
  },
  {
    name: "no token is taken",
    faults: [{ name: "token-dies" }],
    ...{ hours: 2, logins: 480, runs: false },
  },
  {
    name: "both hubs are logged out again and again",
    faults: [{ name: "logout-event", probability: 0.02 }],
    ...{ hours: 6, logins: 2, runs: true },
  },
  {
    name: "too many calls",
    faults: [{ name: "too-many-requests", probability: 0.1 }],
    ...{ hours: 2, logins: 4, runs: true },
  },
  {
    name: "calls fail and hubs break",
    faults: [{ name: "server-error", probability: 0.5 }, { name: "hub-drop", probability: 0.5 }],
    ...{ hours: 2, logins: 4, runs: true },
  },
];

for (const { faults, guesses, hours, logins, name, runs } of PROJECTX) {
  Deno.test(`ProjectX is not abused when it fails: ${name}`, async () => {
    const venue = new WatchedVenue(projectXVenue(faults, guesses));
    await venue.run(hours);
    const truth = venue.double.truth();
    assert(struck(truth, faults[0]!.name) > 0);
    assertEquals(truth.calls, venue.calls.length);
    assertEquals(venue.broker !== null, runs, `${venue.failures} failures`);
    assert(venue.most(MINUTE) <= 120, `${venue.most(MINUTE)} calls in a minute`);
    assert(venue.most(30 * SECOND, BARS) <= 25);
    assert(venue.most(HOUR, LOGIN) <= logins, `${venue.most(HOUR, LOGIN)} logins in an hour`);
    assertEquals(truth.tooMany, struck(truth, "too-many-requests"));
    await venue.close();
  });
}

Deno.test("a session at ProjectX trades on over two days, one renewal lost and one refused", async () => {
  const venue = new WatchedVenue(
    projectXVenue([{ name: "renewal-lost", times: 1 }, {
      ...{ name: "renewal-refused", times: 1 },
      from: Date.parse("2026-11-24T15:00Z"),
    }], { oldToken: "ends", hubAtExpiry: "drops" }),
    15 * MINUTE,
  );
  await venue.run(0.05);
  await requireTrading(venue, 1);
  venue.double.addFault({ name: "renewal-lost", times: 1 });
  await venue.run(20);
  venue.double.addFault({ name: "renewal-refused", times: 1 });
  await venue.run(29);
  await requireTrading(venue, 2);
  const truth = venue.double.truth();
  assertEquals([struck(truth, "renewal-lost"), struck(truth, "renewal-refused")], [1, 1]);
  // A login in place of each renewal that failed, no more.
  assertEquals([truth.logins, venue.timesOf(LOGIN).length, venue.failures], [3, 3, 0]);
  assertEquals(truth.tooMany, 0);
  await venue.close();
});

/** Two hundred entries at once, then exits. */
async function storm(venue: WatchedVenue, cancel: RegExp): Promise<void> {
  await venue.run(0.02);
  const broker = venue.broker!, fates = new Map<number, string>();
  broker.onReport((_, report) => {
    if (report.kind !== "filled") fates.set(report.orderId, report.kind);
  });
  const limit = { kind: "limit", limitTicks: 20_000 } as const;
  for (let id = 1; id <= 200; id++) {
    void broker.submit("MES", { id, lots: 1, terms: limit, reason: "signal", decidedAt: 0 });
  }
  await venue.clock.advance(5 * SECOND);
  const asked = venue.clock.now();
  const taken = [...fates].flatMap(([id, fate]) => fate === "accepted" ? [id] : []).slice(0, 5);
  assertEquals(taken.length, 5);
  for (const id of taken) void broker.cancel(id);
  await venue.clock.advance(10 * MINUTE);
  const exits = venue.timesOf(cancel);
  assertEquals(exits.length, 5);
  assert(exits.at(-1)! - asked <= 3 * SECOND, `${exits.at(-1)! - asked} ms`);
  // Each is known, none was refused by the venue for its number, and it has what was taken.
  const truth = venue.double.truth();
  assertEquals([fates.size, truth.tooMany], [200, 0]);
  const orders = truth.accounts[0]!.orders;
  const sent = [...fates.values()].filter((fate) => fate !== "rejected").length;
  assertEquals([orders.length, new Set(orders.map(({ clOrdId }) => clOrdId)).size], [sent, sent]);
  assert(sent > 30, `${sent} were sent`);
  await venue.close();
}

const STORMS: readonly (readonly [string, TriedVenue, RegExp])[] = [
  ["Tradovate", tradovateVenue(), /^order\/cancelorder$/],
  ["ProjectX", projectXVenue(), /^order\/cancel$/],
];

for (const [name, venue, cancel] of STORMS) {
  Deno.test(`200 intents at once at ${name}: no call is too many, exits go first`, () =>
    storm(new WatchedVenue(venue), cancel));
}

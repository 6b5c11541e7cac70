import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { readFrames } from "../lib/feeds/mod.ts";
import {
  createProjectxSandbox,
  createTradovateSandbox,
  type FaultPlan,
  GATEWAY_KEY,
} from "../lib/sandbox/mod.ts";
import { createMemoryTransport, type MemoryServer } from "../lib/trading/mod.ts";
import { recordVenue, type VenueRequest } from "../lib/venues/mod.ts";
import { Scrubber } from "../lib/venues/recording/scrubber.ts";
import { diagnoseVenue } from "../tasks/doctor/venue_checks.ts";
import { rehearse } from "../tasks/sandbox_audit/rehearse.ts";
import type { RehearsedVenue, Switches } from "../tasks/sandbox_audit/rehearsed_venue.ts";
import { REHEARSED_VENUES } from "../tasks/sandbox_audit/rehearsed_venues.ts";
import { assert, assertEquals } from "./assert.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";

const { projectx: PROJECTX, tradovate: TRADOVATE } = REHEARSED_VENUES;

/** A user whose every word is found again. */
const KEYS = {
  ...{
    name: "jane.doe-4711",
    password: 'pw "7f3a&b9/c',
    appId: "nickname-of-key",
    cid: 48_151_623,
  },
  ...{ sec: "5ec-2c1d-88e0", appVersion: "1", deviceId: "device-9d41c7" },
};
const ACCOUNT = "DEMO7739215", CASH_MICROS = 50_000_000_000;
const GATEWAY_KEYS = { userName: "jane.doe-4711", apiKey: "k3y+with/signs==" };
const GATEWAY_ACCOUNT = "PRAC-V2-7739215";

/** Faults that cut messages into pieces, send them elsewhere, or make a client log in again. */
const TROUBLE = {
  tradovate: ["truncated-answer", "redirect", "socket-drop", "token-expires", "penalty-ticket"],
  projectx: ["record-split", "token-dies", "hub-drop", "garbage-record", "lost-answer"],
} as const;

/** Faults strike once a session trades. */
function later(faults: readonly FaultPlan[], now: number): readonly FaultPlan[] {
  return faults.map((fault) => ({ ...fault, from: now + 10_000 }));
}

/** A double that tells everything that it says and hears, before anybody has scrubbed it. */
function overheard(servers: Readonly<Record<string, MemoryServer>>, said: string[]) {
  return Object.fromEntries(
    Object.entries(servers).map(([host, server]): [string, MemoryServer] => [host, {
      async answer(request) {
        said.push(request.body ?? "", ...Object.values(request.headers ?? {}));
        const answer = await server.answer(request);
        said.push(answer.body);
        return answer;
      },
      accept(url, client) {
        said.push(url);
        const listener = server.accept(url, {
          send: (text) => (said.push(text), client.send(text)),
          close: () => client.close(),
        });
        return { ...listener, onMessage: (text) => (said.push(text), listener.onMessage(text)) };
      },
    }]),
  );
}

/** Secrets in what was said: all tokens, and the numbers of users and accounts. */
function secretsIn(said: readonly string[]): readonly string[] {
  const text = said.join("\n");
  const fields = ["accessToken", "mdAccessToken", "token", "newToken", "p-ticket", "email"];
  const numbers = ["accountId", "userId", "senderId"];
  const found = [
    ...fields.flatMap((field) => [...text.matchAll(new RegExp(`"${field}":"([^"]+)"`, "g"))]),
    ...numbers.flatMap((field) => [...text.matchAll(new RegExp(`"${field}":(\\d+)`, "g"))]),
    ...text.matchAll(/Bearer (.+)/g),
  ];
  return [...new Set(found.map(([, value]) => value!))];
}

/** Secrets that a text has in it, a number only as one of its own. */
function leaks(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) =>
    /^\d+$/.test(secret)
      ? new RegExp(`(?<![\\w.])${secret}(?!\\w)`).test(text)
      : text.includes(secret)
  );
}

const GIVEN = {
  tradovate: [...Object.values(KEYS).filter((value) => value !== "1").map(String), ACCOUNT],
  projectx: [...Object.values(GATEWAY_KEYS), GATEWAY_ACCOUNT],
};

function tradovateOf(said: string[]): RehearsedVenue {
  return {
    ...TRADOVATE,
    request: {
      ...TRADOVATE.request,
      credentials: KEYS,
      account: ACCOUNT,
    } as VenueRequest,
    look: () => Promise.resolve(),
    open(market, { faults }) {
      const accounts = [{ name: ACCOUNT, cashMicros: CASH_MICROS }];
      const double = createTradovateSandbox({
        ...{ ...market, faults: later(faults, market.clock.now()) },
        users: [{ ...KEYS, accounts }],
      });
      return { ...double, servers: overheard(double.servers, said) };
    },
  };
}

function projectxOf(said: string[]): RehearsedVenue {
  return {
    ...PROJECTX,
    request: {
      ...PROJECTX.request,
      ...{ credentials: GATEWAY_KEYS, account: GATEWAY_ACCOUNT },
    } as VenueRequest,
    look: () => Promise.resolve(),
    open(market, { faults }) {
      const double = createProjectxSandbox({
        ...{ ...market, faults: later(faults, market.clock.now()) },
        accounts: [{ name: GATEWAY_ACCOUNT, cashMicros: CASH_MICROS, brackets: "auto-oco" }],
      });
      return { ...double, servers: overheard(takingAnyKey(double.servers), said) };
    },
  };
}

/** The double of ProjectX takes one key alone. */
function takingAnyKey(servers: Readonly<Record<string, MemoryServer>>): typeof servers {
  return Object.fromEntries(
    Object.entries(servers).map(([host, server]) => [host, {
      ...server,
      answer: (request) =>
        server.answer(
          request.url.endsWith("loginKey")
            ? { ...request, body: JSON.stringify(GATEWAY_KEY) }
            : request,
        ),
    }]),
  );
}

for (const [name, venueOf] of [["tradovate", tradovateOf], ["projectx", projectxOf]] as const) {
  Deno.test(`a recorded session at ${name} holds nothing that its user gave, nor whose it is`, async () => {
    const none: Switches = { guesses: [], faults: [] };
    const faults = TROUBLE[name].map((fault) => ({ name: fault, times: 2 }));
    for (const switches of [none, { ...none, faults }]) {
      const said: string[] = [];
      const frames = await rehearse(venueOf(said), switches, 5);
      const secrets = [...GIVEN[name], ...secretsIn(said)];
      const raw = said.join("\n");
      assert(secrets.length >= GIVEN[name].length + 2, `${secrets.length} secrets`);
      // Otherwise nothing would be proved: they have all passed.
      assert(leaks(raw, secrets).length >= secrets.length - 4, "the secrets were never said");
      const text = frames.map((frame) => JSON.stringify(frame)).join("\n");
      const plain = frames.map((frame) => Object.values(frame).join("\n")).join("\n");
      assertEquals([...leaks(text, secrets), ...leaks(plain, secrets)], []);
      // All else is there, to the letter.
      assert(frames.length > 200, `${frames.length} frames`);
      assert(frames.some((frame) => frame.kind === "answered" && /"orderId":\d+/.test(frame.body)));
    }
  });
}

Deno.test("what a doctor hears is recorded in a folder, and a second recording goes on in it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const said: string[] = [], venue = tradovateOf(said);
    const bars = simulateBars({
      ...{ world: { kind: "gbm" }, instrument: findInstrument("MES"), bars: 100, seed: 1 },
      ...{ intervalMs: 60_000, start: Date.parse("2026-11-24"), startPrice: 6_000 },
      volatilityTicks: 4,
    });
    const clock = new VirtualClock(bars.time[10]);
    const double = venue.open({ clock, bars, seed: 1 }, { guesses: [], faults: [] });
    for (let turn = 0; turn < 2; turn++) {
      using recording = await recordVenue(venue.request, folder, {
        ...{ clock, transport: createMemoryTransport(clock, double.servers) },
        freeBytes: () => Promise.resolve(1e12),
      });
      const { transport } = recording;
      const looked = diagnoseVenue(venue.request, {
        ...{ clock, sessions: folder, symbol: "MES", transport },
      });
      await clock.advance(60_000);
      const { checks } = await looked;
      assertEquals(checks.filter(({ ok }) => !ok).map(({ found }) => found), []);
    }
    double.close();
    const frames = await Array.fromAsync(readFrames(folder));
    assertEquals(frames.filter(({ kind }) => kind === "begun").length, 2);
    const files = [...Deno.readDirSync(folder)].map(({ name }) =>
      Deno.readTextFileSync(`${folder}/${name}`)
    );
    assertEquals(leaks(files.join("\n"), [...GIVEN.tradovate, ...secretsIn(said)]), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a secret is one in whatever form it comes, cut off or not, and the rest stays as it is", () => {
  const scrubber = new Scrubber({
    everywhere: { token: "token", accountId: "account", accounts: "account" },
    within: [{
      marks: ["accountType"],
      endpoint: /\/account\//,
      fields: { id: "account", name: "account" },
    }],
    patterns: [{ pattern: /^authorize\n(\S+)/, is: "token" }],
  }, [{ value: 'a"b c', is: "password" }]);
  const cases: readonly (readonly [string, string, string?])[] = [
    ['{"token":"t0ken-1","price":6000.00}', '{"token":"<token-1>","price":6000.00}'],
    ["wss://v.test/?t=t0ken-1", "wss://v.test/?t=<token-1>"],
    ['{"p":"a\\"b c"} a%22b%20c a"b c', '{"p":"<password-1>"} <password-1> <password-1>'],
    ['{"token":"second-tok', '{"token":"<token-2>'],
    ["authorize\nthird-tok", "authorize\n<token-3>"],
    [
      '{"accounts":[71234],"x":[71234.5,671234]}',
      '{"accounts":[9000000000000001],"x":[71234.5,671234]}',
    ],
    ["deps?masterid=71234", "deps?masterid=9000000000000001"],
    [
      '[{"id":88123,"accountType":"C","name":"Joe1"}]',
      '[{"id":9000000000000002,"accountType":"C","name":"<account-1>"}]',
    ],
    ['[{"id":88124,"na', '[{"id":9000000000000003,"na', "https://v.test/v1/account/list"],
    // Small numbers and short words would be anything elsewhere.
    ['{"accountId":7,"size":7}', '{"accountId":9000000000000004,"size":7}'],
    ['{"id":88123,"name":"MESZ6"}', '{"id":9000000000000002,"name":"MESZ6"}'],
  ];
  for (const [text, clean, endpoint] of cases) assertEquals(scrubber.scrub(text, endpoint), clean);
});

import { Command, CommanderError } from "commander";
import { throws } from "node:assert/strict";
import { main } from "../cli/main.ts";
import { command } from "../cli/sandbox.ts";
import { addVenueOptions } from "../cli/venue_options.ts";
import { InputError } from "../lib/core/mod.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { DEFAULT_FEATURES, lookbackBars, parseFeatureSpec } from "../lib/features/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";
import { createNetworkTransport } from "../lib/network/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { type Line, TransportError } from "../lib/trading/mod.ts";
import {
  DEFAULT_HISTORY,
  runSandbox,
  type SandboxDocument,
  type SandboxRequest,
} from "../tasks/sandbox.ts";
import { askDouble, untilBarsAreOver } from "../tasks/trade/double_time.ts";
import { assert, assertEquals } from "./assert.ts";
import { assertRejects } from "./fixtures/temporary_folder.ts";

const REQUEST: SandboxRequest = {
  broker: "tradovate",
  bars: {
    kind: "world",
    instrument: { symbol: "MES" },
    options: {
      ...{ world: { kind: "gbm" }, start: Date.parse("2026-11-22"), bars: 400, seed: 3 },
      ...{ intervalMs: 60_000, startPrice: 6_000, volatilityTicks: 6 },
    },
  },
  ...{ history: 200, speed: 60, port: 0, cashUsd: 25_000, feeUsd: 0.5, faults: [], guesses: [] },
  seed: 3,
};

/** More than windows of the default models and bars over which their positions settle. */
const MOST_BARS_OF_A_MODEL = 500;

const COMMAND = ["sandbox", "--broker", "tradovate", "--port", "0"];

/** A clock of the machine; nothing of what is tested depends on when it calls. */
const WALL = {
  now: () => Math.floor(performance.now()),
  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Runs a sandbox while something is done with it. */
async function inSandbox(
  changes: Partial<SandboxRequest>,
  use: (document: SandboxDocument) => Promise<void>,
): Promise<void> {
  const stop = new AbortController(), ready = Promise.withResolvers<SandboxDocument>();
  const running = runSandbox({ ...REQUEST, ...changes }, {
    ...{ clock: WALL, signal: stop.signal, onReady: ready.resolve },
  });
  running.catch(ready.reject);
  try {
    await use(await ready.promise);
  } finally {
    stop.abort();
    await running;
  }
}

const network = createNetworkTransport();

// deno-lint-ignore no-explicit-any
async function ask(url: string, body?: unknown, token = ""): Promise<any> {
  const answer = await network.request({
    ...{ method: body === undefined ? "GET" as const : "POST" as const, url, timeoutMs: 5_000 },
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.body === "" ? answer : JSON.parse(answer.body);
}

/** Frames of a line until one has a text in it. */
async function heardUntil(frames: readonly string[], text: string): Promise<string> {
  for (let turn = 0; turn < 400; turn++) {
    const found = frames.find((frame) => frame.includes(text));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${text} did not come: ${frames.join(" ")}`);
}

Deno.test("over real sockets an order is filled, told, and stands in the truth; faults strike", () =>
  inSandbox({}, async ({ contracts, control, hosts, keys, now }) => {
    assertEquals([contracts[0], now], ["MESZ6", "2026-11-23T02:20:00.000Z"]);
    const rest = `http://${hosts.demo}/v1`;
    const { accessToken, userId } = await ask(`${rest}/auth/accesstokenrequest`, keys);
    const [{ id: accountId }] = await ask(`${rest}/account/list`, undefined, accessToken);
    const frames: string[] = [];
    const line: Line = await network.open(`ws://${hosts.demo}/v1/websocket`, {
      onMessage: (frame) => frames.push(frame),
      onClose: () => frames.push("closed"),
    });
    await heardUntil(frames, "o");
    line.send(`authorize\n0\n\n${accessToken}`);
    await heardUntil(frames, '"i":0');
    line.send(`user/syncrequest\n1\n\n{"splitResponses":false,"users":[${userId}]}`);
    await heardUntil(frames, '"accounts"');
    const order = {
      ...{ accountId, action: "Buy", symbol: "MESZ6", orderQty: 1, orderType: "Market" },
      ...{ timeInForce: "Day", isAutomated: true, clOrdId: "first" },
    };
    const { orderId } = await ask(`${rest}/order/placeorder`, order, accessToken);
    await heardUntil(frames, '"execType":"Trade"');
    const truth = await ask(`${control}/truth`);
    assertEquals(truth.accounts[0].orders[0].id, orderId);
    assertEquals([truth.accounts[0].positions[0].lots, truth.accounts[0].cashMicros], [
      1,
      24_999_500_000,
    ]);

    await ask(`${control}/faults`, { fault: "lost-answer:once/placeorder" });
    const lost = await ask(`${rest}/order/placeorder`, order, accessToken)
      .then(() => null, (error: unknown) => error);
    assert(lost instanceof TransportError && lost.fault === "no-answer", `${lost}`);
    assertEquals((await ask(`${control}/truth`)).accounts[0].orders.length, 2);
    const wrong = await ask(`${control}/faults`, { fault: "nonsense" });
    assert(wrong.error.startsWith("Cannot find the fault 'nonsense'"), wrong.error);

    await ask(`${control}/faults`, { fault: "redirect:once" });
    const moved = await network.request({ method: "GET", url: `${rest}/account/list` });
    assertEquals([moved.status, moved.headers.location], [
      307,
      `http://${hosts.moved}/v1/account/list`,
    ]);

    await ask(`${control}/faults`, { fault: "misdirected:once" });
    const refused = await network.open(`ws://${hosts.demo}/v1/websocket`, {
      ...{ onMessage: () => {}, onClose: () => {} },
    }).then(() => null, (error: unknown) => error);
    assert(refused instanceof TransportError && refused.status === 421, `${refused}`);

    const clock = await ask(`${control}/clock`);
    assert(clock.speed === 60 && clock.now > Date.parse(now));
    line.close();
  }));

Deno.test("the gateway's double answers and calls over real sockets", () =>
  inSandbox({ broker: "projectx" }, async ({ contracts, control, hosts, keys }) => {
    assertEquals(contracts[0], "CON.F.US.MES.Z26");
    const rest = `http://${hosts.api}/api`;
    const { token } = await ask(`${rest}/Auth/loginKey`, keys);
    const { accounts: [{ id: accountId }] } = await ask(
      `${rest}/Account/search`,
      { onlyActiveAccounts: true },
      token,
    );
    const frames: string[] = [];
    const line = await network.open(`ws://${hosts.rtc}/hubs/user?access_token=${token}`, {
      onMessage: (frame) => frames.push(frame),
      onClose: () => {},
    });
    line.send('{"protocol":"json","version":1}\u001e');
    await heardUntil(frames, "{}");
    line.send(
      `{"type":1,"invocationId":"1","target":"SubscribeTrades","arguments":[${accountId}]}\u001e`,
    );
    await heardUntil(frames, '"result":0');
    const order = {
      ...{ accountId, contractId: contracts[0], type: 2, side: 0, size: 1, customTag: "first" },
      ...{ limitPrice: null, stopPrice: null, trailPrice: null },
    };
    const { orderId } = await ask(`${rest}/Order/place`, order, token);
    assert((await heardUntil(frames, "GatewayUserTrade")).includes(`"orderId":${orderId}`));
    const truth = await ask(`${control}/truth`);
    assertEquals([truth.accounts[0].positions[0].lots, truth.unknownFields], [1, []]);
    const refused = await network.open(`ws://${hosts.rtc}/hubs/user?access_token=wrong`, {
      ...{ onMessage: () => {}, onClose: () => {} },
    }).then(() => null, (error: unknown) => error);
    assert(refused instanceof TransportError && refused.status === 401, `${refused}`);
    line.close();
  }));

Deno.test("a simulated market without a start has the wall's time", async () => {
  const stop = new AbortController();
  const wall = new VirtualClock(Date.parse("2026-11-25T15:00Z"));
  const { bars } = REQUEST;
  if (bars.kind !== "world") throw new Error("it is one");
  await runSandbox({ ...REQUEST, bars: { ...bars, options: { ...bars.options, start: null } } }, {
    ...{ clock: wall, signal: stop.signal },
    onReady: ({ contracts, now }) => {
      assertEquals([now, contracts[0]], ["2026-11-25T15:00:00.000Z", "MESZ6"]);
      stop.abort();
    },
  });
});

Deno.test("a market of a file has half of it before it begins, where that is less than usual", async () => {
  for (const [bars, row] of [[401, 200], [DEFAULT_HISTORY * 2 + 2, DEFAULT_HISTORY]] as const) {
    const stop = new AbortController();
    const { bars: world } = REQUEST;
    if (world.kind !== "world") throw new Error("it is one");
    const { options } = world;
    const { time } = simulateBars({
      ...{ ...options, start: options.start!, bars },
      instrument: findInstrument("MES"),
    });
    await runSandbox({
      ...REQUEST,
      history: null,
      bars: { ...world, options: { ...options, bars } },
    }, {
      ...{ clock: WALL, signal: stop.signal },
      onReady: ({ now }) => {
        assertEquals(Date.parse(now), time[row]);
        stop.abort();
      },
    });
  }
});

Deno.test("a sandbox whose bars are over says so, a session stops with them, and none begins there", async () => {
  const { bars: world } = REQUEST;
  if (world.kind !== "world") throw new Error("it is one");
  const stop = new AbortController(), ready = Promise.withResolvers<SandboxDocument>();
  const over = Promise.withResolvers<void>();
  const running = runSandbox({
    ...{ ...REQUEST, history: 10, speed: 1_000 },
    bars: { ...world, options: { ...world.options, bars: 50 } },
  }, {
    ...{ clock: WALL, signal: stop.signal, onReady: ready.resolve, onOver: over.resolve },
  });
  const { control, ends } = await ready.promise;
  const double = await askDouble(control, "tradovate", WALL);
  assertEquals(double.ends, Date.parse(ends));
  const told = Promise.withResolvers<void>();
  using session = untilBarsAreOver(double, told.resolve);
  assertEquals(session.signal.aborted, false);
  await over.promise;
  await told.promise;
  assertEquals(session.signal.aborted, true);
  const refused = askDouble(control, "tradovate", WALL);
  await assertRejects(refused, InputError, "Cannot trade at a double whose bars are over");
  stop.abort();
  await running;
});

Deno.test("a system of the default features warms up on the usual history, at each bar from a minute on", () => {
  const spec = parseFeatureSpec({ ...DEFAULT_FEATURES });
  for (const intervalMs of [60_000, 300_000, 3_600_000, 86_400_000]) {
    assert(lookbackBars(spec, intervalMs) + MOST_BARS_OF_A_MODEL <= DEFAULT_HISTORY);
  }
});

Deno.test("what a sandbox cannot be made of is one line and exit code 2", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["--world gbm", "without bars"],
    ["--world gbm --symbol SPY", "contracts of SPY"],
    ["--world gbm --symbol MES --fault nonsense", "fault 'nonsense' (All "],
    [
      "--world gbm --symbol MES --fault lost-anser",
      "did you mean lost-answer, lost-request, event-lost? All",
    ],
    ["--world gbm --symbol MES --guess eventOder=x", "did you mean eventOrder? All"],
    ["--world gbm --symbol MES --guess eventOrder", "guess 'eventOrder'"],
    ["--data /nowhere/MES.csv", "/nowhere/MES.csv"],
    ["--data /nowhere/bars.parquet", "there is no such file"],
    ["--world gbm --symbol MES --fault lost-answer:once@-3", "Cannot read '-3' as a moment"],
    ["--world gbm --symbol MES --start 2026-11-22 --bars 9 --history 9", "there are only 9"],
    ["--world gbm --symbol MES --port 99999", "Cannot open 7 ports from 99999 on"],
    ["--world gbm --symbol MES --port 65530", "choose one up to 65529"],
  ];
  const said = console.error;
  try {
    for (const [flags, text] of cases) {
      const lines: string[] = [];
      console.error = (line: string) => lines.push(line);
      assertEquals(await main([...COMMAND, ...flags.split(" ")]), 2, flags);
      assertEquals([lines.length, lines[0]!.includes(text)], [1, true], lines.join("\n"));
    }
  } finally {
    console.error = said;
  }
});

Deno.test("whoever trades at a double asks for no port that there is not", () => {
  for (const port of ["0", "65530", "99999", "1.5"]) {
    let said = "";
    const asked = addVenueOptions(new Command("trade")).exitOverride()
      .configureOutput({ writeErr: (text) => said += text });
    throws(() => asked.parse(["--port", port], { from: "user" }), CommanderError);
    assert(said.includes("It must be a whole number from 1 to 65529."), said);
  }
});

Deno.test("a number that a flag cannot be is refused before anything is opened", async () => {
  const wrong = ["--port -1", "--port 8790.5", "--port x", "--history 0", "--history -1"];
  wrong.push("--history 1.5", "--speed 0", "--speed NaN", "--cash -1", "--fee -1", "--seed -1");
  for (const flags of wrong) {
    let said = "";
    const parsing = command().exitOverride().configureOutput({ writeErr: (text) => said += text })
      .parseAsync(["--broker", "tradovate", ...flags.split(" ")], { from: "user" });
    assert(await parsing.then(() => false, (error: unknown) => error instanceof CommanderError));
    assert(/^error: option .* is invalid\. It must be a (whole )?number/.test(said), said);
  }
});

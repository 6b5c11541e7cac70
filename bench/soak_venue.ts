import process from "node:process";
import v8 from "node:v8";
import vm from "node:vm";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { hardware, versions } from "../lib/core/program.ts";
import { expectedSpans } from "../lib/data/mod.ts";
import { driveBroker, Engine } from "../lib/engine/mod.ts";
import { createVenueFeed } from "../lib/feeds/mod.ts";
import { createCalendar, findInstrument } from "../lib/market/mod.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import { createProjectxSandbox, createTradovateSandbox } from "../lib/sandbox/mod.ts";
import { GATEWAY_KEY, SANDBOX_USER } from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { createMemoryTransport } from "../lib/trading/mod.ts";
import {
  memoryLedger,
  memoryTokenStore,
  reachVenue,
  TOPSTEPX,
  TRADOVATE_DEMO,
  type VenueKeys,
} from "../lib/venues/mod.ts";
import { memorySlope } from "./memory_slope.ts";
import { textFlag } from "./flags.ts";

const SECOND = 1_000, MINUTE = 60_000, MEBIBYTE = 2 ** 20;
const FEE = 950_000, WARM_UP_ROWS = 600, ORDER_EVERY_ROWS = 300, SAMPLES_PER_HOUR = 4;

const KEYS: Readonly<Record<string, VenueKeys>> = {
  tradovate: {
    ...{ kind: "tradovate", urls: TRADOVATE_DEMO },
    credentials: { ...SANDBOX_USER, appVersion: "1", deviceId: "device" },
  },
  projectx: { kind: "projectx", urls: TOPSTEPX, credentials: GATEWAY_KEY },
};

const broker = textFlag("broker", ""), hours = Number(textFlag("hours", "24"));
if (!Object.hasOwn(KEYS, broker) || !(hours > 0)) {
  console.error(`error: --broker needs one of ${Object.keys(KEYS).join(", ")}, --hours a number`);
  Deno.exit(2);
}
v8.setFlagsFromString("--expose-gc");
const collect: () => void = vm.runInNewContext("gc");

const instrument = findInstrument("MES");
const rows = hours * 3_600;
const bars = simulateBars({
  ...{ world: { kind: "gbm", drift: 0 }, instrument, bars: WARM_UP_ROWS + rows + 60, seed: 1 },
  ...{ intervalMs: SECOND, start: Date.parse("2026-11-23"), startPrice: 6_000 },
  volatilityTicks: 1,
});
const clock = new VirtualClock(bars.time[WARM_UP_ROWS]!);
const market = { clock, bars, seed: 1, feePerSideMicros: FEE };
const double = broker === "tradovate"
  ? createTradovateSandbox(market)
  : createProjectxSandbox(market);
const transport = createMemoryTransport(clock, double.servers, { delayMs: () => 20 });
const troubles: string[] = [];
const onTrouble = (reason: string): void => void troubles.push(reason);
using access = reachVenue({
  ...{ ...KEYS[broker]!, name: `${broker}-sandbox`, mode: "demo" },
  account: broker === "tradovate" ? "DEMO1" : "PRAC-50K",
}, { transport, clock, tokens: memoryTokenStore(), onTrouble });

/** Lets time pass until something is there. */
async function passed<Value>(promise: Promise<Value>): Promise<Value> {
  let isDone = false;
  const end = (): void => void (isDone = true);
  promise.then(end, end);
  while (!isDone) await clock.advance(100);
  return await promise;
}

const traded = { instrument, contract: "MESZ6" };
const opened = await passed(access.openBroker({
  ...{ ...traded, account: broker === "tradovate" ? "DEMO1" : "PRAC-50K" },
  ...{ feePerSideMicros: FEE, tag: "soak", ledger: memoryLedger(), onTrouble, onHalt: onTrouble },
}));
const engine = new Engine({
  initialCashUsd: 50_000,
  slots: [{
    ...{ instrument, intervalMs: SECOND, marginPerLotUsd: 1_000, maxLots: 2 },
    ...{ costs: { feePerSideMicros: FEE, slippageTicks: 0 }, sizing: fixedLots(1) },
  }],
});
const driven = driveBroker(engine, opened, [instrument.symbol], {});
const stopping = new AbortController();
const way = access.bars({ ...traded, intervalMs: MINUTE });
const feed = createVenueFeed(way.venue, {
  ...{ name: broker, market: { instrument, intervalMs: MINUTE }, lookBack: 50, history: 5 },
  ...{ clock, transport: way.transport, signal: stopping.signal, onNews: () => {} },
  openSpans: expectedSpans(createCalendar(instrument), MINUTE),
});
let minutes = 0;
const following = (async () => {
  while (await feed.next() !== null) minutes++;
})();

const samples: { readonly hour: number; readonly heapMiB: number; readonly residentMiB: number }[] =
  [];
const began = performance.now();
const first = bars.time.findIndex((time) => time > clock.now());
let orders = 0;
for (let done = 0; done < rows; done++) {
  const row = first + done;
  await clock.advance(Math.max(0, bars.time[row]! + SECOND - clock.now()));
  await opened.onBar(instrument.symbol, bars, row);
  driven.take({ kind: "bar", slot: 0, bars, row, tradeDay: 0, endsSession: false });
  driven.take({ kind: "clock", time: clock.now() });
  // Orders are kept by the double for good: the second half has none.
  if (done < rows / 2 && done % ORDER_EVERY_ROWS === ORDER_EVERY_ROWS - 1) {
    const exposure = orders++ % 2 === 0 ? 1 : 0;
    const forecast = { exposure, intent: "resize", probability: null } as const;
    driven.take({ kind: "forecast", slot: 0, forecast });
  }
  if ((done + 1) % (3_600 / SAMPLES_PER_HOUR) !== 0) continue;
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  const hour = (done + 1) / 3_600;
  samples.push({ hour, heapMiB: heapUsed / MEBIBYTE, residentMiB: rss / MEBIBYTE });
  if (!Deno.args.includes("--json")) console.error(samples.at(-1), `${orders} orders`);
}
const seconds = (performance.now() - began) / 1_000;
const books = await passed(opened.snapshot());
stopping.abort();
await clock.advance(1_000);
await following;
await opened.close();
const truth = double.truth(), account = truth.accounts[0]!;
double.close();
const isSame = engine.slot(0).positionLots === (account.positions[0]?.lots ?? 0) &&
  books.fills.length === account.fills.length;
const slope = (of: (sample: typeof samples[number]) => number) => {
  const { slope, standardError } = memorySlope(
    samples.map((sample) => [sample.hour, of(sample)]),
  );
  return { mebibytesPerHour: slope, standardError };
};
console.log(JSON.stringify(
  {
    benchmark: "soak",
    broker,
    date: new Date().toISOString(),
    ...{ hardware: hardware(), versions: versions(), hours, bars: rows, minutes, orders },
    ...{ fills: account.fills.length, isSame, calls: truth.calls, logins: truth.logins },
    ...{ tooMany: truth.tooMany, troubles: [...new Set(troubles)], seconds: Math.round(seconds) },
    heap: slope(({ heapMiB }) => heapMiB),
    resident: slope(({ residentMiB }) => residentMiB),
    ...{ first: samples[0], middle: samples[samples.length >> 1], last: samples.at(-1) },
  },
  null,
  2,
));
if (!isSame) Deno.exit(1);

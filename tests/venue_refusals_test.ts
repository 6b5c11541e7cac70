import { join } from "node:path";
import { RefusedError } from "../lib/core/mod.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { openJournal } from "../lib/journal/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";
import { createTradovateSandbox, SANDBOX_USER } from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { createMemoryTransport } from "../lib/trading/mod.ts";
import { trade as tradeHere } from "../tasks/trade.ts";
import { openTradedVenue } from "../tasks/trade/traded_venue.ts";
import { assert, assertEquals } from "./assert.ts";
import { DOUBLE_REQUESTS } from "./fixtures/double_requests.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { PROJECT, runCommand } from "./fixtures/run_command.ts";
import { type ServedOptions, serveDouble } from "./fixtures/served_double.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

await openFirstWasmSession();

/** Of the double's time, so that nobody waits long for what does not come. */
const SPEED = 20;
const FIRST_PORT = 21_000 + (Deno.pid % 1_000) * 20;

const WALL = {
  now: Date.now,
  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
}

/** `deno task trade:VENUE-sandbox`, as its task starts it. */
async function trade(
  broker: ServedOptions["broker"],
  port: number,
  folder: string,
  flags: string,
): Promise<Ended> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--cached-only", "--frozen", "--no-check"],
      ...[
        `-P=trade-${broker}-sandbox`,
        `--allow-read=${PROJECT},${folder}`,
        // A flag replaces what the task's set grants, by which it says whom it may reach.
        `--allow-write=${folder},${join(PROJECT, "recordings")}`,
      ],
      ...[`--preload=${join(PROJECT, "cli/trade.ts")}`, join(PROJECT, "cli/main.ts"), "trade"],
      ...["--venue", `${broker}-sandbox`, "--port", String(port), "--feed", "venue"],
      ...["--symbol", "MES", "--models", join(folder, "models")],
      ...["--sessions", join(folder, "sessions"), "--outbox", join(folder, "outbox")],
      ...flags.split(" "),
    ],
    cwd: PROJECT,
    env: { INIT_CWD: PROJECT, NO_COLOR: "1", npm_lifecycle_event: "" },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(output.stderr).trim();
  return { code: output.code, lines: said === "" ? [] : said.split("\n") };
}

/** Faults that strike when the market trades. */
const OF_MARKET = ["account-closed", "forced-flatten"];

/** One session is refused by one line, and no order came to the double. */
async function refused(
  options: Pick<ServedOptions, "broker" | "faults" | "secret">,
  folder: string,
  flags: string,
  code: number,
  part: string,
): Promise<void> {
  await using double = serveDouble({
    ...options,
    speed: SPEED,
    wall: WALL,
    port: FIRST_PORT,
  });
  // What a trade of the market brings has come before anybody logs in, however fast he starts.
  const isOfMarket = options.faults?.some(({ name }) => OF_MARKET.includes(name)) ?? false;
  while (isOfMarket && double.truth().faults.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const ended = await trade(options.broker, double.port, folder, flags);
  const said = ended.lines.join("\n");
  // Warnings may come before; what ends it is one line.
  const errors = ended.lines.filter((line) => line.startsWith("error: "));
  const what = `${options.broker}, ${part}: ${said}`;
  assertEquals([ended.code, errors.length, errors[0]?.includes(part)], [code, 1, true], what);
  assertEquals(double.truth().accounts.flatMap(({ orders }) => orders), []);
}

Deno.test("what a venue refuses before a system is asked for is one line", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(join(folder, "sessions"));
    const flags = "--system MES-none --session refused";
    const cases: readonly (readonly [Parameters<typeof refused>[0], string, number, string])[] = [
      [{ broker: "tradovate", secret: "other" }, flags, 2, "The app is not registered"],
      [{ broker: "projectx", faults: [{ name: "login-invalid" }] }, flags, 2, "do not match"],
      [{ broker: "tradovate" }, `${flags} --account NOBODY`, 2, "as there is none here"],
      [{ broker: "projectx" }, `${flags} --account HIDDEN-50K`, 2, "as there is none here"],
      [
        { broker: "tradovate", faults: [{ name: "server-error", on: "account" }] },
        flags,
        75,
        "(see whether it runs: it is a double on this machine, `deno task sandbox`)",
      ],
      // It got so far with another double at another login: nothing of the one before is in the way.
      [{ broker: "tradovate" }, flags, 2, "no models registered yet"],
      [{ broker: "tradovate" }, flags, 2, "no models registered yet"],
      [{ broker: "tradovate" }, flags, 2, "no models registered yet"],
      [{ broker: "projectx" }, flags, 2, "no models registered yet"],
    ];
    for (const [options, given, code, part] of cases) {
      await refused(options, folder, given, code, part);
    }
    const nobody = await trade("projectx", 1, folder, flags);
    assertEquals([nobody.code, nobody.lines.length], [2, 1], nobody.lines.join("\n"));
    const remedy = /^error: .*Cannot reach a double of the venue .*sandbox --broker projectx/;
    assert(remedy.test(nobody.lines[0]!), nobody.lines[0]);
  }));

Deno.test("what a venue refuses a system is one line, and no order is sent", () =>
  inFolder(async (folder) => {
    const [models, data] = [join(folder, "models"), join(folder, "bars.csv")];
    const made = async (command: string, flags: string): Promise<void> => {
      const grant = [`--allow-write=${folder}`];
      const { code, stderr } = await runCommand(command, flags.split(" "), grant);
      assertEquals(code, 0, stderr);
    };
    const world = "--world regime --set drift=0.6,stay=0.98 --bars 3000 --interval 1m";
    await made("data", `simulate ${world} --start 2026-10-05 --out ${data}`);
    const input = `--data ${data} --symbol MES --models ${models}`;
    await made("train", `${input} --model logistic --folds 2`);
    await made("system", `fit ${input} --model MES-logistic --lots 1 --name MES-one`);
    const sessions = join(folder, "sessions");
    openJournal({
      ...{ sessions, owner: "somebody", clock: new VirtualClock() },
      account: { name: "other", broker: "tradovate-sandbox", number: "OTHER", mode: "demo" },
    })[Symbol.dispose]();
    const flags = "--system MES-one --session";
    const cases: readonly (readonly [Parameters<typeof refused>[0], string, number, string])[] = [
      [{ broker: "tradovate" }, `${flags} other`, 2, "OTHER"],
      [
        { broker: "tradovate", faults: [{ name: "clock-skew" }] },
        `${flags} late`,
        3,
        "clock offset: ",
      ],
      [
        { broker: "projectx", faults: [{ name: "clock-skew" }] },
        `${flags} late-too`,
        3,
        "clock offset: ",
      ],
      [
        { broker: "tradovate", faults: [{ name: "account-closed" }] },
        `${flags} closed`,
        2,
        "Cannot trade account DEMO1 as it is closed",
      ],
      [
        { broker: "projectx", faults: [{ name: "forced-flatten" }] },
        `${flags} locked`,
        2,
        "Cannot trade account PRAC-50K as the firm has locked it",
      ],
    ];
    for (const [options, given, code, part] of cases) {
      await refused(options, folder, given, code, part);
    }
    await refusedUnpaid(folder);
    // Nothing of those that never began: what is left is the one that was there before.
    const kept = [...Deno.readDirSync(sessions)];
    assertEquals(kept.flatMap(({ isDirectory, name }) => isDirectory ? [name] : []), ["other"]);
    assertEquals(kept.filter(({ name }) => name.endsWith(".new")), []);
  }));

/**
 * Who has not paid for prices is waited for two minutes, as no venue says at once that none will
 * come: here of a virtual time, as every other refusal of the checklist shows how the process ends.
 */
async function refusedUnpaid(folder: string): Promise<void> {
  const start = Date.parse("2026-11-23T15:00Z");
  const bars = simulateBars({
    ...{ world: { kind: "gbm" }, instrument: findInstrument("MES"), bars: 600, seed: 1 },
    ...{ intervalMs: 60_000, start, startPrice: 6_000, volatilityTicks: 6 },
  });
  const clock = new VirtualClock(bars.time[300]!);
  const users = [{ ...SANDBOX_USER, hasMarketData: false }];
  const double = createTradovateSandbox({ clock, bars, seed: 1, users });
  const request = DOUBLE_REQUESTS.tradovate, sessions = join(folder, "sessions");
  const session = async (): Promise<void> => {
    using venue = await openTradedVenue(request, {
      ...{ clock, sessions, onNote: () => {} },
      transport: createMemoryTransport(clock, double.servers, { delayMs: () => 20 }),
    });
    const contract = await venue.contractOf("MES", findInstrument("MES"));
    await tradeHere(
      [{
        ...{ name: "venue", kind: venue.bars, target: "MES", contract, speed: null },
        data: { symbol: "MES", load: {} },
        simulation: { bars: 0, seed: 0, start: 0, startPrice: 0, volatilityTicks: 0 },
      }],
      {
        ...{ systems: ["MES-one"], session: "unpaid", inSample: false, risk: null },
        ...{ account: { cashUsd: venue.cashUsd }, cutOffMs: 1_000, exploration: null },
      },
      { models: join(folder, "models"), sessions, outbox: join(folder, "outbox") },
      { clock, paper: null, venue },
    );
  };
  let outcome: unknown = null;
  session().then(() => outcome = "it traded", (error) => outcome = error);
  const begun = clock.now();
  while (outcome === null) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert(outcome instanceof RefusedError && outcome.message.includes("data fresh"), `${outcome}`);
  assert(clock.now() - begun > 120_000, "it was not waited for");
  assertEquals(double.truth().accounts.flatMap(({ orders }) => orders), []);
  double.close();
}

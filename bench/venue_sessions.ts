/**
 * Sessions at both doubles, whole: the double and the session in processes of their own, over real
 * sockets, in a time that runs faster than the wall; a system of models and a policy with a bracket
 * around every entry, faults switched on, a roll in each, every third session killed on its way. Each
 * ends with what the double's own books say, or what differs is told, and is audited.
 *
 * Run: `deno task bench venue-sessions [--sessions N] [--broker tradovate|projectx] [--speed N]
 * [--parallel N] [--port N] [--before MINUTES] [--after MINUTES] [--from SEED] [--workshop FOLDER]
 * [--json]`, N sessions of each broker, so many minutes before and after the roll; the folder is that
 * of an earlier run, whose system is traded again.
 */
import { join } from "node:path";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { type SandboxTrade, tradeAtSandbox } from "../tests/fixtures/sandbox_trade.ts";
import { type DoubledBroker, sessionFaults } from "../tests/fixtures/session_faults.ts";
import { makeSandboxSystem, sandboxSystemOf } from "../tests/fixtures/sandbox_workshop.ts";
import { countFlag, textFlag } from "./flags.ts";

const SHELL = ["sh", "-c", 'exec "$0" "$@"', Deno.execPath()];
const PORTS = 20;

const count = countFlag("sessions", 25),
  speed = countFlag("speed", 10),
  parallel = countFlag("parallel", 2);
const from = countFlag("from", 1), asked = textFlag("broker", "");
/** A machine with much to do needs some of them to begin. */
const minutes = [countFlag("before", 9), countFlag("after", 7)] as const;
const firstPort = countFlag("port", 21_000);
const brokers = (["tradovate", "projectx"] as const).filter((broker) =>
  asked === "" || broker === asked
);
if (brokers.length === 0) {
  console.error(`error: --broker needs one of tradovate, projectx: ${asked}`);
  Deno.exit(2);
}
const folder = Deno.makeTempDirSync({ prefix: "venue-sessions-" });
const began = performance.now();
const { lookBack, models, system } = textFlag("workshop", "") === ""
  ? await makeSandboxSystem(folder, "--steps 240", SHELL)
  : sandboxSystemOf(textFlag("workshop", ""));
const ended: {
  readonly broker: DoubledBroker;
  readonly seed: number;
  readonly faults: readonly string[];
  readonly trade: SandboxTrade | null;
  readonly failed: string | null;
}[] = [];
const waiting = brokers.flatMap((broker) =>
  Array.from({ length: count }, (_, index) => ({ broker, seed: from + index }))
).toSorted((a, b) => a.seed - b.seed);

async function work(port: number): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { broker, seed } = next;
    const own = join(folder, `${broker}-${seed}`);
    Deno.mkdirSync(own);
    const faults = sessionFaults(broker, seed);
    let trade: SandboxTrade | null = null, failed: string | null = null;
    try {
      trade = await tradeAtSandbox({
        ...{ broker, seed, folder: own, models, system, lookBack, minutes, speed, port },
        ...{ faults, isKilled: seed % 3 === 0, program: SHELL },
      });
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    ended.push({ broker, seed, faults, trade, failed });
    const isRight = failed === null && trade!.wrong.length === 0 && trade!.audit.residual === 0;
    if (isRight) Deno.removeSync(own, { recursive: true });
    const said = isRight ? "right" : failed ?? JSON.stringify([trade!.wrong, trade!.audit]);
    console.error(`${broker} ${seed} (${faults.join(", ")}): ${said}`);
  }
}

await Promise.all(
  Array.from({ length: parallel }, (_, index) => work(firstPort + index * PORTS)),
);

function totals(broker: DoubledBroker) {
  const own = ended.filter((one) => one.broker === broker);
  const trades = own.flatMap(({ trade }) => trade ?? []);
  const sum = (value: (trade: SandboxTrade) => number): number =>
    trades.reduce((total, trade) => total + value(trade), 0);
  return {
    sessions: own.length,
    failed: own.filter(({ failed }) => failed !== null).length,
    withDifferences: trades.filter(({ wrong }) => wrong.length > 0).length,
    orders: sum(({ orders }) => orders),
    fills: sum(({ fills }) => fills),
    partialFills: sum(({ partialFills }) => partialFills),
    brackets: sum(({ brackets }) => brackets),
    exitFills: sum(({ exitFills }) => exitFills),
    rolls: sum(({ rolls }) => rolls),
    rollFills: sum(({ rollFills }) => rollFills),
    faultsStruck: sum(({ struck }) => struck),
    restarts: sum(({ restarts }) => restarts),
    refusedStarts: sum(({ refusals }) => refusals),
    halted: trades.filter(({ halts }) => halts.length > 0).length,
    auditDifferences: sum(({ audit }) => audit.differences),
    residuals: trades.filter(({ audit }) => audit.residual !== 0).length,
  };
}

const wrong = ended.filter(({ failed, trade }) =>
  failed !== null || trade!.wrong.length > 0 || trade!.audit.residual !== 0
).map(({ broker, failed, faults, seed, trade }) => ({
  ...{ broker, seed, faults, failed },
  ...{ what: trade?.wrong ?? [], halts: trade?.halts ?? [], audit: trade?.audit ?? null },
}));
const result = {
  ...Object.fromEntries(brokers.map((broker) => [broker, totals(broker)])),
  ...{ wrong, speed, from, minutes },
  secondsInAll: Math.round((performance.now() - began) / 1_000),
  ...{ date: new Date().toISOString(), hardware: hardware(), versions: versions() },
};
if (wrong.length === 0) Deno.removeSync(folder, { recursive: true });
console.log(
  Deno.args.includes("--json") ? JSON.stringify(result) : JSON.stringify(result, null, 2),
);
if (wrong.length > 0) Deno.exit(1);

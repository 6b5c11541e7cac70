import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { createProjectxSandbox, GATEWAY_KEY } from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { createMemoryTransport } from "../lib/trading/memory_transport.ts";
import {
  memoryLedger,
  openProjectXBroker,
  ProjectXClient,
  type ProjectXCredentials,
  TOPSTEPX,
} from "../lib/venues/mod.ts";
import { assert, assertEquals } from "./assert.ts";

const MES = findInstrument("MES");
const START = Date.parse("2026-11-24T15:00Z");

interface Attempt {
  readonly account?: string | null;
  readonly contract?: string;
  readonly credentials?: ProjectXCredentials;
  readonly instrument?: typeof MES;
  readonly tag?: string;
}

/** What is said to somebody who asks for this; the double has seen no order then. */
async function refusal(
  attempt: Attempt,
  faults: readonly { name: string }[] = [],
): Promise<string> {
  const bars = simulateBars({
    ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: 60, seed: 1 },
    ...{ intervalMs: 60_000, start: START, startPrice: 6_000, volatilityTicks: 4 },
  });
  const clock = new VirtualClock(bars.time[10]!);
  const sandbox = createProjectxSandbox({ clock, bars, seed: 1, faults });
  const client = new ProjectXClient({
    ...{ clock, random: createRandom(1), urls: TOPSTEPX },
    transport: createMemoryTransport(clock, sandbox.servers),
    credentials: attempt.credentials ?? GATEWAY_KEY,
  });
  const { account = "PRAC-50K", contract = "MESZ6", instrument = MES, tag = "t" } = attempt;
  let said = "";
  openProjectXBroker({
    ...{ client, account, tag, ledger: memoryLedger() },
    markets: [{ instrument, contract, feePerSideMicros: 950_000 }],
  }).catch((error: Error) => said = error.message);
  await clock.advance(120_000);
  client.close();
  sandbox.close();
  assertEquals(sandbox.truth().accounts.flatMap(({ orders }) => orders), []);
  assert(!said.includes("\n"));
  return said;
}

Deno.test("what cannot be traded at ProjectX is refused in one line, before any order", async () => {
  const cases: readonly (readonly [Attempt, string, string?])[] = [
    [{ credentials: { userName: "sandbox", apiKey: "wrong" } }, "name and key do not match"],
    [{ account: "NOBODY" }, "--account: Cannot trade account NOBODY as there is none here"],
    [{ account: "HIDDEN-50K" }, "as there is none here"],
    [{ account: null }, "Cannot choose between several accounts"],
    [{ account: "LIVE-50K" }, "takes no order of a live account back"],
    [{ contract: "MESH30" }, "has no contract CON.F.US.MES.H30"],
    [{ contract: "MESH7" }, "takes orders of another month now"],
    [{ contract: "ESZ6" }, "Cannot read ESZ6 as a contract of MES"],
    [{ instrument: { ...MES, pointValue: 50 } }, "at the venue a tick is 0.25 and worth 1.25"],
    [{ tag: "no spaces" }, "use letters, digits"],
    [{}, "there is no API subscription", "login-subscription"],
    [{}, "agreements are not signed", "login-agreements"],
  ];
  for (const [attempt, text, fault] of cases) {
    const said = await refusal(attempt, fault === undefined ? [] : [{ name: fault }]);
    assert(said.includes(text), `${JSON.stringify(attempt)}: ${said}`);
  }
});

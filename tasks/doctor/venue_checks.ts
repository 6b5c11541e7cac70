import { join } from "node:path";
import { createRandom, type TimerClock } from "../../lib/core/mod.ts";
import { createNetworkTransport } from "../../lib/network/mod.ts";
import { CLOCK_TOLERANCE_MS, type Transport } from "../../lib/trading/mod.ts";
import {
  MarketLine,
  readOnlyTokenStore,
  TRADOVATE_LIMITS,
  TradovateClient,
  type TradovateCredentials,
  type TradovateUrls,
} from "../../lib/venues/mod.ts";
import type { Check, DoctorDocument } from "../doctor.ts";

/** A venue that is looked at. */
export interface CheckedVenue {
  /** As its token is kept. */
  readonly name: string;
  readonly mode: string;
  readonly account: string | null;
  readonly urls: TradovateUrls;
  readonly credentials: TradovateCredentials;
}

/** Reads that a session needs, and what they are called on the page of the API key. */
const READS = [
  ["account", "Accounting"],
  ["order", "Orders"],
  ["fill", "Orders"],
  ["position", "Positions"],
  ["cashBalance", "Accounting"],
] as const;

/** Looks at everything that a session at a venue needs; sends no order and writes nothing. */
export async function diagnoseVenue(
  { account, credentials, mode, name, urls }: CheckedVenue,
  { clock, sessions, symbol, transport = createNetworkTransport() }: {
    readonly clock: TimerClock;
    /** Folder of all sessions, where a token may be kept. */
    readonly sessions: string;
    /** Root of a contract to look for. */
    readonly symbol: string;
    readonly transport?: Transport;
  },
): Promise<DoctorDocument> {
  const client = new TradovateClient({
    ...{ transport, clock, urls, credentials, random: createRandom(clock.now()) },
    tokens: readOnlyTokenStore(join(sessions, `${name}-${mode}.token.json`)),
  });
  const checks: Check[] = [];
  const look = async (what: string, remedy: string, act: () => Promise<string>): Promise<void> => {
    try {
      checks.push({ name: what, ok: true, found: await act(), remedy: null });
    } catch (error) {
      checks.push({ name: what, ok: false, found: (error as Error).message, remedy });
    }
  };
  try {
    await look("keys", "check the keys, see docs/brokers.md", async () => {
      const { expiresAt } = await client.tokens.token();
      return `a token until ${new Date(expiresAt).toISOString()}`;
    });
    // Without a token nothing else can be asked, and every try counts.
    if (checks[0]!.ok) {
      await look("clock", "set this machine's clock by the network's time (NTP)", async () => {
        const aheadMs = clock.now() - await client.time();
        if (Math.abs(aheadMs) > CLOCK_TOLERANCE_MS) throw new Error(offset(aheadMs));
        return offset(aheadMs);
      });
      await look("account", "name one with --account", async () => {
        const { id, name } = await client.account(account);
        const cashUsd = await client.cash(id);
        return `${name}, ${
          cashUsd.toLocaleString("en-US", { style: "currency", currency: "USD" })
        }`;
      });
      for (const [type, permission] of READS) {
        await look(`read ${type}`, `give the API key the permission ${permission}`, async () => {
          const outcome = await client.list(type, { priority: "watch" });
          if (outcome.kind !== "done") throw new Error(outcome.reason);
          return `${outcome.value.length} listed`;
        });
      }
      await look(
        "prices",
        "subscribe to the exchange's data, or take bars from elsewhere",
        () => prices(client, symbol),
      );
    }
  } finally {
    client.close();
  }
  const { perHour, perMinute, perSecond } = TRADOVATE_LIMITS;
  const { hour, minute } = client.budget.usage;
  checks.push({
    ...{ name: "limits", ok: true, remedy: null },
    found: `${minute} calls just now of ${perMinute} a minute, ${hour} of ${perHour} an hour, ` +
      `${perSecond} a second at most`,
  });
  return { ok: checks.every(({ ok }) => ok), checks };
}

/** Whether quotes of a contract come in real time. */
async function prices(client: TradovateClient, symbol: string): Promise<string> {
  const { clock, transport, urls } = client.options;
  const line = await MarketLine.open({
    ...{ transport, clock, url: urls.marketData, tokens: client.tokens, onClose: () => {} },
  });
  try {
    const suggested = await client.suggestContracts(symbol, { priority: "watch" });
    const found = suggested.kind === "done" ? suggested.value[0] as { name?: string } : undefined;
    if (found?.name === undefined) throw new Error(`no contract of ${symbol}`);
    await line.followQuotes(found.name);
    return `quotes of ${found.name} in real time`;
  } finally {
    line.close();
  }
}

function offset(aheadMs: number): string {
  const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
  return `${seconds} s ${aheadMs < 0 ? "behind" : "ahead of"} the venue`;
}

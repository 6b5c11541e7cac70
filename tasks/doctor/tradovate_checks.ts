import { join } from "node:path";
import { createRandom } from "../../lib/core/mod.ts";
import {
  MarketLine,
  readOnlyTokenStore,
  TRADOVATE_LIMITS,
  TradovateClient,
  type VenueRequest,
} from "../../lib/venues/mod.ts";
import type { DoctorDocument } from "../doctor.ts";
import { Checklist, type CheckResources, dollarText } from "./checklist.ts";

/** Reads that a session needs, and what they are called on the page of the API key. */
const READS = [
  ["account", "Accounting"],
  ["order", "Orders"],
  ["fill", "Orders"],
  ["position", "Positions"],
  ["cashBalance", "Accounting"],
] as const;

/** Looks at everything that a session at Tradovate needs; sends no order and writes nothing. */
export async function diagnoseTradovate(
  { account, credentials, mode, name, urls }: VenueRequest & { readonly kind: "tradovate" },
  { clock, sessions, symbol, transport }: CheckResources,
): Promise<DoctorDocument> {
  const client = new TradovateClient({
    ...{ transport, clock, urls, credentials, random: createRandom(clock.now()) },
    tokens: readOnlyTokenStore(join(sessions, `${name}-${mode}.token.json`)),
  });
  const checks = new Checklist();
  try {
    await checks.look("keys", "check the keys, see docs/brokers.md", async () => {
      const { expiresAt } = await client.tokens.token();
      return `a token until ${new Date(expiresAt).toISOString()}`;
    });
    // Without a token nothing else can be asked, and every try counts.
    if (checks.isGood) {
      await checks.clock(() => clock.now(), () => client.time());
      await checks.look("account", "name one with --account", async () => {
        const { id, name } = await client.account(account);
        const cashUsd = await client.cash(id);
        return `${name}, ${dollarText(cashUsd)}`;
      });
      for (const [type, permission] of READS) {
        await checks.look(
          `read ${type}`,
          `give the API key the permission ${permission}`,
          async () => {
            const outcome = await client.list(type, { priority: "watch" });
            if (outcome.kind !== "done") throw new Error(outcome.reason);
            return `${outcome.value.length} listed`;
          },
        );
      }
      await checks.look(
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
  await checks.look("limits", "", () =>
    Promise.resolve(
      `${minute} calls just now of ${perMinute} a minute, ${hour} of ${perHour} an hour, ` +
        `${perSecond} a second at most`,
    ));
  return checks.document();
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

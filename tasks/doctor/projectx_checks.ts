import { createRandom } from "../../lib/core/mod.ts";
import { findInstrument, MINUTE_MS } from "../../lib/market/mod.ts";
import {
  activeProjectXContract,
  fetchProjectXHistory,
  openHubLine,
  PROJECTX_LIMITS,
  ProjectXClient,
  type VenueRequest,
} from "../../lib/venues/mod.ts";
import type { DoctorDocument } from "../doctor.ts";
import { Checklist, type CheckResources, dollarText } from "./checklist.ts";

const DAYS_MS = 5 * 86_400_000;

/** Looks at everything that a session at ProjectX needs; sends no order and writes nothing. */
export async function diagnoseProjectX(
  { account: asked, credentials, urls }: VenueRequest & { readonly kind: "projectx" },
  { clock, symbol, transport }: CheckResources,
): Promise<DoctorDocument> {
  const client = new ProjectXClient({
    ...{ transport, clock, urls, credentials, random: createRandom(clock.now()) },
  });
  const checks = new Checklist();
  const watch = { priority: "watch" } as const;
  try {
    await checks.look("keys", "check the keys, see docs/brokers.md", async () => {
      await client.tokens.token();
      return "a token for 24 hours";
    });
    // Without a token nothing else can be asked.
    if (checks.isGood) {
      await checks.clock(() => clock.now(), () => client.time());
      await checks.look("account", "name one with --account", async () => {
        const { balance, canTrade, id, name } = await client.account(asked);
        if (!canTrade) throw new Error(`the firm has locked ${name}`);
        for (const read of [client.positions(id, watch), client.openOrders(id, watch)]) {
          const outcome = await read;
          if (outcome.kind !== "done") throw new Error(outcome.reason);
        }
        return `${name}, ${
          dollarText(balance ?? 0)
        } (whether its brackets are Auto OCO, which an ` +
          "entry with exits needs, is only to be seen in the platform)";
      });
      await checks.look("contract", "see the platform for what is traded", async () => {
        const { id, name } = await activeProjectXContract(client, findInstrument(symbol));
        return `${name}, ${id}`;
      });
      for (const [name, url] of [["user hub", urls.userHub], ["market hub", urls.marketHub]]) {
        await checks.look(name!, "see that nothing on the way refuses sockets", async () => {
          const token = await client.tokens.token();
          const line = await openHubLine({
            ...{ transport, clock, url: url!, token },
            ...{ onEvent: () => {}, onGarbage: () => {}, onClose: () => {} },
          });
          line.close();
          return "shakes hands";
        });
      }
      await checks.look("prices", "subscribe to the exchange's data in the platform", async () => {
        const { id: contractId } = await activeProjectXContract(client, findInstrument(symbol));
        const until = clock.now();
        const bars = await fetchProjectXHistory(client, {
          ...{ contractId, intervalMs: 60 * MINUTE_MS, from: until - DAYS_MS, until },
        });
        const last = bars.at(-1);
        if (last === undefined) throw new Error("no bars of the last days");
        return `bars up to ${new Date(last.time).toISOString()}`;
      });
    }
  } finally {
    client.close();
  }
  const { minute } = client.budget.usage;
  await checks.look(
    "limits",
    "",
    () => Promise.resolve(`${minute} calls just now of ${PROJECTX_LIMITS.perMinute} a minute`),
  );
  return checks.document();
}

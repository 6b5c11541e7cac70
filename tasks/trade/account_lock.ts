import { join } from "node:path";
import { lockFile } from "../../lib/db/mod.ts";
import type { TradedVenue } from "./traded_venue.ts";

/**
 * Takes an account at a venue for one session: what another one trades there is to it what a stranger
 * trades. It is gone with the process, however that ends.
 *
 * @param sessions folder of all sessions
 * @throws {InputError} naming the session that has it
 */
export function lockAccount(
  sessions: string,
  { account, host, name }: Pick<TradedVenue, "account" | "host" | "name">,
  session: string,
): Disposable {
  Deno.mkdirSync(sessions, { recursive: true });
  const file = `${[name, host, account].map(encodeURIComponent).join("-")}.lock`;
  return lockFile(join(sessions, file), {
    owner: `session ${session}`,
    refusal: `Cannot trade account ${account} at ${name}`,
    remedy: "stop that session first, or trade another account with --account",
  });
}

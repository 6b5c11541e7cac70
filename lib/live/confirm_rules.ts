import { InputError, type JsonValue, oneLine, RefusedError, type TimerClock } from "../core/mod.ts";
import {
  type AccountConfirmation,
  confirmAccount,
  parseConfirmation,
  requireConfirmed,
  type ResolvedAccount,
  type RiskLimits,
} from "../risk/mod.ts";
import type { Journal } from "../trading/mod.ts";

/** How it is written down that rules were confirmed. */
const CONFIRMS = "confirm-rules";

/** What a person says about the rules of his account. */
export interface RulesConfirmed {
  /** Name of the account. */
  readonly account: string;
  /** Name of the rule set, typed; null when nothing was. */
  readonly typed: string | null;
  /** Whether he says that he watches while a program trades. */
  readonly attended: boolean;
}

/**
 * Lets an account trade only under rules that its owner has confirmed: typed once, kept in the
 * journal, and not asked for again.
 *
 * @throws {RefusedError} when they were not, when they changed since, and where no program may trade
 * @throws {InputError} when something else was typed
 */
export async function requireRulesConfirmed(
  journal: Pick<Journal, "append" | "entries">,
  resolved: ResolvedAccount,
  { account, attended, typed }: RulesConfirmed,
  clock: Pick<TimerClock, "now">,
): Promise<void> {
  let kept = await keptConfirmation(journal);
  if (typed !== null) {
    if (typed !== resolved.rules) {
      throw new InputError(`Cannot confirm '${typed}' as the account trades '${resolved.rules}'`, {
        where: "--confirm-rules",
        remedy: "look at the rules that are shown, then type their name",
      });
    }
    const confirmation = confirmAccount(resolved, { account, attended, time: clock.now() });
    await journal.append({
      ...{ at: clock.now(), sessionTime: null },
      ...{ kind: "user-command", command: CONFIRMS, via: "command" },
      detail: confirmation as unknown as JsonValue,
    });
    kept = confirmation;
  }
  requireConfirmed(kept, resolved, { account, attended: attended || kept?.attended === true });
}

/**
 * Refuses a program where the rules that a system was fitted under do.
 *
 * @param source of the limits, as `name@version`
 * @throws {RefusedError} where no program may trade, or only while somebody watches
 */
export function requireAutomationAllowed(
  source: string,
  { account }: RiskLimits,
  attended: boolean,
): void {
  if (account === undefined || account.automation === "allowed") return;
  if (account.automation === "attended" && attended) return;
  throw new RefusedError(oneLine(
    account.automation === "attended"
      ? `Cannot trade ${source} unattended: '${account.rules}', which it was fitted under, lets a ` +
        "program trade only while a person watches (stay with it and say so with --attended)"
      : `Cannot trade ${source}: '${account.rules}', which it was fitted under, lets no program ` +
        "trade (fit it under the rules of another account)",
  ));
}

async function keptConfirmation(
  journal: Pick<Journal, "entries">,
): Promise<AccountConfirmation | null> {
  let kept: AccountConfirmation | null = null;
  for await (const entry of journal.entries()) {
    if (entry.kind !== "user-command" || entry.command !== CONFIRMS) continue;
    kept = parseConfirmation(entry.detail, `entry ${entry.sequence} of the journal`);
  }
  return kept;
}

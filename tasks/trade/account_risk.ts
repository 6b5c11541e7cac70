import { InputError, type TimerClock } from "../../lib/core/mod.ts";
import type { AccountJournal } from "../../lib/journal/mod.ts";
import {
  requireAutomationAllowed,
  requireRulesConfirmed,
  type SessionSlot,
} from "../../lib/live/mod.ts";
import {
  joinLimits,
  type ResolvedAccount,
  type RiskRequest,
  shareLimits,
  type SourcedLimits,
} from "../../lib/risk/mod.ts";
import { type LoadedSystem, systemSettings } from "../../lib/system/mod.ts";

/** Limits of a session's account. */
export interface RiskSettings {
  /** The file that they stand in. */
  readonly file: string;
  /** What it asks for. */
  readonly request: RiskRequest;
  /** The rules of the account with their sources; null where the file has none. */
  readonly resolved: ResolvedAccount | null;
  /** Name of the rule set, typed to confirm it; null when nothing was. */
  readonly confirmed: string | null;
  /** Whether a person says that he watches. */
  readonly attended: boolean;
}

/**
 * The limits of the account, once a person has confirmed that its rules are these.
 *
 * @throws {RefusedError} when nobody did, or the rules let no program trade
 */
export async function accountLimits(
  systems: readonly LoadedSystem[],
  { risk, session: account }: { readonly risk: RiskSettings | null; readonly session: string },
  journal: AccountJournal,
  clock: TimerClock,
): Promise<readonly SourcedLimits[]> {
  for (const { name, system, version } of systems) {
    const { limits } = systemSettings(system);
    requireAutomationAllowed(`${name}@${version}`, limits, risk?.attended ?? false);
  }
  if (risk === null) return [];
  const { attended, confirmed: typed, file, request, resolved } = risk;
  if (resolved !== null) {
    await requireRulesConfirmed(journal, resolved, { account, attended, typed }, clock);
  }
  return [{ source: file, limits: shareLimits(request.limits).ofAccount }];
}

/**
 * What a risk file says of each instrument joins the limits of its system.
 *
 * @throws {InputError} when it sizes positions, or means another limit than a system
 */
export function underRisk(slot: SessionSlot, risk: RiskSettings | null): SessionSlot {
  if (risk === null) return slot;
  const { kellyPart, limits, volatilityTarget } = risk.request;
  if (kellyPart !== undefined || volatilityTarget !== undefined) {
    throw new InputError("Cannot size positions by a risk file: a system has its own sizes", {
      where: risk.file,
      remedy: "leave volatilityTarget and kellyPart out, or fit the system with them",
    });
  }
  const { ofInstrument } = shareLimits(limits);
  return { ...slot, limits: joinLimits(slot.limits ?? {}, ofInstrument, risk.file) };
}

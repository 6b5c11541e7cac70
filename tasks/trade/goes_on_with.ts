import type { DeploymentSource, SessionSlot } from "../../lib/live/mod.ts";
import type { AccountJournal } from "../../lib/journal/mod.ts";
import { isSameDeployment, type JournaledDeployment } from "../../lib/trading/mod.ts";
import type { TradedSystem } from "./traded_systems.ts";

/** What a session begins with, or what was asked for. */
export interface TradedBy {
  /** A slot each. */
  readonly slots: readonly SessionSlot[];
  /** Each once, those that trade first before those that are taken up later. */
  readonly systems: readonly TradedSystem[];
}

/** Where it is looked up. */
export interface GoesOnOptions {
  readonly journal: Pick<AccountJournal, "last">;
  readonly deployments: DeploymentSource;
  /** Opens a system as it is registered. */
  readonly load: (reference: string) => Promise<TradedSystem>;
}

/**
 * What a session goes on with: the systems by which it was traded last. What aliases point at by now
 * is taken up at a bar, and is looked at too.
 *
 * @param asked what aliases point at now
 */
export async function goesOnWith(
  asked: TradedBy,
  { deployments, journal, load }: GoesOnOptions,
): Promise<TradedBy> {
  const kept = journal.last("state");
  const state = kept?.state as { deployments?: readonly JournaledDeployment[] } | undefined;
  const slots: SessionSlot[] = [], traded: TradedSystem[] = [];
  for (const [index, slot] of asked.slots.entries()) {
    const last = state?.deployments?.[index];
    if (last === undefined || isSameDeployment(last, slot.deployment)) {
      slots.push(slot);
      traded.push(asked.systems[index]!);
    } else {
      slots.push(await deployments.open(index, last, kept?.sessionTime ?? slot.from));
      traded.push(await load(last.system));
    }
  }
  const systems = new Map([...traded, ...asked.systems].map((system) => [system.sha256, system]));
  return { slots, systems: [...systems.values()] };
}

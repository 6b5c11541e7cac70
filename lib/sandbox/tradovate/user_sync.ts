import {
  type EntityChange,
  type EntityType,
  SNAPSHOT_LISTS,
  type VenueEntity,
} from "./entity_store.ts";
import { accountIdOf, isVisible } from "./entity_reads.ts";
import type { UserSession } from "./token_desk.ts";
import type { VenueCall } from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";

/** What a socket has asked to be told. */
export interface SyncScope {
  readonly session: UserSession;
  readonly call: Pick<VenueCall, "host">;
  /** Accounts by number; null for all of the user. */
  readonly accounts: readonly number[] | null;
  /** Types of entities; null for all. */
  readonly types: readonly string[] | null;
}

/** Reads what a `user/syncrequest` asks for; null when it makes no sense. */
export function readScope(
  core: VenueCore,
  call: VenueCall,
  session: UserSession,
): SyncScope | null {
  const { accounts, entityTypes, users } = call.body;
  const isWhole = Array.isArray(users) && users.includes(session.user.id);
  if (!isWhole && !Array.isArray(accounts)) return null;
  const types = Array.isArray(entityTypes)
    ? entityTypes.map(String)
    : core.guesses.syncDefault === "nothing"
    ? []
    : null;
  return { session, call, accounts: isWhole ? null : accounts as number[], types };
}

/** All that there is of what a socket has asked for, in lists by the plural of each type. */
export function snapshot(core: VenueCore, scope: SyncScope): Record<string, unknown> {
  const lists: Record<string, unknown> = {};
  for (const [type, list] of Object.entries(SNAPSHOT_LISTS)) {
    const entities = core.store.list(type as EntityType)
      .filter((entity) => isWanted(core, type as EntityType, entity, scope));
    const isRequired = list === "users" || list === "contractGroups";
    if (entities.length > 0 || isRequired || scope.types?.includes(type)) lists[list] = entities;
  }
  return lists;
}

/** Whether a change is for a socket. */
export function isChangeWanted(
  core: VenueCore,
  { entityType }: EntityChange,
  accountId: number | null,
  { accounts, call, session, types }: SyncScope,
): boolean {
  if (types !== null && !types.includes(entityType)) return false;
  if (!Object.hasOwn(SNAPSHOT_LISTS, entityType)) return false;
  if (accountId === null) return true;
  if (accounts !== null && !accounts.includes(accountId)) return false;
  const account = core.store.get("account", accountId)!;
  return isVisible(core, "account", account, call, session);
}

function isWanted(
  core: VenueCore,
  type: EntityType,
  entity: VenueEntity,
  { accounts, call, session, types }: SyncScope,
): boolean {
  if (types !== null && !types.includes(type)) return false;
  if (!isVisible(core, type, entity, call, session)) return false;
  if (accounts === null || type === "user") return true;
  const accountId = accountIdOf(core, type, entity);
  return accountId === null || accounts.includes(accountId);
}

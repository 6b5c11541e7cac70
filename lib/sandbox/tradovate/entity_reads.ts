import { ENTITY_TYPES, type EntityType, MASTERS, type VenueEntity } from "./entity_store.ts";
import type { UserSession } from "./token_desk.ts";
import {
  BAD_PARAMETERS,
  done,
  environmentOf,
  NOT_THERE,
  type VenueAnswer,
  type VenueCall,
} from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";

const BY_NAME = new Map(ENTITY_TYPES.map((type) => [type.toLowerCase(), type]));

/** The account that an entity hangs on; null for what belongs to everybody. */
export function accountIdOf(
  core: VenueCore,
  type: EntityType,
  entity: VenueEntity,
): number | null {
  if (type === "account" || type === "accountRiskStatus" || type === "marginSnapshot") {
    return entity.id;
  }
  if (typeof entity.accountId === "number") return entity.accountId;
  for (const [master, field] of MASTERS[type] ?? []) {
    const id = entity[field];
    const found = typeof id === "number" ? core.store.get(master, id) : undefined;
    if (found !== undefined && master !== "user") return accountIdOf(core, master, found);
  }
  return null;
}

/** Whether a user sees an entity at a host. */
export function isVisible(
  core: VenueCore,
  type: EntityType,
  entity: VenueEntity,
  { host }: Pick<VenueCall, "host">,
  { user }: UserSession,
): boolean {
  if (type === "user") return entity.id === user.id;
  const accountId = accountIdOf(core, type, entity);
  if (accountId === null) return true;
  const account = core.accounts.get(accountId)!;
  return account.userId === user.id && account.host === environmentOf(host);
}

/**
 * Reads entities: `TYPE/list`, `item`, `items`, `find`, `suggest`, `deps` and `ldeps`.
 *
 * @returns null when it is no such call
 */
export function readEntities(
  core: VenueCore,
  call: VenueCall,
  session: UserSession,
): VenueAnswer | null {
  const [name = "", what = ""] = call.endpoint.split("/");
  const type = BY_NAME.get(name);
  if (type === undefined) return null;
  const visible = (): readonly VenueEntity[] =>
    core.store.list(type).filter((entity) => isVisible(core, type, entity, call, session));
  const parameter = (key: string): string => call.query.get(key) ?? String(call.body[key] ?? "");
  const numbers = (text: string): readonly number[] => text.split(",").map(Number);
  switch (what) {
    case "list":
      return done(visible());
    case "item": {
      const found = core.store.get(type, Number(parameter("id")));
      const isThere = found !== undefined && isVisible(core, type, found, call, session);
      return isThere ? done(found) : NOT_THERE;
    }
    case "items": {
      const ids = numbers(parameter("ids"));
      if (ids.length > core.guesses.itemsPerCall) return NOT_THERE;
      return done(visible().filter(({ id }) => ids.includes(id)));
    }
    case "find": {
      const found = visible().find((entity) => entity.name === parameter("name"));
      return found === undefined ? NOT_THERE : done(found);
    }
    case "suggest": {
      const text = parameter("t").toUpperCase(), most = Number(parameter("l")) || 10;
      const starts = ({ name }: VenueEntity): boolean =>
        typeof name === "string" && name.toUpperCase().startsWith(text);
      return done(
        visible().filter((each) => starts(each) && isLiving(core, type, each))
          .slice(0, most),
      );
    }
    case "deps":
    case "ldeps": {
      const [key] = MASTERS[type] ?? [];
      if (key === undefined) return BAD_PARAMETERS;
      const masters = numbers(parameter(what === "deps" ? "masterid" : "masterids"));
      return done(visible().filter((entity) => masters.includes(Number(entity[key[1]]))));
    }
    default:
      return null;
  }
}

/** A contract that has ended is not suggested. */
function isLiving(core: VenueCore, type: EntityType, { id }: VenueEntity): boolean {
  if (type !== "contract") return true;
  return (core.contract(id)?.lastTradeTime ?? 0) > core.clock.now();
}

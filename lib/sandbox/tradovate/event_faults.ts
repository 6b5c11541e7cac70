import type { Random } from "../../core/mod.ts";
import type { EntityChange, VenueEntity } from "./entity_store.ts";
import type { VenueCore } from "./venue_core.ts";

/** What is left of changes on their way to a socket: what comes now, and what comes later. */
export interface ToldChanges {
  readonly now: readonly EntityChange[];
  readonly late: readonly EntityChange[];
}

/** Loses, repeats, delays, shuffles and spoils changes, as the faults that are scripted say. */
export function spoil(
  core: VenueCore,
  changes: readonly EntityChange[],
  random: Random,
): ToldChanges {
  const now: EntityChange[] = [], late: EntityChange[] = [];
  for (const change of changes) {
    const { entityType } = change;
    const entity = change.entity as VenueEntity;
    if (core.strikes("event-lost", entityType)) continue;
    if (core.strikes("event-delayed", entityType)) {
      late.push(change);
      continue;
    }
    if (core.strikes("entity-deleted", entityType)) {
      now.push({ entityType, eventType: "Deleted", entity });
      now.push({ ...change, eventType: "Created" });
    } else if (core.strikes("entity-list", entityType)) now.push({ ...change, entity: [entity] });
    else now.push(change);
    if (core.strikes("event-duplicated", entityType)) now.push(change);
  }
  if (core.strikes("unknown-entity")) now.push(...strangers(changes[0]));
  if (now.length > 1 && core.strikes("events-reordered")) shuffle(now, random);
  const isInList = core.guesses.entityForm === "list";
  return {
    now: isInList ? now.map(inList) : now,
    late: isInList ? late.map(inList) : late,
  };
}

function inList(change: EntityChange): EntityChange {
  return Array.isArray(change.entity)
    ? change
    : { ...change, entity: [change.entity as VenueEntity] };
}

/** Things that no document names, or whose number nobody has told before. */
function strangers(like: EntityChange | undefined): readonly EntityChange[] {
  const entity = like?.entity as VenueEntity | undefined;
  return [
    { entityType: "moonPhase", eventType: "Created", entity: { id: 1, phase: "full" } },
    {
      entityType: "order",
      eventType: "Updated",
      entity: { ...entity, id: 999_999_999, ordStatus: "Dreaming" },
    },
  ];
}

function shuffle<T>(list: T[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
}

/**
 * A copy of a list that V8 takes for one of objects from the start. To V8 an empty `[]`, and what
 * `map` makes of one, is a list of small integers until something else is put in; code that was
 * compiled for lists of objects is thrown away when it meets such a one. So lists that every run
 * begins empty, and that are looked at on every bar, are made by this.
 *
 * @example
 * ```ts
 * import { objectList } from "./object_list.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const list = objectList<{ lots: number }>();
 * list.push({ lots: 1 });
 * assertEquals(list, [{ lots: 1 }]);
 * ```
 */
export function objectList<Item extends object>(items: readonly Item[] = []): Item[] {
  return items.values().toArray();
}

/**
 * What an object holds under a name itself. Names that a user chooses may be those of what every
 * object inherits, such as `constructor`; those are undefined here like any other that is missing.
 *
 * @example
 * ```ts
 * import { ownValue } from "./own_value.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(ownValue({ l2: 1 }, "l2"), 1);
 * assertEquals(ownValue({ l2: 1 }, "constructor"), undefined);
 * ```
 */
export function ownValue<Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** One place where two JSON documents are not the same. */
export interface JsonDifference {
  /** Keys and indices from the root, joined by dots; empty for the root itself. */
  readonly path: string;
  /** Value of the first; undefined where only the second has one. */
  readonly first: unknown;
  /** Value of the second; undefined where only the first has one. */
  readonly second: unknown;
}

/** What a comparison of two JSON documents found. */
export interface JsonComparison {
  /** In the order of the first document. */
  readonly differences: readonly JsonDifference[];
  /** Numbers that both hold at the same place. */
  readonly numbers: number;
}

/**
 * Compares two JSON documents place by place; numbers must be the same to the bit.
 *
 * @example
 * ```ts
 * import { compareJson } from "./json_differences.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(compareJson({ a: [1, 2], b: "x" }, { a: [1, 3], c: null }), {
 *   differences: [
 *     { path: "a.1", first: 2, second: 3 },
 *     { path: "b", first: "x", second: undefined },
 *     { path: "c", first: undefined, second: null },
 *   ],
 *   numbers: 2,
 * });
 * ```
 */
export function compareJson(first: unknown, second: unknown): JsonComparison {
  const differences: JsonDifference[] = [];
  let numbers = 0;
  const visit = (path: string, one: unknown, two: unknown): void => {
    if (isTree(one) && isTree(two) && Array.isArray(one) === Array.isArray(two)) {
      for (const key of new Set([...Object.keys(one), ...Object.keys(two)])) {
        visit(path === "" ? key : `${path}.${key}`, one[key], two[key]);
      }
      return;
    }
    if (typeof one === "number" && typeof two === "number") numbers++;
    if (!Object.is(one, two)) differences.push({ path, first: one, second: two });
  };
  visit("", first, second);
  return { differences, numbers };
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** How a number lies in a column that knows no infinity. */
export interface StoredValue {
  /** Null unless the type is FINITE. */
  readonly value: number | null;
  /** Which number it is otherwise. */
  readonly type: "FINITE" | "INF_POS" | "INF_NEG" | "NAN";
}

/** A number as Optuna stores it. */
export function toStoredValue(value: number): StoredValue {
  if (Number.isNaN(value)) return { value: null, type: "NAN" };
  if (value === Infinity) return { value: null, type: "INF_POS" };
  if (value === -Infinity) return { value: null, type: "INF_NEG" };
  return { value, type: "FINITE" };
}

/** The number that Optuna stored. */
export function fromStoredValue(value: number | null, type: string): number {
  switch (type) {
    case "INF_POS":
      return Infinity;
    case "INF_NEG":
      return -Infinity;
    default:
      return value ?? NaN;
  }
}

/**
 * A time as Optuna 5 stores it: UTC without saying so, six digits of a second. Fewer digits are
 * misread by SQLAlchemy 1.4.
 *
 * @param milliseconds since 1970, UTC
 * @example
 * ```ts
 * import { fromStoredTime, toStoredTime } from "./stored_values.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(toStoredTime(Date.UTC(2026, 10, 23, 9, 5, 1, 276)), "2026-11-23 09:05:01.276000");
 * assertEquals(fromStoredTime("2026-11-23 09:05:01.276"), Date.UTC(2026, 10, 23, 9, 5, 1, 276));
 * ```
 */
export function toStoredTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "000");
}

/** Milliseconds since 1970 of a stored time; null for none. */
export function fromStoredTime(text: string): number;
/** Milliseconds since 1970 of a stored time; null for none. */
export function fromStoredTime(text: string | null): number | null;
/** Milliseconds since 1970 of a stored time; null for none. */
export function fromStoredTime(text: string | null): number | null {
  return text === null ? null : Date.parse(`${text.replace(" ", "T")}Z`);
}

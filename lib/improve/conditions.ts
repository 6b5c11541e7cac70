import type { PromotionCondition } from "../records/mod.ts";

/** A condition with what it would take where it does not hold. */
export interface Judged extends PromotionCondition {
  /** What would have to be seen instead. */
  readonly otherwise: string;
}

/** The condition of whatever has to be sound before anything is judged. */
export function integrity(fault: string | null): Judged {
  return {
    name: "integrity",
    holds: fault === null,
    text: fault ?? "leak check, parity and data are sound",
    otherwise: "mend it and let the night run again",
  };
}

/** Conditions as they are stored. */
export function stored(conditions: readonly Judged[]): PromotionCondition[] {
  return conditions.map(({ holds, name, text }) => ({ name, holds, text }));
}

/** What would change a decision: everything that is missing, or what is given. */
export function missingOr(conditions: readonly Judged[], otherwise: string): string {
  const missing = conditions.filter(({ holds }) => !holds).map((condition) => condition.otherwise);
  return missing.length === 0 ? otherwise : missing.join("; ");
}

/** Three significant digits. */
export function threeDigits(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

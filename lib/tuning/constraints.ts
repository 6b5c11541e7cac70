import type { Trial } from "./trial.ts";

/** System attribute that holds constraints as a list, which every Optuna since 3 reads. */
export const CONSTRAINTS_KEY = "constraints";

/** Prefix of the attributes that hold one constraint each, as Optuna 5 writes them. */
const NAMED_PREFIX = "constraints:";

/** How far a trial breaks its constraints: the sum of those above 0; 0 when it has none. */
export function violationOf({ systemAttributes }: Trial): number {
  let sum = 0;
  for (const key in systemAttributes) {
    if (key !== CONSTRAINTS_KEY && !key.startsWith(NAMED_PREFIX)) continue;
    const value = systemAttributes[key]!;
    for (const part of Array.isArray(value) ? value : [value]) {
      if (typeof part === "number" && part > 0) sum += part;
    }
  }
  return sum;
}

import type { Experience } from "./experience.ts";

/** What the target would do, and how much of it the log can tell about. */
export interface ActionSupport {
  /** Position, in full positions. */
  readonly action: number;
  /** Share of the logged situations in which the target would take it. */
  readonly wanted: number;
  /** The same share as the importance weights of the logged actions give it. */
  readonly seen: number;
}

/** The part of the target that is missing must be this large and this sure to be refused. */
const MISSING_SHARE = 0.02, MISSING_ERRORS = 4;

/**
 * Compares what the target would do with what the log holds of it. Where every action that the
 * target takes has a chance, `E[1(a) π(a) / μ(a)] = E[π(a)]`; less means that the behaviour never
 * does some of it.
 *
 * @returns the shares by action, and in words what is missing; null for nothing
 */
export function actionSupport(
  experience: Experience,
  target: Float64Array,
): { readonly actions: readonly ActionSupport[]; readonly refusal: string | null } {
  const { header, rows } = experience;
  const missing: string[] = [];
  const actions = header.actions.map((position, action) => {
    const { error, seen, wanted } = compare(experience, target, action);
    const lacking = wanted - seen;
    if (lacking > MISSING_SHARE && lacking > MISSING_ERRORS * error) {
      missing.push(
        `the policy would go to ${position} in ${
          percent(wanted)
        } of the situations, of which the ` +
          `behaviour leaves ${percent(lacking)} without any chance`,
      );
    }
    return { action: position, wanted, seen };
  });
  return { actions, refusal: rows === 0 ? null : refusalOf(experience, missing) };
}

function refusalOf(experience: Experience, missing: readonly string[]): string | null {
  const told = missing.length === 0 ? "" : `: ${missing.join("; ")}`;
  if (!isExplored(experience)) {
    return `The log cannot tell${told}. Nothing was explored: whoever decided always took the same ` +
      "position (probability 1), and gave no other a chance.";
  }
  return told === "" ? null : `The log cannot tell${told}. More exploration is needed.`;
}

/** Whether anything but what was done had a chance in any decision. */
export function isExplored({ propensity }: Pick<Experience, "propensity">): boolean {
  return propensity.some((chance) => chance < 1);
}

function compare(
  { action: chosen, header: { actions }, propensity, rows }: Experience,
  target: Float64Array,
  action: number,
): { wanted: number; seen: number; error: number } {
  let wanted = 0, seen = 0, squares = 0;
  for (let row = 0; row < rows; row++) {
    const p = target[row * actions.length + action]!;
    const weighed = chosen[row] === action ? p / propensity[row]! : 0;
    wanted += p / rows;
    seen += weighed / rows;
    squares += (p - weighed) ** 2;
  }
  const variance = Math.max(0, squares / rows - (wanted - seen) ** 2);
  return { wanted, seen, error: Math.sqrt(variance / rows) };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

import type { JournaledDeployment } from "./journal_facts.ts";

/** Whether two deployments trade alike. */
export function isSameDeployment(a: JournaledDeployment, b: JournaledDeployment): boolean {
  return a.sha256 === b.sha256 && a.sizeFactor === b.sizeFactor && exploresAlike(a, b);
}

/** Whether two deployments explore alike, or neither does. */
export function exploresAlike(
  { exploration: a }: JournaledDeployment,
  { exploration: b }: JournaledDeployment,
): boolean {
  return a?.share === b?.share && a?.seed === b?.seed;
}

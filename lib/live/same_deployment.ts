import type { JournaledDeployment } from "../trading/mod.ts";

/** Whether two deployments trade alike. */
export function isSameDeployment(a: JournaledDeployment, b: JournaledDeployment): boolean {
  return a.sha256 === b.sha256 && a.sizeFactor === b.sizeFactor;
}

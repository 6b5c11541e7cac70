import type { AuditCauseName, AuditEvidence } from "../../records/mod.ts";

/** A cause with an entry of the journal that shows it. */
export interface CauseProof extends AuditEvidence {
  /** Which one. */
  readonly cause: AuditCauseName;
}

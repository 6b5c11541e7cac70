import type { EngineEvent, JournalFact } from "../trading/mod.ts";
import type { Control } from "./controls.ts";
import type { SessionRules } from "./session_rules.ts";

/** What may be done in a person's name. */
export interface PersonActions {
  readonly rules: SessionRules;
  /** Writes something down. */
  readonly write: (fact: JournalFact) => void;
  /** Tells the engine something, and writes it down. */
  readonly tell: (event: EngineEvent) => void;
  /** Closes everything at once. */
  readonly flatten: () => void;
  /** Ends the session in order. */
  readonly stop: () => void;
}

/** Does what a person wants, once it is written down who wanted what, and why. */
export function obeyPerson(
  control: Control,
  { flatten, rules, stop, tell, write }: PersonActions,
): void {
  const { kind, reason, until, via } = control;
  const detail = until === undefined ? reason : { reason, until };
  write({ kind: "user-command", command: kind, via, detail });
  rules.obey(control);
  const text = reason === "" ? `${kind} by ${via}` : `${reason} (${kind} by ${via})`;
  switch (kind) {
    case "halt":
      return tell({ kind: "halt", reason: text });
    case "resume":
      return tell({ kind: "resume", reason: text });
    case "flatten":
      tell({ kind: "halt", reason: text });
      return flatten();
    case "stop":
      return stop();
  }
}

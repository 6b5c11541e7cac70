import { CLOCK_TOLERANCE_MS, type KeptEntry } from "../../trading/mod.ts";
import type { Alert, AlertSeverity } from "../alerts/alert.ts";

/** What an entry of a journal says that a person should hear of. */
interface Said {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly text: string;
}

/** Ends of a session that nobody wanted. */
const FAULTS: Readonly<Record<string, string>> = {
  "decider hangs": "What decides did not answer: positions are closed, start the session again",
  ruined: "The account's equity was used up and everything is closed",
};

/**
 * The alert that an entry of a journal is by itself; null for all that is as it should be. Its id is
 * the account and the entry's number: whoever reads the journal again says the same. What comes in
 * floods is one alert a day.
 *
 * @param account whose journal it is
 * @example
 * ```ts
 * import { assertEquals } from "../../../tests/assert.ts";
 * import { entryAlert } from "./entry_alert.ts";
 *
 * const moment = { sequence: 482, note: null, at: 1_000, sessionTime: null };
 * const alert = entryAlert({ kind: "halt", reason: "drill", ...moment }, "paper-1");
 * assertEquals([alert?.id, alert?.severity, alert?.title], ["paper-1/482", "critical", "Halted"]);
 * assertEquals(entryAlert({ kind: "clock", time: 0, ...moment }, "paper-1"), null);
 * ```
 */
export function entryAlert(entry: KeptEntry, account: string): Alert | null {
  const said = saidBy(entry);
  if (said === null) return null;
  const id = entry.kind === "feed"
    ? `refused/${new Date(entry.at).toISOString().slice(0, 10)}`
    : entry.sequence;
  return { id: `${account}/${id}`, at: entry.at, source: account, ...said };
}

function saidBy(entry: KeptEntry): Said | null {
  switch (entry.kind) {
    case "halt":
      return { severity: "critical", title: "Halted", text: entry.reason };
    case "resume":
      return { severity: "info", title: "Resumed", text: entry.reason };
    case "rejected":
      return warning(`Order ${entry.orderId} was rejected`, entry.reason);
    case "unknown":
      return warning(`Nobody knows what became of order ${entry.orderId}`, entry.reason);
    case "stranger":
      return warning(
        `An order of ${entry.symbol} was not sent from here`,
        JSON.stringify(entry.report),
      );
    case "left-alone":
      return warning(
        `${entry.lots} lots of ${entry.symbol} are somebody else's and are left alone`,
        `${entry.ownLots} lots are the session's`,
      );
    case "reconciled":
      return ofReconciliation(entry);
    case "gap":
      // A hole in the history is as old as the history.
      return entry.found >= entry.missing || entry.sessionTime === null ? null : warning(
        lacking(entry.missing - entry.found),
        `from ${stamp(entry.from)} to ${stamp(entry.to)}, of ${entry.missing} that did not come`,
      );
    case "revision":
      return warning(
        `The bar of ${stamp(entry.now.time)} was corrected after it was traded`,
        `its close was ${entry.was.close} and is ${entry.now.close}; what was decided stands`,
      );
    case "feed":
      return entry.state === "refused"
        ? warning(`What came from ${entry.name} is no bar and was left out`, entry.detail)
        : null;
    case "clock-offset":
      return ofClock(entry.lowMs, entry.highMs);
    case "risk":
      return warning(`Rule ${entry.rule}`, entry.reason);
    case "deployment-refused":
      return warning("Another system was not taken up", entry.reason);
    case "session-stopped":
      return ofEnd(entry.reason, entry.positions);
    default:
      return null;
  }
}

function ofReconciliation(
  { missed, strangers, unexplainedLots }: KeptEntry & { readonly kind: "reconciled" },
): Said | null {
  const lots = Object.entries(unexplainedLots).map(([symbol, lots]) => `${lots} lots of ${symbol}`);
  if (lots.length > 0) {
    const title = "The broker holds what nothing explains";
    return { severity: "critical", title, text: lots.join(", ") };
  }
  if (strangers === 0) return null;
  return warning(`${strangers} orders of somebody else`, `${missed} reports had been missed`);
}

function ofClock(lowMs: number, highMs: number): Said | null {
  const middleMs = (lowMs + highMs) / 2;
  if (Math.abs(middleMs) <= CLOCK_TOLERANCE_MS) return null;
  const side = middleMs > 0 ? "ahead of" : "behind";
  return warning(
    `This machine's clock is ${(Math.abs(middleMs) / 1_000).toFixed(1)} s ${side} the venue's`,
    "set it by the network's time (NTP)",
  );
}

function ofEnd(reason: string, positions: string): Said | null {
  const fault = FAULTS[reason];
  const held = positions === "held" ? "positions are still held" : "nothing is held";
  if (fault !== undefined) {
    return {
      severity: "critical",
      title: "The session ended by a fault",
      text: `${fault}; ${held}`,
    };
  }
  return positions === "held" ? warning("The session ended with open positions", reason) : null;
}

function lacking(bars: number): string {
  return bars === 1 ? "1 bar is missing" : `${bars} bars are missing`;
}

function warning(title: string, text: string): Said {
  return { severity: "warning", title, text };
}

function stamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

import type { JournalKind, KeptEntry } from "../../trading/mod.ts";
import type { LogSeverity, PartLog } from "../log/log.ts";

/** How each kind of entry is logged, and by which words; what is not here comes with every bar. */
const LINES: Partial<Readonly<Record<JournalKind, readonly [LogSeverity, string]>>> = {
  "session-started": ["info", "Session {session} begins in mode {mode}, restart {isRestart}"],
  "session-stopped": ["info", "Session {session} ended: {reason}, positions {positions}"],
  program: ["info", "Computed by code {codeSha256} on {inference}"],
  deployment: ["info", "Slot {slot} is traded by {deployment}"],
  "deployment-refused": ["warning", "Slot {slot} goes on as it is: {reason}"],
  "user-command": ["info", "A person wants {command} by {via}"],
  halt: ["warning", "Halted: {reason}"],
  resume: ["info", "Resumed: {reason}"],
  risk: ["warning", "Rule {rule}: {reason}"],
  gap: ["warning", "{missing} bars are missing from {from} to {to}, {found} were found"],
  revision: ["warning", "A bar was corrected from {was} to {now}"],
  feed: ["info", "Feed {name} is {state}: {detail}"],
  "clock-offset": ["info", "The clock is {lowMs} to {highMs} ms ahead of the venue's"],
  "no-forecast": ["debug", "No forecast by {by}: {reason}"],
  shadow: ["debug", "In the shadow {by} says {forecast}: {why}"],
  submit: ["info", "Order {order}"],
  modify: ["info", "Order {orderId} becomes {lots} lots"],
  cancel: ["info", "Order {orderId} is taken back"],
  accepted: ["debug", "Order {orderId} works"],
  rejected: ["warning", "Order {orderId} was rejected: {reason}"],
  filled: ["info", "Filled {fill}"],
  cancelled: ["info", "Order {orderId} was cancelled"],
  expired: ["info", "Order {orderId} expired"],
  unknown: ["warning", "Order {orderId} is unknown: {reason}"],
  stranger: ["warning", "A report of an order from elsewhere: {report}"],
  reconciled: ["info", "Books compared: {missed} missed, {strangers} strange, {unexplainedLots}"],
  "left-alone": [
    "warning",
    "{lots} lots of {symbol} are somebody else's and are left alone, {ownLots} are the session's",
  ],
  adopted: ["warning", "The broker's books of slot {slot} were taken over: {reason}"],
  split: ["info", "Shares of slot {slot} split by {ratio}"],
};

/** A feed's row that was no bar. */
const REFUSED = ["warning", "Feed {name} has refused what is no bar: {detail}"] as const;

/** Logs an entry of a journal with its number; a checklist one line for each of its lines. */
export function logEntry(log: PartLog, entry: KeptEntry): void {
  if (entry.kind === "checklist") {
    for (const { found, name, remedy, verdict } of entry.lines) {
      const isBad = verdict === "warned" || verdict === "refused";
      log[isBad ? "warning" : "info"]("{name} {verdict}: {found}", {
        name,
        verdict,
        found,
        remedy,
      });
    }
    return;
  }
  const line = entry.kind === "feed" && entry.state === "refused" ? REFUSED : LINES[entry.kind];
  if (line === undefined) return;
  const { at: _at, kind: _kind, note: _note, ...values } = entry;
  log[line[0]](line[1], values);
}

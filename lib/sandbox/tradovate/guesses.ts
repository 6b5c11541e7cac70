import { type GuessAlternatives, switchGuessesOf } from "../switch_guesses.ts";

/**
 * Where nobody outside the venue knows what it does. Each of these can be switched; the first value
 * named is the default. A client is right only when it is right under all of them.
 */
export interface TradovateGuesses {
  /** Whether the answer to an order or the events that it causes come first. */
  readonly eventOrder: "answer-first" | "events-first";
  /** In which order a fill is told: its report, the fill, then the position; or another. */
  readonly fillOrder: "report-fill-position" | "fill-report-position" | "position-fill-report";
  /** Whether changes that belong together share a frame. */
  readonly frames: "grouped" | "single";
  /** Whether an entity comes as itself or in a list of one. */
  readonly entityForm: "object" | "list";
  /** What a `user/syncrequest` without `entityTypes` brings. */
  readonly syncDefault: "everything" | "nothing";
  /** What happens at a second `user/syncrequest` on one socket: a snapshot, or a refusal. */
  readonly secondSync: "snapshot" | "refused";
  /** Whether a token is good on the host alone that gave it. */
  readonly tokenHosts: "one" | "all";
  /** Whether a renewal brings a new token; the old one then ends. */
  readonly renewal: "new-token" | "same-token";
  /** How long a token lives, minutes. */
  readonly tokenMinutes: number;
  /** Sessions of one user at a time; one more ends the oldest. */
  readonly sessions: number;
  /** What a token answers whose session has been ended. */
  readonly closedSessionStatus: 408 | 401 | 429 | 500;
  /** How the text of an error stands in an answer on a socket. */
  readonly errorText: "plain" | "encoded-twice";
  /** Calls of a user a minute before 429. */
  readonly callsPerMinute: number;
  /** How long calls are refused after 429, seconds. */
  readonly lockSeconds: number;
  /** Refused logins an hour before a captcha. */
  readonly failedLogins: number;
  /** Whether a success names itself as its reason. */
  readonly successReason: "unsaid" | "said";
  /** How moments are written: always with milliseconds, or as short as they can be. */
  readonly stamps: "milliseconds" | "shortest";
  /** Whether the venue is shut in its weekly windows of maintenance. */
  readonly maintenance: "never" | "weekly";
  /** What holds when `timeInForce` is left out. */
  readonly timeInForce: "Day" | "GTC";
  /** What a closed market refuses: every order, or only those for the market. */
  readonly closedMarket: "every-order" | "market-orders";
  /** Whether funds and limits are judged in the answer or in a later report. */
  readonly riskCheck: "later" | "in-answer";
  /** What the exits of a bracket are worth while its entry is filled in part. */
  readonly legsOfPart: "as-filled" | "whole" | "when-complete";
  /** What a part of one order does to the other of a pair. */
  readonly pairOfPart: "reduce" | "cancel";
  /** What a cancel of one order does to the other of a pair. */
  readonly pairOfCancel: "cancelled" | "stays";
  /** How long the other order of a pair still works, milliseconds. */
  readonly pairDelayMs: number;
  /** What a cancel of an order that has ended answers. */
  readonly cancelTooLate: "TooLate" | "access-denied";
  /** Whether a limit that waits is filled when the price touches it, or only beyond. */
  readonly limitFill: "through" | "touch";
  /** What a market order pays beyond the best price, ticks. */
  readonly slippageTicks: number;
  /** Sign of `pegDifference`: positive for both sides, or the direction of the order. */
  readonly pegSign: "distance" | "signed";
  /** Milliseconds between two heartbeats of the server. */
  readonly heartbeatMs: number;
  /** Whether it sends none while data flows. */
  readonly heartbeatWhileBusy: "silent" | "always";
  /** After how long without a frame of the client its socket is closed, milliseconds. */
  readonly clientSilenceMs: number;
  /** How long a socket may stay without `authorize`, milliseconds. */
  readonly authorizeMs: number;
  /** Most ids of one `items` call; 404 beyond. */
  readonly itemsPerCall: number;
  /** Which number a packet of a chart carries. */
  readonly chartId: "either" | "historical" | "realtime";
  /** Which edge of a bar its timestamp is. */
  readonly barTimestamp: "open" | "close";
  /** Most elements of one chart. */
  readonly chartElements: number;
  /** How a user without entitlement is refused. */
  readonly noEntitlement: "access-denied" | "delayed";
  /** Whether market data lapses over the end of a month, 19:00 to 04:00 Chicago time. */
  readonly monthEnd: "stays" | "lapses";
  /** Hours before its end from which a contract can only be closed. */
  readonly closingOnlyHours: number;
  /** Minutes after a session's close at which lists empty and profits begin anew. */
  readonly rollMinutes: number;
  /** Margin of a lot by day, as a part of the overnight one. */
  readonly dayMarginShare: number;
}

/** What the sandbox takes the venue to do. */
export const TRADOVATE_GUESSES: TradovateGuesses = {
  eventOrder: "answer-first",
  fillOrder: "report-fill-position",
  frames: "grouped",
  entityForm: "object",
  syncDefault: "everything",
  secondSync: "snapshot",
  tokenHosts: "one",
  renewal: "new-token",
  tokenMinutes: 80,
  sessions: 2,
  closedSessionStatus: 408,
  errorText: "plain",
  callsPerMinute: 80,
  lockSeconds: 30,
  failedLogins: 5,
  successReason: "unsaid",
  stamps: "milliseconds",
  maintenance: "never",
  timeInForce: "Day",
  closedMarket: "every-order",
  riskCheck: "later",
  legsOfPart: "as-filled",
  pairOfPart: "reduce",
  pairOfCancel: "cancelled",
  pairDelayMs: 20,
  cancelTooLate: "TooLate",
  limitFill: "through",
  slippageTicks: 0,
  pegSign: "distance",
  heartbeatMs: 2_500,
  heartbeatWhileBusy: "silent",
  clientSilenceMs: 15_000,
  authorizeMs: 10_000,
  itemsPerCall: 10,
  chartId: "either",
  barTimestamp: "open",
  chartElements: 4_096,
  noEntitlement: "access-denied",
  monthEnd: "stays",
  closingOnlyHours: 0,
  rollMinutes: 30,
  dayMarginShare: 1,
};

/** What else each guess can be. */
export const TRADOVATE_ALTERNATIVES: GuessAlternatives<TradovateGuesses> = {
  eventOrder: ["events-first"],
  fillOrder: ["fill-report-position", "position-fill-report"],
  frames: ["single"],
  entityForm: ["list"],
  syncDefault: ["nothing"],
  secondSync: ["refused"],
  tokenHosts: ["all"],
  renewal: ["same-token"],
  tokenMinutes: "any number",
  sessions: "any number",
  closedSessionStatus: [401, 429, 500],
  errorText: ["encoded-twice"],
  callsPerMinute: "any number",
  lockSeconds: "any number",
  failedLogins: "any number",
  successReason: ["said"],
  stamps: ["shortest"],
  maintenance: ["weekly"],
  timeInForce: ["GTC"],
  closedMarket: ["market-orders"],
  riskCheck: ["in-answer"],
  legsOfPart: ["whole", "when-complete"],
  pairOfPart: ["cancel"],
  pairOfCancel: ["stays"],
  pairDelayMs: "any number",
  cancelTooLate: ["access-denied"],
  limitFill: ["touch"],
  slippageTicks: "any number",
  pegSign: ["signed"],
  heartbeatMs: "any number",
  heartbeatWhileBusy: ["always"],
  clientSilenceMs: "any number",
  authorizeMs: "any number",
  itemsPerCall: "any number",
  chartId: ["historical", "realtime"],
  barTimestamp: ["close"],
  chartElements: "any number",
  noEntitlement: ["delayed"],
  monthEnd: ["lapses"],
  closingOnlyHours: "any number",
  rollMinutes: "any number",
  dayMarginShare: "any number",
};

/** Guesses with some of them switched. @throws {InputError} when a text names no guess */
export function switchTradovateGuesses(texts: readonly string[]): TradovateGuesses {
  return switchGuessesOf(TRADOVATE_GUESSES, TRADOVATE_ALTERNATIVES, texts);
}

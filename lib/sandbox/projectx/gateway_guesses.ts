import { type GuessAlternatives, switchGuessesOf } from "../switch_guesses.ts";

/**
 * Where nobody outside the gateway knows what it does, with the number of the open question. Each can
 * be switched. A client is right only when it is right under all of them.
 */
export interface ProjectxGuesses {
  /** What becomes of the exits of a bracket when its entry is cancelled after a part (question 1). */
  readonly childrenOfPart: "stay" | "cancelled";
  /** What exits are worth while the entry is filled in part (1). */
  readonly childrenSize: "as-filled" | "whole";
  /** What a cancel by hand of one exit does to the other (1). */
  readonly siblingOfCancel: "stays" | "cancelled";
  /** Whether an order that 429 answers is done all the same (2). */
  readonly tooManyExecutes: "no" | "yes";
  /** Whether a `customTag` of a rejected order stays used (3). */
  readonly rejectedTag: "used" | "free";
  /** Whether hubs close after `GatewayLogout` (4). */
  readonly logoutCloses: "yes" | "no";
  /** How events of the user hub are wrapped (5). */
  readonly envelope: "wrapped" | "flat" | "orders-only";
  /** Whether an event is alone or in a list of one (5). */
  readonly eventForm: "object" | "list";
  /** Whether orders that are pending are in `searchOpen` (6). */
  readonly pendingInOpen: "no" | "yes";
  /** First page of `v2/query` (6). */
  readonly firstPage: 0 | 1;
  /** Largest page of `v2/query` (6). */
  readonly pageSize: number;
  /** Whether a hub lives on when its token expires (8). */
  readonly hubAtExpiry: "stays" | "drops";
  /** Whether `validate` takes an expired token (8). */
  readonly validateExpired: "refused" | "taken";
  /** Whether a renewal ends the old token (8). */
  readonly oldToken: "lives" | "ends";
  /** Whether a logout ends one token or all of the user (3.3). */
  readonly logout: "one" | "all";
  /** Calls of `retrieveBars` in 30 s (9). */
  readonly barCalls: number;
  /** Other calls in 60 s (9). */
  readonly otherCalls: number;
  /** Whether 429 says when to come again (9). */
  readonly retryAfter: "unsaid" | "said";
  /** Milliseconds without sending after which a hub pings (10). */
  readonly pingMs: number;
  /** Milliseconds without a word of the client after which a hub drops it (10). */
  readonly clientSilenceMs: number;
  /** What becomes of orders at the end of a session (11). */
  readonly sessionEnd: "cancelled" | "expired" | "kept";
  /** Whether `profitAndLoss` of a trade is before or after its fees (12). */
  readonly tradeProfit: "gross" | "net";
  /** When the balance that is told moves (12). */
  readonly balanceMoves: "when-realised" | "each-fill";
  /** Whether quotes tell what has changed alone (13). */
  readonly quotes: "sparse" | "whole";
  /** Whether a trade of the market is alone or in a list (13). */
  readonly tradeForm: "object" | "list";
  /** What an omitted field of `modify` means (16). */
  readonly omittedField: "unchanged" | "cleared";
  /** Code of an order that comes while the market is shut: 2 with a text, or the documented 5. */
  readonly closedCode: 2 | 5;
  /** Code of a cancel of an order that has ended. */
  readonly cancelTooLate: 5 | 2 | 3;
  /** Whether every rejected order is recorded with a number, or those of the bracket mode alone. */
  readonly recordsRejected: "always" | "brackets";
  /** Whether subscribing twice brings each event twice. */
  readonly subscribeTwice: "doubles" | "once";
  /** Most bars of one call. */
  readonly barLimit: number;
  /** Days of minute bars that are kept. */
  readonly minuteDays: number;
  /** Hour of the day before, in Chicago, that daily bars are stamped with. */
  readonly dailyStamp: 17 | 19;
  /** Whether a bar that still goes on comes though it was not asked for. */
  readonly partialBar: "left-out" | "leaks";
  /** Whether a limit that waits is filled when the price touches it, or only beyond. */
  readonly limitFill: "through" | "touch";
  /** What a market order pays beyond the best price, ticks. */
  readonly slippageTicks: number;
}

/** What the sandbox takes the gateway to do. */
export const PROJECTX_GUESSES: ProjectxGuesses = {
  childrenOfPart: "stay",
  childrenSize: "as-filled",
  siblingOfCancel: "stays",
  tooManyExecutes: "no",
  rejectedTag: "used",
  logoutCloses: "yes",
  envelope: "wrapped",
  eventForm: "object",
  pendingInOpen: "no",
  firstPage: 0,
  pageSize: 500,
  hubAtExpiry: "stays",
  validateExpired: "refused",
  oldToken: "lives",
  logout: "one",
  barCalls: 30,
  otherCalls: 200,
  retryAfter: "unsaid",
  pingMs: 15_000,
  clientSilenceMs: 30_000,
  sessionEnd: "cancelled",
  tradeProfit: "gross",
  balanceMoves: "when-realised",
  quotes: "sparse",
  tradeForm: "object",
  omittedField: "unchanged",
  closedCode: 2,
  cancelTooLate: 5,
  recordsRejected: "always",
  subscribeTwice: "doubles",
  barLimit: 20_000,
  minuteDays: 63,
  dailyStamp: 17,
  partialBar: "left-out",
  limitFill: "through",
  slippageTicks: 0,
};

/** What else each guess can be. */
export const PROJECTX_ALTERNATIVES: GuessAlternatives<ProjectxGuesses> = {
  childrenOfPart: ["cancelled"],
  childrenSize: ["whole"],
  siblingOfCancel: ["cancelled"],
  tooManyExecutes: ["yes"],
  rejectedTag: ["free"],
  logoutCloses: ["no"],
  envelope: ["flat", "orders-only"],
  eventForm: ["list"],
  pendingInOpen: ["yes"],
  firstPage: [1],
  pageSize: "any number",
  hubAtExpiry: ["drops"],
  validateExpired: ["taken"],
  oldToken: ["ends"],
  logout: ["all"],
  barCalls: "any number",
  otherCalls: "any number",
  retryAfter: ["said"],
  pingMs: "any number",
  clientSilenceMs: "any number",
  sessionEnd: ["expired", "kept"],
  tradeProfit: ["net"],
  balanceMoves: ["each-fill"],
  quotes: ["whole"],
  tradeForm: ["list"],
  omittedField: ["cleared"],
  closedCode: [5],
  cancelTooLate: [2, 3],
  recordsRejected: ["brackets"],
  subscribeTwice: ["once"],
  barLimit: "any number",
  minuteDays: "any number",
  dailyStamp: [19],
  partialBar: ["leaks"],
  limitFill: ["touch"],
  slippageTicks: "any number",
};

/** Guesses with some of them switched. @throws {InputError} when a text names no guess */
export function switchProjectxGuesses(texts: readonly string[]): ProjectxGuesses {
  return switchGuessesOf(PROJECTX_GUESSES, PROJECTX_ALTERNATIVES, texts);
}

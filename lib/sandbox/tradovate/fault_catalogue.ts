/** What a fault of the sandbox does. */
export interface CatalogueEntry {
  /** Number in the list of faults that the sandbox was written from. */
  readonly id: string;
  /** In words. */
  readonly does: string;
}

/** Every fault of the Tradovate sandbox, by the name by which it is scripted. */
export const TRADOVATE_FAULTS = {
  "penalty-ticket": { id: "F1", does: "a call is not done: its answer is a ticket with p-time" },
  "captcha-ticket": { id: "F2", does: "a login is answered by a ticket with p-captcha" },
  "too-many-requests": { id: "F3", does: "429 without a body, and further calls are refused" },
  "request-timeout": { id: "F3", does: "408, the call is not done" },
  "token-expires": { id: "F4", does: "the token of the call has expired before its time" },
  "renewal-fails": { id: "F4", does: "500 to a renewal" },
  "session-evicted": { id: "F5", does: "another login of the user has closed this session" },
  "socket-drop": { id: "F6", does: "a socket breaks without a word, at an event" },
  "socket-close-frame": { id: "F6", does: "a socket is closed with c[3000], at an event" },
  "socket-silent": { id: "F6", does: "a socket stays open and says nothing any more" },
  "authorize-fails": { id: "F6", does: "401 to authorize" },
  "heartbeat-missed": { id: "F7", does: "the server takes a client for dead, at a heartbeat" },
  "shutdown-maintenance": { id: "F8", does: "shutdown Maintenance, at a heartbeat" },
  "shutdown-connection-quota": { id: "F8", does: "shutdown ConnectionQuotaReached" },
  "shutdown-ip-quota": { id: "F8", does: "shutdown IPQuotaReached" },
  "slow-answer": { id: "F9", does: "a call is done, its answer comes 40 s later" },
  "lost-answer": { id: "F10", does: "a call is done, its answer is lost" },
  "lost-request": { id: "F11", does: "a call is lost on its way, nothing is done" },
  "order-refused": { id: "F12", does: "an order is refused in its answer" },
  "order-rejected": { id: "F13", does: "an order is rejected after it has a number" },
  "partial-fill": { id: "F14", does: "an order gets a part of its lots only, for now" },
  "cancel-race": { id: "F14", does: "an order is filled while its cancel is under way" },
  "overfill": { id: "F14", does: "an order gets one lot more than it asked for" },
  "events-reordered": { id: "F15", does: "the events of one change come in another order" },
  "event-delayed": { id: "F15", does: "an event comes 2 s later than those after it" },
  "event-duplicated": { id: "F16", does: "an event comes twice" },
  "events-replayed": { id: "F16", does: "events of before come again after a new snapshot" },
  "event-lost": { id: "F17", does: "an event never comes, the socket stays open" },
  "unknown-entity": { id: "F18", does: "events of unknown kinds, types, numbers and words" },
  "entity-deleted": { id: "F18", does: "an entity is Deleted and Created anew" },
  "entity-list": { id: "F18", does: "an entity comes in a list" },
  "leg-rejected": { id: "F19", does: "the exit of a bracket is rejected when it begins to work" },
  "leg-missing": { id: "F19", does: "the exit of a bracket is never put to work" },
  "both-legs-fill": { id: "F20", does: "both orders of a pair are filled" },
  "modify-ignored": { id: "F21", does: "a modify has a number and no effect" },
  "legs-vanish": { id: "F21", does: "both exits are cancelled 2 s after one is modified" },
  "trade-bust": { id: "F22", does: "a fill is taken back 5 s later" },
  "trade-correct": { id: "F22", does: "the price of a fill is corrected by a tick 5 s later" },
  "position-by-person": { id: "F23", does: "somebody trades one contract, at a trade" },
  "auto-liquidation": { id: "F23", does: "the venue closes everything and locks the account" },
  "account-locked": { id: "F23", does: "the account is locked, at a trade" },
  "account-closed": { id: "F23", does: "the account is closed, at a trade" },
  "quotes-stall": { id: "F24", does: "market data stops for a minute, heartbeats go on" },
  "quotes-delayed": { id: "F24", does: "a subscription is Delayed by 10 minutes" },
  "quotes-crossed": { id: "F24", does: "a quote has its bid above its offer" },
  "quotes-zero": { id: "F24", does: "a quote has prices of 0" },
  "quotes-out-of-order": { id: "F24", does: "a quote comes after the one that follows it" },
  "clock-skew": { id: "F24", does: "times of the venue are 30 s behind for a minute" },
  "redirect": { id: "F25", does: "307 to another host" },
  "misdirected": { id: "F25", does: "421 to a call or a new socket" },
  "server-error": { id: "F25", does: "500, the call is not done" },
  "bad-gateway": { id: "F25", does: "502 with a page in HTML, the call is not done" },
  "gateway-timeout": { id: "F25", does: "504 with a page in HTML, the call is done" },
  "truncated-answer": { id: "F25", does: "the call is done, half of its answer comes" },
  "empty-answer": { id: "F25", does: "the call is done, its answer is empty" },
  "wrong-type": { id: "F25", does: "the call is done, its answer is plain text" },
  "maintenance": { id: "F26", does: "503 to all, sockets shut, for two minutes" },
  "chart-short": { id: "F27", does: "a chart has half of the bars asked for" },
  "chart-endless": { id: "F27", does: "a chart never says that its history has ended" },
  "chart-duplicate": { id: "F27", does: "a chart has a bar twice" },
  "chart-hole": { id: "F27", does: "a chart leaves a bar out" },
  "chart-ticket": { id: "F27", does: "a chart is answered by a penalty ticket" },
  "session-rolls": { id: "F28", does: "the session ends now: lists empty, day orders expire" },
  "contract-expires": { id: "F29", does: "the first contract ends now" },
  "closing-only": { id: "F29", does: "an order is refused: LiquidationOnlyBeforeExpiration" },
  "entitlement-lapse": { id: "F31", does: "market data is refused for nine hours" },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

/** Name of a fault of the Tradovate sandbox. */
export type TradovateFault = keyof typeof TRADOVATE_FAULTS;

/** All names. */
export const TRADOVATE_FAULT_NAMES = Object.keys(TRADOVATE_FAULTS) as readonly TradovateFault[];

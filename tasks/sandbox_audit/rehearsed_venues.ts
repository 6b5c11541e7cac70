import { createRandom } from "../../lib/core/mod.ts";
import {
  createProjectxSandbox,
  createTradovateSandbox,
  GATEWAY_ACCOUNTS,
  GATEWAY_KEY,
  PROJECTX_ALTERNATIVES,
  PROJECTX_FAULT_NAMES,
  SANDBOX_USER,
  switchProjectxGuesses,
  switchTradovateGuesses,
  TRADOVATE_ALTERNATIVES,
  TRADOVATE_FAULT_NAMES,
} from "../../lib/sandbox/mod.ts";
import {
  MarketLine,
  memoryTokenStore,
  PROJECTX_LANGUAGE,
  ProjectXClient,
  TOPSTEPX,
  TRADOVATE_DEMO,
  TRADOVATE_LANGUAGE,
  TradovateClient,
  type VenueRequest,
} from "../../lib/venues/mod.ts";
import type { RehearsedVenue } from "./rehearsed_venue.ts";

const WATCH = { priority: "watch" } as const;
/** Tokens so short that one is renewed in a rehearsal. */
const SHORT_TOKENS = "tokenMinutes=16";
/** One contract at a moment, so that orders fill in parts. */
const LOTS_AT_ONCE = 1;

const { accounts: [DEMO], appId, cid, name, password, sec } = SANDBOX_USER;
const TRADOVATE_KEYS = { name, password, appId, cid, sec, appVersion: "1", deviceId: "a-machine" };

/** Tradovate and its double. */
const TRADOVATE: RehearsedVenue = {
  request: {
    ...{ kind: "tradovate", name: "tradovate", mode: "demo", account: DEMO!.name },
    ...{ urls: TRADOVATE_DEMO, credentials: TRADOVATE_KEYS },
  },
  open: (market, { faults, guesses }) =>
    createTradovateSandbox({
      ...{ ...market, faults, guesses: switchTradovateGuesses([SHORT_TOKENS, ...guesses]) },
      lotsAtOnce: LOTS_AT_ONCE,
    }),
  async look(transport, clock) {
    const client = new TradovateClient({
      ...{ transport, clock, urls: TRADOVATE_DEMO, credentials: TRADOVATE_KEYS },
      ...{ random: createRandom(1), tokens: memoryTokenStore() },
    });
    try {
      for (const type of ["account", "order", "fill", "position", "cashBalance"]) {
        await client.list(type, WATCH);
      }
      const [found] = await client.suggestContracts("MES", WATCH).then((outcome) =>
        outcome.kind === "done" ? outcome.value : []
      );
      const line = await MarketLine.open({
        ...{ transport, clock, url: TRADOVATE_DEMO.marketData, tokens: client.tokens },
        onClose: () => {},
      });
      await line.followQuotes((found as { name: string }).name);
      line.close();
    } finally {
      client.close();
    }
  },
  alternatives: TRADOVATE_ALTERNATIVES,
  language: TRADOVATE_LANGUAGE,
  faults: TRADOVATE_FAULT_NAMES,
};

/** ProjectX and its double. */
const PROJECTX: RehearsedVenue = {
  request: {
    ...{ kind: "projectx", name: "projectx", mode: "demo", account: GATEWAY_ACCOUNTS[0]!.name },
    ...{ urls: TOPSTEPX, credentials: GATEWAY_KEY },
  },
  open: (market, { faults, guesses }) =>
    createProjectxSandbox({
      ...{ ...market, faults, guesses: switchProjectxGuesses(guesses) },
      lotsAtOnce: LOTS_AT_ONCE,
    }),
  async look(transport, clock) {
    const client = new ProjectXClient({
      ...{ transport, clock, urls: TOPSTEPX, credentials: GATEWAY_KEY, random: createRandom(1) },
    });
    try {
      await client.time();
    } finally {
      client.close();
    }
  },
  alternatives: PROJECTX_ALTERNATIVES,
  language: PROJECTX_LANGUAGE,
  faults: PROJECTX_FAULT_NAMES,
};

/** Venues that have a double, by the first word of their name. */
export const REHEARSED_VENUES: Readonly<Record<VenueRequest["kind"], RehearsedVenue>> = {
  tradovate: TRADOVATE,
  projectx: PROJECTX,
};

import type { TimerClock } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { FaultPlan } from "../fault_script.ts";
import type { TradovateGuesses } from "./guesses.ts";

/** An account of a user of the sandbox. */
export interface SandboxAccountOptions {
  /** Its name, for example `DEMO1`. */
  readonly name: string;
  /** Cash at the start, whole micro-dollars. */
  readonly cashMicros: number;
  /** Host that knows it; the other does not. @default "demo" */
  readonly host?: "demo" | "live";
  /** Most contracts held at a time. @default no limit */
  readonly maxPosition?: number;
  /** Most contracts of one order. @default no limit */
  readonly maxOrder?: number;
}

/** A user of the sandbox, with the keys that it takes: made up, so no secret. */
export interface SandboxUserOptions {
  /** Name that it logs in by. */
  readonly name: string;
  /** Password that goes with it. */
  readonly password: string;
  /** Name of its key. */
  readonly appId: string;
  /** Number of its key. */
  readonly cid: number;
  /** Secret of its key. */
  readonly sec: string;
  /** At least one; names are unique. */
  readonly accounts: readonly SandboxAccountOptions[];
  /** Whether market data is paid for. @default true */
  readonly hasMarketData?: boolean;
  /** Whether live trading asks for the device that was approved; its id. @default none is asked */
  readonly approvedDevice?: string;
}

/** Names of the hosts of a sandbox. */
export interface SandboxHosts {
  /** Calls and user sockets of live accounts. */
  readonly live: string;
  /** Calls and user sockets of demo accounts. */
  readonly demo: string;
  /** Market data. */
  readonly md: string;
  /** Market data of demo users, where clients use a host of its own. */
  readonly mdDemo: string;
  /** Market replay. */
  readonly replay: string;
  /** Where a redirect leads: another machine of the same venue. */
  readonly moved: string;
}

/** The names of the venue's own hosts, which mean nothing outside this process. */
export const TRADOVATE_HOST_NAMES: SandboxHosts = {
  live: "live.tradovateapi.com",
  demo: "demo.tradovateapi.com",
  md: "md.tradovateapi.com",
  mdDemo: "md-demo.tradovateapi.com",
  replay: "replay.tradovateapi.com",
  moved: "demo-2.tradovateapi.com",
};

/** What a sandbox is made of. */
export interface TradovateSandboxOptions {
  /** Its only clock; the market stands where this stands in the bars. */
  readonly clock: TimerClock;
  /** Of every random choice. */
  readonly seed: number;
  /** Bars of a future; those before the clock's moment are history. */
  readonly bars: Bars;
  /** Who may log in. @default one user, see `SANDBOX_USER` */
  readonly users?: readonly SandboxUserOptions[];
  /** Which guesses about the venue are switched. */
  readonly guesses?: Partial<TradovateGuesses>;
  /** Faults from the start. */
  readonly faults?: readonly FaultPlan[];
  /** Names of its hosts. @default the venue's own */
  readonly hosts?: SandboxHosts;
  /** Number of the first order or other entity. @default 700001 */
  readonly firstId?: number;
  /** Most contracts that one order gets at one moment. @default no limit */
  readonly lotsAtOnce?: number;
  /** Fee of a contract and side, micro-dollars. @default the instrument's own */
  readonly feePerSideMicros?: number;
  /** Milliseconds that parts of the venue take. */
  readonly delays?: Partial<SandboxDelays>;
}

/** Milliseconds that parts of the venue take. */
export interface SandboxDelays {
  /** From an answer to the first event. */
  readonly eventMs: number;
  /** To judge the risk of an order. */
  readonly riskMs: number;
  /** To the exchange. */
  readonly exchangeMs: number;
}

/** As fast as a near-by venue. */
export const SANDBOX_DELAYS: SandboxDelays = { eventMs: 2, riskMs: 5, exchangeMs: 15 };

/** The user that a sandbox has when nobody names one. */
export const SANDBOX_USER: SandboxUserOptions = {
  ...{ name: "sandbox", password: "sandbox", appId: "trading-ai", cid: 8, sec: "sandbox" },
  accounts: [{ name: "DEMO1", cashMicros: 50_000_000_000 }],
};

import type { TimerClock } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { FaultPlan } from "../fault_script.ts";
import type { ProjectxGuesses } from "./gateway_guesses.ts";

/** An account of the gateway's user. */
export interface GatewayAccountOptions {
  /** Stage and size stand in it alone, for example `PRAC-50K`. */
  readonly name: string;
  /** Cash at the start, whole micro-dollars. */
  readonly cashMicros: number;
  /** How the account protects positions, as set in the web platform. @default "position" */
  readonly brackets?: "position" | "auto-oco";
  /** Whether a client is to see it. @default true */
  readonly isVisible?: boolean;
  /** Copies another account: cancels nothing. */
  readonly isFollower?: true;
  /** Trades for real: cancels and closes nothing in part by this way. */
  readonly isLive?: true;
  /** Most contracts held at a time. @default no limit */
  readonly maxPosition?: number;
  /** Loss of one day at which the firm closes everything until the next, micro-dollars. */
  readonly dailyLossMicros?: number;
  /** Loss from the start at which the account ends, micro-dollars. */
  readonly maxLossMicros?: number;
}

/** Names of the hosts of a gateway. */
export interface GatewayHosts {
  /** Calls. */
  readonly api: string;
  /** Both hubs. */
  readonly rtc: string;
}

/** TopstepX's own hosts, whose names mean nothing outside this process. */
export const PROJECTX_HOST_NAMES: GatewayHosts = {
  api: "api.topstepx.com",
  rtc: "rtc.topstepx.com",
};

/** The pair that a sandbox takes when nobody gives another: made up, so no secret. */
export const GATEWAY_KEY = { userName: "sandbox", apiKey: "sandbox" } as const;

/** Accounts that a sandbox has when nobody names others. */
export const GATEWAY_ACCOUNTS: readonly GatewayAccountOptions[] = [
  { name: "PRAC-50K", cashMicros: 50_000_000_000, brackets: "auto-oco" },
  { name: "EXPRESS-50K", cashMicros: 50_000_000_000 },
  { name: "HIDDEN-50K", cashMicros: 50_000_000_000, isVisible: false },
  { name: "FOLLOWER-50K", cashMicros: 50_000_000_000, isFollower: true },
  { name: "LIVE-50K", cashMicros: 50_000_000_000, isLive: true },
];

/** What a sandbox of ProjectX is made of. */
export interface ProjectxSandboxOptions {
  /** Its only clock; the market stands where this stands in the bars. */
  readonly clock: TimerClock;
  /** Of every random choice. */
  readonly seed: number;
  /** Bars of a future; those before the clock's moment are history. */
  readonly bars: Bars;
  /** Accounts of its user. @default `GATEWAY_ACCOUNTS` */
  readonly accounts?: readonly GatewayAccountOptions[];
  /** Which guesses about the gateway are switched. */
  readonly guesses?: Partial<ProjectxGuesses>;
  /** Faults from the start. */
  readonly faults?: readonly FaultPlan[];
  /** Names of its hosts. @default their own */
  readonly hosts?: GatewayHosts;
  /** Most contracts that one order gets at one moment. @default no limit */
  readonly lotsAtOnce?: number;
  /** Fee of a contract and side, micro-dollars. @default the instrument's own */
  readonly feePerSideMicros?: number;
}

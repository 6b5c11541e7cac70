import { InputError, scaledClock, type TimerClock } from "../lib/core/mod.ts";
import {
  type DataRequest,
  type InstrumentRequest,
  openData,
  requestedInstrument,
} from "../lib/data/mod.ts";
import type { Bars } from "../lib/market/mod.ts";
import {
  controlServer,
  createProjectxSandbox,
  createTradovateSandbox,
  type FaultPlan,
  GATEWAY_ACCOUNTS,
  GATEWAY_KEY,
  type GatewayHosts,
  parseFault,
  PROJECTX_FAULTS,
  PROJECTX_HOST_NAMES,
  type ProjectxSandbox,
  SANDBOX_USER,
  type SandboxHosts,
  serveSandbox,
  switchProjectxGuesses,
  switchTradovateGuesses,
  TRADOVATE_FAULTS,
  TRADOVATE_HOST_NAMES,
  type TradovateSandbox,
} from "../lib/sandbox/mod.ts";
import { simulateBars, type SimulationOptions } from "../lib/simulator/mod.ts";
import { usdToMicros } from "../lib/trading/mod.ts";

/** Venues that have a double. */
export const SANDBOX_BROKERS = ["tradovate", "projectx"] as const;

/** Where the bars of a sandbox come from: a file, or a simulated world. */
export type SandboxBars =
  | { readonly kind: "data"; readonly request: DataRequest }
  | {
    readonly kind: "world";
    readonly instrument: InstrumentRequest;
    /** Without a start the market's time is the wall's. */
    readonly options: Omit<SimulationOptions, "instrument" | "start"> & {
      readonly start: number | null;
    };
  };

/** No holidays shut a market for longer. */
const LONGEST_BREAK_MS = 5 * 86_400_000;

/**
 * Bars that have been when a sandbox begins: a system of the default features looks back on 7,200
 * bars of a minute, its models' windows and what settles their positions come on top.
 */
export const DEFAULT_HISTORY = 10_000;

/** What is asked of a sandbox. */
export interface SandboxRequest {
  readonly broker: typeof SANDBOX_BROKERS[number];
  readonly bars: SandboxBars;
  /** Bars that have been when it begins; null for {@linkcode DEFAULT_HISTORY} or half of all. */
  readonly history: number | null;
  /** How many times as fast as the wall its time runs. */
  readonly speed: number;
  /** Of its first host; the others follow. 0 for any that are free. */
  readonly port: number;
  readonly cashUsd: number;
  /** Fee of a lot and side, dollars; the instrument's own when left out. */
  readonly feeUsd: number | null;
  /** Faults as `parseFault` reads them. */
  readonly faults: readonly string[];
  /** Guesses as `switchTradovateGuesses` reads them. */
  readonly guesses: readonly string[];
  readonly seed: number;
}

/** What `sandbox --json` prints once it can be reached. */
export interface SandboxDocument {
  readonly broker: string;
  /** Address of each host. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Where faults are scripted and the truth is told. */
  readonly control: string;
  /** Keys that it takes; made up, so no secret. */
  readonly keys: Readonly<Record<string, string | number>>;
  readonly symbol: string;
  readonly contracts: readonly string[];
  /** Moment at which it began, and how fast its time runs. */
  readonly now: string;
  /** When its bars are over: nothing trades any more from then on. */
  readonly ends: string;
  readonly speed: number;
  readonly seed: number;
  readonly faults: readonly string[];
}

/**
 * Runs a double of a venue on this machine until it is stopped.
 *
 * @param onReady told once it can be reached
 * @param onOver told when its bars are over
 * @throws {InputError} when bars, faults, guesses or the port are not usable
 */
export async function runSandbox(
  request: SandboxRequest,
  { clock: wall, onOver = () => {}, onReady, signal }: {
    readonly clock: TimerClock;
    readonly onReady: (document: SandboxDocument) => void;
    readonly onOver?: () => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { bars, first } = await openMarket(request, wall.now());
  using clock = scaledClock(wall, first, request.speed);
  const venue = VENUES[request.broker];
  const faults = request.faults.map((text) => parseFault(text, Object.keys(venue.faults), first));
  venue.checkGuesses(request.guesses);
  const ports = listen([...venue.hosts, "control"], request.port);
  try {
    const { keys, sandbox } = venue.open(request, { bars, clock, faults }, ports.hosts);
    const begun = new Date(wall.now()).toISOString();
    const ends = bars.time.at(-1)! + bars.intervalMs;
    const control = controlServer(sandbox, venue.faults, {
      ...{ clock, speed: request.speed, begun, ends },
    });
    ports.attach({ ...sandbox.servers, [ports.hosts.control!]: control });
    const { control: controlHost, ...hosts } = ports.hosts;
    onReady({
      ...{ broker: request.broker, hosts, control: `http://${controlHost}` },
      keys,
      ...{ symbol: bars.instrument.symbol, contracts: sandbox.contracts },
      ...{ now: new Date(first).toISOString(), ends: new Date(ends).toISOString() },
      ...{ speed: request.speed, seed: request.seed },
      faults: request.faults,
    });
    const cancel = clock.after(ends - first, onOver);
    await stopped(signal);
    cancel();
    sandbox.close();
  } finally {
    await ports.close();
  }
}

/** What every double is made of. */
interface Market {
  readonly bars: Bars;
  readonly clock: TimerClock;
  readonly faults: readonly FaultPlan[];
}

/** A double as the command sees it. */
interface Venue {
  readonly hosts: readonly string[];
  readonly faults: Readonly<Record<string, { readonly id: string; readonly does: string }>>;
  readonly checkGuesses: (texts: readonly string[]) => void;
  readonly open: (
    request: SandboxRequest,
    market: Market,
    hosts: Readonly<Record<string, string>>,
  ) => {
    readonly sandbox: TradovateSandbox | ProjectxSandbox;
    readonly keys: SandboxDocument["keys"];
  };
}

const VENUES: Readonly<Record<typeof SANDBOX_BROKERS[number], Venue>> = {
  tradovate: {
    hosts: Object.keys(TRADOVATE_HOST_NAMES),
    faults: TRADOVATE_FAULTS,
    checkGuesses: switchTradovateGuesses,
    open: (request, market, hosts) => {
      const { accounts: [account], appId, cid, name, password, sec } = SANDBOX_USER;
      const cashMicros = usdToMicros(request.cashUsd);
      return {
        sandbox: createTradovateSandbox({
          ...{ ...market, seed: request.seed, hosts: hosts as unknown as SandboxHosts },
          guesses: switchTradovateGuesses(request.guesses),
          users: [{ ...SANDBOX_USER, accounts: [{ ...account!, cashMicros }] }],
          ...feeOf(request),
        }),
        keys: { name, password, appId, cid, sec, account: account!.name },
      };
    },
  },
  projectx: {
    hosts: Object.keys(PROJECTX_HOST_NAMES),
    faults: PROJECTX_FAULTS,
    checkGuesses: switchProjectxGuesses,
    open: (request, market, hosts) => {
      const cashMicros = usdToMicros(request.cashUsd);
      return {
        sandbox: createProjectxSandbox({
          ...{ ...market, seed: request.seed, hosts: hosts as unknown as GatewayHosts },
          guesses: switchProjectxGuesses(request.guesses),
          accounts: GATEWAY_ACCOUNTS.map((account) => ({ ...account, cashMicros })),
          ...feeOf(request),
        }),
        keys: { ...GATEWAY_KEY, account: GATEWAY_ACCOUNTS[0]!.name },
      };
    },
  },
};

function feeOf({ feeUsd }: SandboxRequest): { readonly feePerSideMicros?: number } {
  return feeUsd === null ? {} : { feePerSideMicros: usdToMicros(feeUsd) };
}

/** A market is shut for up to a half of the time: history reaches back so much further. */
const SPAN_OF_OPEN = 2;

/** The bars, and the moment in them at which the sandbox begins. */
async function openMarket(
  { bars: from, history }: SandboxRequest,
  now: number,
): Promise<{ readonly bars: Bars; readonly first: number }> {
  const firstOf = (bars: Bars): number => bars.time[historyOf(bars, history)]!;
  if (from.kind === "data") {
    const { bars } = await openData(from.request);
    return { bars, first: firstOf(bars) };
  }
  const instrument = requestedInstrument(from.instrument);
  const { start, ...options } = from.options;
  if (start !== null) {
    const bars = simulateBars({ ...options, start, instrument });
    return { bars, first: firstOf(bars) };
  }
  const spanMs = (history ?? DEFAULT_HISTORY) * options.intervalMs;
  const back = Math.max(spanMs * SPAN_OF_OPEN, LONGEST_BREAK_MS);
  const length = options.bars + Math.ceil(back / options.intervalMs);
  const bars = simulateBars({ ...options, start: now - back, bars: length, instrument });
  return { bars, first: now };
}

/** @throws {InputError} when no bar is left to be traded */
function historyOf({ length }: Bars, history: number | null): number {
  if (history === null) return Math.min(DEFAULT_HISTORY, Math.floor(length / 2));
  if (history < length) return history;
  throw new InputError(`Cannot begin after ${history} bars as there are only ${length}`, {
    where: "--history",
    remedy: `choose fewer than ${length}, or a market of more bars`,
  });
}

const LAST_PORT = 65_535;

function listen(names: readonly string[], port: number): ReturnType<typeof serveSandbox> {
  if (port + names.length - 1 > LAST_PORT) {
    throw new InputError(`Cannot open ${names.length} ports from ${port} on`, {
      where: "--port",
      remedy: `choose one up to ${LAST_PORT - names.length + 1}, or 0 for any that are free`,
    });
  }
  try {
    return serveSandbox(names, port);
  } catch (error) {
    const isTaken = error instanceof Deno.errors.AddrInUse;
    if (!isTaken && !(error instanceof Deno.errors.PermissionDenied)) throw error;
    const reason = isTaken ? "somebody has one of them" : "this user may not open them";
    throw new InputError(`Cannot open the ports from ${port} on: ${reason}`, {
      where: "--port",
      remedy: "choose another, or 0 for any that are free",
      cause: error,
    });
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

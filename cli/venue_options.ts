import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../lib/core/mod.ts";
import { grantedPlaces, PROJECT_FOLDER } from "../lib/core/program.ts";
import type { TradingMode } from "../lib/trading/mod.ts";
import {
  type ProjectXUrls,
  TOPSTEPX,
  TRADOVATE_DEMO,
  TRADOVATE_LIVE,
  type TradovateUrls,
  type VenueRequest,
} from "../lib/venues/mod.ts";
import { integer, userPath } from "./options.ts";
import { FIRST_PORTS, LAST_FIRST_PORT } from "./sandbox_ports.ts";
import { KEY_VARIABLES, projectXKeys, tradovateKeys } from "./venue_keys.ts";

interface DoubleAddresses<Urls> {
  readonly urls: Urls;
  /** Where it tells its time. */
  readonly control: string;
}

/** A venue as the flags ask for it. */
export type AskedVenue = VenueRequest & {
  /** Of a double, where it tells its time; null for a venue. */
  readonly control: string | null;
};

/** Parsed values of the flags of a venue. */
export interface VenueFlags {
  readonly venue?: string;
  readonly account?: string;
  readonly keys?: string;
  readonly record?: string;
  readonly port?: number;
}

type KnownVenue =
  & { readonly name: string; readonly mode: TradingMode }
  & (
    | { readonly kind: "tradovate"; readonly urls: TradovateUrls }
    | { readonly kind: "projectx"; readonly urls: ProjectXUrls }
  );

/** The double of Tradovate on this machine, its hosts at one port after the other. */
function tradovateSandbox(port: number): DoubleAddresses<TradovateUrls> {
  const host = (offset: number): string => `127.0.0.1:${port + offset}`;
  return {
    urls: {
      auth: `http://${host(1)}/v1`,
      rest: `http://${host(1)}/v1`,
      user: `ws://${host(1)}/v1/websocket`,
      marketData: `ws://${host(2)}/v1/websocket`,
      replay: `ws://${host(4)}/v1/websocket`,
    },
    control: `http://${host(6)}`,
  };
}

/** The double of ProjectX, which has fewer hosts. */
function projectXSandbox(port: number): DoubleAddresses<ProjectXUrls> {
  const host = (offset: number): string => `127.0.0.1:${port + offset}`;
  return {
    urls: {
      rest: `http://${host(0)}`,
      userHub: `ws://${host(1)}/hubs/user`,
      marketHub: `ws://${host(1)}/hubs/market`,
    },
    control: `http://${host(2)}`,
  };
}

/** Keys of the doubles, which are no secret. */
const SANDBOX_KEYS = {
  tradovate: {
    ...{ name: "sandbox", password: "sandbox", appId: "trading-ai", appVersion: "1.0", cid: 8 },
    ...{ sec: "sandbox", deviceId: "this-machine" },
  },
  projectx: { userName: "sandbox", apiKey: "sandbox" },
} as const;

const TRADOVATE = { kind: "tradovate", name: "tradovate" } as const;
const PROJECTX = { kind: "projectx", name: "projectx", urls: TOPSTEPX } as const;

/** Venues by the task that reaches them. */
const VENUES: Readonly<Record<string, KnownVenue>> = {
  "tradovate-sandbox": {
    ...{ ...TRADOVATE, name: "tradovate-sandbox", mode: "demo" },
    urls: tradovateSandbox(FIRST_PORTS.tradovate).urls,
  },
  "tradovate-paper": { ...TRADOVATE, mode: "paper", urls: TRADOVATE_DEMO },
  "tradovate-demo": { ...TRADOVATE, mode: "demo", urls: TRADOVATE_DEMO },
  "tradovate-live": { ...TRADOVATE, mode: "live", urls: TRADOVATE_LIVE },
  "projectx-sandbox": {
    ...{ ...PROJECTX, name: "projectx-sandbox", mode: "demo" },
    urls: projectXSandbox(FIRST_PORTS.projectx).urls,
  },
  "projectx-paper": { ...PROJECTX, mode: "paper" },
  "projectx-demo": { ...PROJECTX, mode: "demo" },
  "projectx-live": { ...PROJECTX, mode: "live" },
  // To look and to download: nothing is traded.
  tradovate: { ...TRADOVATE, mode: "demo", urls: TRADOVATE_DEMO },
  projectx: { ...PROJECTX, mode: "paper" },
};

/** Adds the flags that say whose account is reached, and with which keys. */
export function addVenueOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--venue <name>", "set by the task, for example trade:tradovate-demo")
        .choices(Object.keys(VENUES)).argParser(oneVenue),
    )
    .option("--account <name>", "account at the venue (default: the only one that there is)")
    .option(
      "--port <n>",
      "first port of a double on this machine " +
        `(default: ${FIRST_PORTS.tradovate}, of ProjectX ${FIRST_PORTS.projectx})`,
      integer(1, LAST_FIRST_PORT),
    )
    .option(
      "--keys <file>",
      "file of mode 600 with the venue's keys (default: keys/tradovate.json or keys/projectx.json, " +
        `where ${KEY_VARIABLES.tradovate.name} and its like, or ` +
        `${KEY_VARIABLES.projectx.userName}, are not set)`,
      userPath,
    )
    .option(
      "--record <name>",
      "write down what passes between this machine and the venue, without keys, tokens, names and " +
        "numbers of accounts, into recordings/NAME",
    );
}

/** Hosts do not tell a practice account from one with money: the first name is that of the task. */
function oneVenue(name: string, before: string | undefined): string {
  if (!Object.hasOwn(VENUES, name)) {
    throw new InvalidArgumentError(`Allowed choices are ${Object.keys(VENUES).join(", ")}.`);
  }
  if (before === undefined || before === name) return name;
  throw new InputError(`Cannot reach ${name} by the task of ${before}`, {
    where: "--venue",
    remedy: `leave it out, or run the task of ${name}`,
  });
}

/** The venue that the flags name; null for none. @throws {InputError} when its keys are missing */
export function venueRequest(flags: VenueFlags): AskedVenue | null {
  const { keys, port, venue } = flags, account = flags.account ?? null;
  const known = venue === undefined ? undefined : VENUES[venue];
  if (known === undefined) return null;
  const isSandbox = known.name.endsWith("-sandbox");
  if (port !== undefined && !isSandbox) {
    throw new InputError("Cannot choose the port of a venue", {
      where: "--port",
      remedy: "leave it out: it is for doubles on this machine",
    });
  }
  requireReach(venue!);
  const first = port ?? FIRST_PORTS[known.kind];
  if (known.kind === "projectx") {
    return isSandbox
      ? { ...known, ...projectXSandbox(first), account, credentials: SANDBOX_KEYS.projectx }
      : { ...known, control: null, account, credentials: projectXKeys(keys) };
  }
  return isSandbox
    ? { ...known, ...tradovateSandbox(first), account, credentials: SANDBOX_KEYS.tradovate }
    : { ...known, control: null, account, credentials: tradovateKeys(keys) };
}

/**
 * The task of a venue may reach hosts that its command alone may not; that of a double, which is on
 * this machine, may write where that may not.
 *
 * @throws {InputError} when this task may not reach the venue
 */
function requireReach(venue: string): void {
  const command = Deno.args[0] ?? "trade", task = `${command}:${venue}`;
  const beyond = (kind: "net" | "write"): readonly string[] =>
    grantedPlaces(task, kind).filter((place) => !grantedPlaces(command, kind).includes(place));
  const isGranted = (descriptor: Deno.PermissionDescriptor): boolean =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const hosts = beyond("net"), folders = beyond("write");
  const isReached = hosts.length > 0
    ? hosts.every((host) => isGranted({ name: "net", host }))
    : folders.length > 0 &&
      folders.every((folder) => isGranted({ name: "write", path: join(PROJECT_FOLDER, folder) }));
  if (isReached) return;
  throw new InputError(`Cannot reach ${venue} here: this task may not`, {
    where: "--venue",
    remedy: grantedPlaces(task, "net").length === 0
      ? "leave --venue out and run a task of that venue: `deno task` lists them"
      : `leave --venue out and run \`deno task ${task}\``,
  });
}

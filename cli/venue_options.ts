import { type Command, Option } from "commander";
import { join } from "node:path";
import { InputError, parseJson } from "../lib/core/mod.ts";
import { PROJECT_FOLDER } from "../lib/core/program.ts";
import type { TradingMode } from "../lib/trading/mod.ts";
import {
  type ProjectXUrls,
  TOPSTEPX,
  TRADOVATE_DEMO,
  TRADOVATE_LIVE,
  type TradovateCredentials,
  type TradovateUrls,
  type VenueRequest,
} from "../lib/venues/mod.ts";
import { integer, userPath } from "./options.ts";
import { FIRST_PORTS } from "./sandbox_ports.ts";

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
    ...{ name: "sandbox", password: "sandbox", appId: "trading-ai", cid: "8", sec: "sandbox" },
    deviceId: "this-machine",
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

/** Variables that keys are taken from, by venue and field; the first says whether they are. */
const VARIABLES = {
  tradovate: {
    name: "TRADOVATE_NAME",
    password: "TRADOVATE_PASSWORD",
    appId: "TRADOVATE_APP_ID",
    cid: "TRADOVATE_CID",
    sec: "TRADOVATE_SEC",
    deviceId: "TRADOVATE_DEVICE_ID",
  },
  projectx: { userName: "PROJECTX_USER_NAME", apiKey: "PROJECTX_API_KEY" },
} as const;

type VenueKind = keyof typeof VARIABLES;

/** Adds the flags that say whose account is reached, and with which keys. */
export function addVenueOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--venue <name>", "set by the task, for example trade:tradovate-demo").choices(
        Object.keys(VENUES),
      ),
    )
    .option("--account <name>", "account at the venue (default: the only one that there is)")
    .option(
      "--port <n>",
      "first port of a double on this machine " +
        `(default: ${FIRST_PORTS.tradovate}, of ProjectX ${FIRST_PORTS.projectx})`,
      integer(1),
    )
    .option(
      "--keys <file>",
      "file of mode 600 with the venue's keys (default: keys/tradovate.json or keys/projectx.json, " +
        `where ${VARIABLES.tradovate.name} and its like, or ${VARIABLES.projectx.userName}, are ` +
        "not set)",
      userPath,
    )
    .option(
      "--record <name>",
      "write down what passes between this machine and the venue, without keys, tokens, names and " +
        "numbers of accounts, into recordings/NAME",
    );
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
  const { kind } = known, first = port ?? FIRST_PORTS[kind];
  if (kind === "projectx") {
    const credentials = isSandbox ? SANDBOX_KEYS.projectx : readKeys(kind, keys);
    const reached = isSandbox ? projectXSandbox(first) : { urls: known.urls, control: null };
    return { ...known, ...reached, account, credentials };
  }
  const credentials = tradovateKeys(isSandbox ? SANDBOX_KEYS.tradovate : readKeys(kind, keys));
  const reached = isSandbox ? tradovateSandbox(first) : { urls: known.urls, control: null };
  return { ...known, ...reached, account, credentials };
}

function tradovateKeys(
  { cid: number, ...fields }: Readonly<Record<keyof typeof VARIABLES.tradovate, string>>,
): TradovateCredentials {
  const cid = Number(number);
  if (!Number.isSafeInteger(cid)) {
    throw new InputError("Cannot read cid as a number", { where: "cid" });
  }
  return { ...fields, cid, appVersion: "1.0" };
}

/** Keys of a venue, from variables where these are set, else from a file. */
function readKeys<Kind extends VenueKind>(
  kind: Kind,
  file: string | undefined,
): Readonly<Record<keyof typeof VARIABLES[Kind], string>> {
  const variables: Readonly<Record<string, string>> = VARIABLES[kind];
  const [first] = Object.values(variables);
  const isSet = file === undefined && Deno.env.get(first!) !== undefined;
  const path = file ?? join(PROJECT_FOLDER, "keys", `${kind}.json`);
  const fields = isSet ? null : fileFields(path, Object.values(variables));
  const keys = Object.entries(variables).map(([name, variable]) => {
    const value = fields === null ? Deno.env.get(variable) : fields[name];
    const isThere = (typeof value === "string" || typeof value === "number") && value !== "";
    if (isThere) return [name, `${value}`];
    throw new InputError(`Cannot log in at the venue as ${name} is missing`, {
      where: isSet ? first! : path,
      remedy: `set ${variable}, or write ${name} into the file of keys, see docs/brokers.md`,
    });
  });
  return Object.fromEntries(keys);
}

function fileFields(path: string, variables: readonly string[]): Readonly<Record<string, unknown>> {
  try {
    const { mode } = Deno.statSync(path);
    if (mode !== null && (mode & 0o077) !== 0) {
      throw new InputError("Cannot use keys that others may read", {
        where: path,
        remedy: `chmod 600 ${path}`,
      });
    }
    return parseJson(Deno.readTextFileSync(path)) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError("Cannot log in at the venue without keys", {
      where: path,
      remedy: `set ${variables.join(", ")}, or write that file with mode 600`,
    });
  }
}

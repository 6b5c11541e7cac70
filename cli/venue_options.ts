import { type Command, Option } from "commander";
import { join } from "node:path";
import { InputError, parseJson } from "../lib/core/mod.ts";
import { PROJECT_FOLDER } from "../lib/core/program.ts";
import type { TradingMode } from "../lib/trading/mod.ts";
import {
  TRADOVATE_DEMO,
  TRADOVATE_LIVE,
  type TradovateCredentials,
  type TradovateUrls,
} from "../lib/venues/mod.ts";
import type { VenueRequest } from "../tasks/trade/traded_venue.ts";
import { userPath } from "./options.ts";

/** Parsed values of the flags of a venue. */
export interface VenueFlags {
  readonly venue?: string;
  readonly account?: string;
  readonly keys?: string;
}

interface KnownVenue {
  readonly name: string;
  readonly mode: TradingMode;
  readonly urls: TradovateUrls;
}

/** The double on this machine, at the ports that `deno task sandbox` takes. */
const SANDBOX: TradovateUrls = {
  auth: "http://127.0.0.1:8791/v1",
  rest: "http://127.0.0.1:8791/v1",
  user: "ws://127.0.0.1:8791/v1/websocket",
  marketData: "ws://127.0.0.1:8792/v1/websocket",
  replay: "ws://127.0.0.1:8794/v1/websocket",
};

/** Keys of the double, which are no secret. */
const SANDBOX_KEYS = {
  name: "sandbox",
  password: "sandbox",
  appId: "trading-ai",
  cid: 8,
  sec: "sandbox",
};

/** Venues by the task that reaches them. */
const VENUES: Readonly<Record<string, KnownVenue>> = {
  "tradovate-sandbox": { name: "tradovate-sandbox", mode: "demo", urls: SANDBOX },
  "tradovate-paper": { name: "tradovate", mode: "paper", urls: TRADOVATE_DEMO },
  "tradovate-demo": { name: "tradovate", mode: "demo", urls: TRADOVATE_DEMO },
  "tradovate-live": { name: "tradovate", mode: "live", urls: TRADOVATE_LIVE },
};

/** Variables that keys are taken from, by field. */
const VARIABLES = {
  name: "TRADOVATE_NAME",
  password: "TRADOVATE_PASSWORD",
  appId: "TRADOVATE_APP_ID",
  cid: "TRADOVATE_CID",
  sec: "TRADOVATE_SEC",
  deviceId: "TRADOVATE_DEVICE_ID",
} as const;

/** Where keys stand when no flag says it. */
const KEYS_FILE = join(PROJECT_FOLDER, "keys", "tradovate.json");

/** Adds the flags that say whose account is reached, and with which keys. */
export function addVenueOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--venue <name>", "set by the task, for example trade:tradovate-demo").choices(
        [...Object.keys(VENUES), "tradovate"],
      ),
    )
    .option("--account <name>", "account at the venue (default: the only one that there is)")
    .option(
      "--keys <file>",
      "file of mode 600 with the venue's keys (default: keys/tradovate.json, where " +
        `${VARIABLES.name} and its like are not set)`,
      userPath,
    );
}

/** The venue that the flags name; null for none. @throws {InputError} when its keys are missing */
export function venueRequest({ account, keys, venue }: VenueFlags): VenueRequest | null {
  const known = venue === undefined
    ? undefined
    : VENUES[venue === "tradovate" ? "tradovate-demo" : venue];
  if (known === undefined) return null;
  return {
    ...known,
    account: account ?? null,
    credentials: known.urls === SANDBOX ? sandboxKeys() : readKeys(keys),
  };
}

function sandboxKeys(): TradovateCredentials {
  return { ...SANDBOX_KEYS, appVersion: "1.0", deviceId: "this-machine" };
}

function readKeys(file: string | undefined): TradovateCredentials {
  const fields = file === undefined && variable("name") !== undefined
    ? Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, variable(name)]))
    : fileFields(file ?? KEYS_FILE);
  const where = file ?? (variable("name") === undefined ? KEYS_FILE : VARIABLES.name);
  const text = (name: keyof typeof VARIABLES): string => {
    const value = fields[name];
    if ((typeof value === "string" || typeof value === "number") && value !== "") return `${value}`;
    throw new InputError(`Cannot log in at the venue as ${name} is missing`, {
      where,
      remedy: `set ${VARIABLES[name]}, or write ${name} into the file of keys, see docs/brokers.md`,
    });
  };
  const cid = Number(text("cid"));
  if (!Number.isSafeInteger(cid)) throw new InputError("Cannot read cid as a number", { where });
  return {
    ...{ name: text("name"), password: text("password"), appId: text("appId"), cid },
    ...{ sec: text("sec"), deviceId: text("deviceId"), appVersion: "1.0" },
  };
}

function variable(name: string): string | undefined {
  return Deno.env.get(VARIABLES[name as keyof typeof VARIABLES]);
}

function fileFields(path: string): Readonly<Record<string, unknown>> {
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
      remedy: `set ${Object.values(VARIABLES).join(", ")}, or write that file with mode 600`,
    });
  }
}

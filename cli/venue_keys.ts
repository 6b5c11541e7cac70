import { join } from "node:path";
import { InputError, jsonOrUndefined } from "../lib/core/mod.ts";
import { PROJECT_FOLDER } from "../lib/core/program.ts";
import type { ProjectXCredentials, TradovateCredentials } from "../lib/venues/mod.ts";

/** Variables that keys are taken from, by venue and field; the first says whether they are. */
export const KEY_VARIABLES = {
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

type VenueKind = keyof typeof KEY_VARIABLES;

/** Keys as text, and where one of them stands, in words. */
interface FoundKeys<Kind extends VenueKind> {
  readonly keys: Readonly<Record<keyof typeof KEY_VARIABLES[Kind], string>>;
  readonly placeOf: (field: keyof typeof KEY_VARIABLES[Kind]) => string;
}

/**
 * Keys of Tradovate, from variables where these are set, else from a file.
 *
 * @param file to be read in place of `keys/tradovate.json`, and of the variables
 * @throws {InputError} when one is missing or none
 */
export function tradovateKeys(file: string | undefined): TradovateCredentials {
  const { keys: { cid: number, ...fields }, placeOf } = readKeys("tradovate", file);
  const cid = Number(number);
  if (Number.isSafeInteger(cid)) return { ...fields, cid, appVersion: "1.0" };
  throw new InputError("Cannot read the number of the API key (cid) as a whole number", {
    where: placeOf("cid"),
    remedy: "copy it from the venue's page of API keys, see docs/brokers.md",
  });
}

/**
 * Keys of ProjectX, from variables where these are set, else from a file.
 *
 * @param file to be read in place of `keys/projectx.json`, and of the variables
 * @throws {InputError} when one is missing
 */
export function projectXKeys(file: string | undefined): ProjectXCredentials {
  return readKeys("projectx", file).keys;
}

function readKeys<Kind extends VenueKind>(kind: Kind, file: string | undefined): FoundKeys<Kind> {
  const variables: Readonly<Record<string, string>> = KEY_VARIABLES[kind];
  const isSet = file === undefined &&
    Object.values(variables).some((variable) => Deno.env.get(variable) !== undefined);
  const path = file ?? join(PROJECT_FOLDER, "keys", `${kind}.json`);
  const fields = isSet ? null : fileFields(path, Object.values(variables));
  const placeOf = (field: string): string => isSet ? variables[field]! : `${path}, ${field}`;
  const keys = Object.entries(variables).map(([name, variable]) => {
    const value = fields === null ? Deno.env.get(variable) : fields[name];
    const isThere = (typeof value === "string" || typeof value === "number") && value !== "";
    if (isThere) return [name, `${value}`];
    throw new InputError(`Cannot log in at the venue as ${name} is missing`, {
      where: placeOf(name),
      remedy: isSet
        ? `set ${variable} beside the others, or none of them and write ${path}, see docs/brokers.md`
        : `write ${name} into the file of keys, see docs/brokers.md`,
    });
  });
  return { keys: Object.fromEntries(keys), placeOf: (field) => placeOf(field as string) };
}

function fileFields(path: string, variables: readonly string[]): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    const { mode } = Deno.statSync(path);
    if (mode !== null && (mode & 0o077) !== 0) {
      throw new InputError("Cannot use keys that others may read", {
        where: path,
        remedy: `chmod 600 ${path}`,
      });
    }
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError("Cannot log in at the venue without keys", {
      where: path,
      remedy: `set ${variables.join(", ")}, or write that file with mode 600`,
    });
  }
  const fields = objectOf(text);
  if (fields !== null) return fields;
  // What a parser says repeats what it has read.
  throw new InputError("Cannot read keys as this is no object in JSON", {
    where: path,
    remedy: "write it as docs/brokers.md shows it",
  });
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  const value = jsonOrUndefined(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as Readonly<Record<string, unknown>> : null;
}

import { InputError } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { ProjectXContract } from "./gateway_entities.ts";
import type { ProjectXClient } from "./projectx_client.ts";

/** Roots that are not the exchange's own symbol. */
const ROOTS: Readonly<Record<string, string>> = {
  ...{ ES: "EP", NQ: "ENQ", CL: "CLE", MCL: "MCLE", GC: "GCE", SI: "SIE", QG: "NQG" },
  ...{ "6A": "DA6", "6B": "BP6", "6C": "CA6", "6E": "EU6", E7: "EEU", "6J": "JY6" },
  ...{ "6M": "MX6", ZN: "TYA", ZF: "FVA" },
};

const WATCH = { priority: "watch" } as const;

/**
 * Finds a contract, and holds its tick and value against the instrument that it is traded as.
 *
 * @param name as the exchange writes it, `MESZ6`, or as the gateway does, `CON.F.US.MES.Z26`
 * @param mayBeOver whether one that orders are not taken for any more will do, to see what is left of it
 * @throws {InputError} when there is none, it is not traded now, or it is something else
 */
export async function requireProjectXContract(
  client: ProjectXClient,
  name: string,
  instrument: Pick<Instrument, "symbol" | "tickSize" | "pointValue">,
  mayBeOver = false,
): Promise<ProjectXContract> {
  const id = name.startsWith("CON.") ? name : contractIdOf(instrument.symbol, name);
  const contract = client.requireDone(await client.contract(id, WATCH), `look up ${name}`);
  if (contract === null) {
    throw new InputError(`Cannot trade ${name} as the gateway has no contract ${id}`, {
      where: "--symbol",
      remedy: `name one of its contracts, for example ${instrument.symbol}Z6`,
    });
  }
  if (!contract.isActive && !mayBeOver) {
    throw new InputError(`Cannot trade ${name} as the gateway takes orders of another month now`, {
      ...{ where: "--symbol", remedy: "name the month that is active" },
    });
  }
  requireSame(contract, instrument);
  return contract;
}

/**
 * The contract of an instrument that orders are taken for.
 *
 * @throws {InputError} when there is none, or not just one
 */
export async function activeProjectXContract(
  client: ProjectXClient,
  instrument: Pick<Instrument, "symbol" | "tickSize" | "pointValue">,
): Promise<ProjectXContract> {
  const { symbol } = instrument;
  const found = client.requireDone(
    await client.searchContracts(symbol, WATCH),
    `look for ${symbol}`,
  );
  // The search gives whatever looks alike.
  const root = rootOf(symbol);
  const matching = found.filter(({ id, isActive }) => isActive && id.split(".").at(-2) === root);
  const [contract] = matching;
  if (contract === undefined || matching.length > 1) {
    throw new InputError(
      contract === undefined
        ? `Cannot find an active contract of ${symbol} at ProjectX`
        : `Cannot choose between ${matching.map(({ id }) => id).join(" and ")}`,
      { where: "--symbol", remedy: `name the contract, for example ${symbol}Z6` },
    );
  }
  requireSame(contract, instrument);
  return contract;
}

/** The gateway's own name of a contract, as its documents build it. */
export function contractIdOf(symbol: string, name: string): string {
  const [, month, year] = /([FGHJKMNQUVXZ])(\d{1,2})$/.exec(name) ?? [];
  if (!name.startsWith(symbol) || month === undefined) {
    throw new InputError(`Cannot read ${name} as a contract of ${symbol}`, {
      where: "--symbol",
      remedy: `name month and year, for example ${symbol}Z6`,
    });
  }
  const digits = year!.length === 2 ? year! : `2${year}`;
  return `CON.F.US.${rootOf(symbol)}.${month}${digits}`;
}

function rootOf(symbol: string): string {
  return Object.hasOwn(ROOTS, symbol) ? ROOTS[symbol]! : symbol;
}

function requireSame(
  { name, tickSize: tick, tickValue }: ProjectXContract,
  { pointValue, symbol, tickSize }: Pick<Instrument, "symbol" | "tickSize" | "pointValue">,
): void {
  const isSame = Math.abs(tick - tickSize) < 1e-9 * tickSize &&
    Math.abs(tickValue - tickSize * pointValue) < 1e-9 * tickValue;
  if (isSame) return;
  throw new InputError(
    `Cannot trade ${name} as ${symbol}: at the venue a tick is ${tick} and worth ${tickValue} ` +
      `dollars, here ${tickSize} and ${tickSize * pointValue}`,
    { where: "--symbol", remedy: "correct the instrument, see docs/instruments.md" },
  );
}

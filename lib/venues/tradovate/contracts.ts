import { InputError, type JsonValue } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import { fieldsOf, type JsonFields, numberIn } from "../json_fields.ts";
import { readTime } from "./entities.ts";
import { nameIn, type TradovateClient } from "./tradovate_client.ts";

const WATCH = { priority: "watch" } as const;

/** A contract at the venue, and when it ends. */
export interface VenueContract {
  readonly name: string;
  readonly id: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * Finds a contract, and holds its tick and value against the instrument that it is traded as.
 *
 * @returns its number at the venue
 * @throws {InputError} when there is none, or it is something else
 */
export async function requireContract(
  client: TradovateClient,
  name: string,
  { pointValue, symbol, tickSize }: Instrument,
): Promise<number> {
  const found = await client.find("contract", name, WATCH);
  if (found.kind === "refused" && found.code === "missing") {
    throw new InputError(`Cannot trade ${name} as Tradovate has no such contract`, {
      where: "--symbol",
      remedy: `name one of its contracts, for example ${symbol}Z6`,
    });
  }
  const contract = fieldsOf(client.requireDone(found, `find ${name}`));
  const id = contract === null ? null : numberIn(contract, "id");
  const maturityId = contract === null ? null : numberIn(contract, "contractMaturityId");
  if (id === null || maturityId === null) throw new InputError(`Cannot read contract ${name}`);
  const maturity = fieldsOf(
    client.requireDone(await client.item("contractMaturity", maturityId, WATCH), `look up ${name}`),
  );
  const productId = maturity === null ? null : numberIn(maturity, "productId");
  if (productId === null) throw new InputError(`Cannot read when ${name} ends`);
  const product = fieldsOf(
    client.requireDone(await client.item("product", productId, WATCH), `look up what ${name} is`),
  );
  const tick = product === null ? null : numberIn(product, "tickSize");
  const point = product === null ? null : numberIn(product, "valuePerPoint");
  if (tick !== tickSize || point !== pointValue) {
    throw new InputError(
      `Cannot trade ${name} as ${symbol}: at the venue a tick is ${tick} and a point ${point} ` +
        `dollars, here ${tickSize} and ${pointValue}`,
      { where: "--symbol", remedy: "correct the instrument, see docs/instruments.md" },
    );
  }
  return id;
}

/**
 * The contract of an instrument that is traded most: by the venue's relevance, of those that do not
 * end within some days. Which one is the front month says nothing of that.
 *
 * @throws {InputError} when there is none
 */
export async function currentContract(
  client: TradovateClient,
  { symbol }: Pick<Instrument, "symbol">,
  daysBefore = 8,
): Promise<VenueContract> {
  const suggested = client.requireDone(
    await client.suggestContracts(symbol, WATCH),
    `look for ${symbol}`,
  );
  const now = client.options.clock.now(), from = now + daysBefore * 86_400_000;
  const tooShort: string[] = [];
  for (const item of suggested) {
    // A root may begin another one: ES and ESX.
    if (nameIn(item)?.slice(0, -2) !== symbol) continue;
    const contract = await contractOf(client, fieldsOf(item)!);
    if (contract.expiresAt >= from) return contract;
    tooShort.push(`${contract.name} ends ${shownDay(contract.expiresAt)}`);
  }
  const found = tooShort.length === 0
    ? "it lists none"
    : `${tooShort.join(", ")}, and it is ${shownDay(now)} here`;
  throw new InputError(
    `Cannot find a contract of ${symbol} at Tradovate that goes on for ${daysBefore} days: ${found}`,
    {
      where: "--symbol",
      remedy: tooShort.length === 0
        ? "name the contract, for example MESZ6"
        : "name one of them; a double that plays a file has the time of the file and cannot be " +
          "traded in time, one with --world can",
    },
  );
}

/** The contract behind another one. @throws {InputError} when there is none */
export async function nextContract(client: TradovateClient, name: string): Promise<VenueContract> {
  const rolled: JsonValue = client.requireDone(
    await client.rollContract(name, WATCH),
    `roll ${name}`,
  );
  const fields = fieldsOf(rolled);
  if (fields === null) throw new InputError(`Cannot roll ${name} as nothing comes behind it`);
  return await contractOf(client, fields);
}

async function contractOf(client: TradovateClient, fields: JsonFields): Promise<VenueContract> {
  const name = nameIn(fields) ?? "", id = numberIn(fields, "id");
  const maturityId = numberIn(fields, "contractMaturityId");
  if (id === null || maturityId === null) throw new InputError(`Cannot read contract ${name}`);
  const maturity = fieldsOf(
    client.requireDone(await client.item("contractMaturity", maturityId, WATCH), `look up ${name}`),
  );
  const date = maturity?.expirationDate;
  return { name, id, expiresAt: readTime(typeof date === "string" ? date : null) };
}

function shownDay(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : "at an unknown time";
}

import { jsonSha256, type JsonValue, RefusedError } from "../../core/mod.ts";
import { moneyIdentity, type OpenedData } from "../../data/mod.ts";
import { rowAt } from "../../market/mod.ts";
import type { NightRecord } from "../../records/mod.ts";
import type { NightSettings } from "./night_settings.ts";

/**
 * Names a night: system, bars and how they are read, symbol and settings. What serves is no part of
 * it, as the night may move that.
 */
export async function nightId(
  system: string,
  { bars, source }: OpenedData,
  settings: NightSettings,
): Promise<string> {
  const identity = {
    system,
    data: source.sha256,
    reading: source.request,
    money: moneyIdentity(bars),
    symbol: bars.instrument.symbol,
    settings,
  };
  return await jsonSha256(JSON.parse(JSON.stringify(identity)) as JsonValue);
}

/**
 * What a night has to look at.
 *
 * @param seen open of the last bar that anything has seen where no night was before, epoch milliseconds
 * @throws {RefusedError} when no bar is newer than those of the last night
 */
export function nightData(
  system: string,
  { bars, source }: OpenedData,
  last: NightRecord | undefined,
  seen: number,
): NightRecord["data"] {
  const after = last === undefined ? seen : Date.parse(last.data.lastBar);
  const newRows = bars.length - rowAt(bars, after + 1);
  if (newRows > 0) {
    return {
      sha256: source.sha256,
      rows: bars.length,
      newRows,
      lastBar: new Date(bars.time.at(-1)!).toISOString(),
    };
  }
  throw new RefusedError(
    `${source.path}: no bar is newer than ${new Date(after).toISOString()}, the last one that ` +
      (last === undefined ? `${system} has seen` : `night ${last.number} of ${system} had`) +
      ": nothing has changed (give a file with newer bars)",
  );
}

import type { Bars } from "./bars.ts";
import { sha256Hex } from "../core/mod.ts";

/** SHA-256 of every number that bars say, for bars that have no file of their own. */
export function barsSha256(bars: Bars): Promise<string> {
  const { time, open, high, low, close, volume, continuous } = bars;
  const columns = [time, open, high, low, close, volume, continuous?.adjustment ?? []];
  const all = new Float64Array(columns.length * bars.length);
  columns.forEach((column, index) => all.set(column, index * bars.length));
  return sha256Hex(new Uint8Array(all.buffer));
}

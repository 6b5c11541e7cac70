import { killAtVenue, type KILLED_VENUES, VICTIM_TRADES } from "../tests/fixtures/killed_venue.ts";
import { atEveryWrite, type KilledAtWrites, type KilledWrites } from "./every_write.ts";

/** What came of killing sessions at a venue's double. */
export interface KilledAtVenue extends KilledAtWrites {
  /** Executions of the venue, over all sessions. */
  readonly fills: number;
  /** Longest time for which brackets stood without stops of their size, venue's milliseconds. */
  readonly nakedMs: number | null;
}

/** Kills sessions that trade forecasts, and such that trade brackets, at every write of theirs. */
export async function killVenue(
  broker: typeof KILLED_VENUES[number],
  writes: KilledWrites,
): Promise<Readonly<Record<string, KilledAtVenue>>> {
  const results: Record<string, KilledAtVenue> = {};
  for (const trades of VICTIM_TRADES) {
    let fills = 0, longest = 0;
    const killed = await atEveryWrite(trades, writes, async (killAt) => {
      const { faults, nakedMs, wasKilled, ...found } = await killAtVenue({
        broker,
        trades,
        killAt,
      });
      if (!wasKilled && faults.length === 0) return null;
      fills += found.fills;
      longest = Math.max(longest, nakedMs);
      return faults;
    });
    results[trades] = { ...killed, fills, nakedMs: trades === "brackets" ? longest : null };
  }
  return results;
}

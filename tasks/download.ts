import { join } from "node:path";
import { InputError, type TimerClock } from "../lib/core/mod.ts";
import { type DataRequest, requestedInstrument, writeBars } from "../lib/data/mod.ts";
import { MINUTE_MS } from "../lib/market/mod.ts";
import { createNetworkTransport } from "../lib/network/mod.ts";
import type { Transport } from "../lib/trading/mod.ts";
import {
  type BarStamp,
  reachVenue,
  readOnlyTokenStore,
  type VenueRequest,
} from "../lib/venues/mod.ts";

const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;

/** What is downloaded. */
export interface DownloadRequest {
  /** Instrument or contract, and the length of a bar. */
  readonly data: Omit<DataRequest, "path">;
  /** Opens from this moment on, epoch milliseconds. */
  readonly from: number;
  /** And before this one. */
  readonly until: number;
  /** Which edge of a bar the venue stamps. */
  readonly stamp: BarStamp;
  /** Ends in `.csv` or `.parquet`. */
  readonly out: string;
}

/** What `download --json` prints. */
export interface DownloadDocument {
  readonly contract: string;
  readonly bars: number;
  /** ISO stamps of the first and the last open. */
  readonly first: string;
  readonly last: string;
  readonly out: string;
}

/**
 * Saves the history of a venue as a file that every command reads.
 *
 * @throws {InputError} when there are no such bars
 */
export async function downloadHistory(
  request: VenueRequest,
  { data, from, out, stamp, until }: DownloadRequest,
  { clock, sessions, signal, transport = createNetworkTransport() }: {
    readonly clock: TimerClock;
    readonly sessions: string;
    readonly signal?: AbortSignal;
    readonly transport?: Transport;
  },
): Promise<DownloadDocument> {
  const instrument = requestedInstrument(data), intervalMs = data.intervalMs ?? MINUTE_MS;
  const { mode, name } = request;
  using access = reachVenue(request, {
    ...{ clock, transport },
    tokens: readOnlyTokenStore(join(sessions, `${name}-${mode}.token.json`)),
  });
  const contract = data.symbol === instrument.symbol
    ? await access.currentContract(instrument)
    : data.symbol;
  const bars = await access.history(
    { instrument, contract, intervalMs, from, until, stamp },
    signal,
  );
  // The newest may not be over.
  const over = bars.filter(({ time }) => time + intervalMs <= clock.now());
  if (over.length === 0) {
    throw new InputError(
      `Cannot save bars of ${contract} as the venue shows none of that time`,
      {
        where: "--from",
        remedy: "ask for days on which this contract was traded",
      },
    );
  }
  const column = (name: typeof COLUMNS[number]) => Float64Array.from(over, (bar) => bar[name]);
  await writeBars({
    ...{ instrument, intervalMs, length: over.length, time: column("time") },
    ...{ open: column("open"), high: column("high"), low: column("low") },
    ...{ close: column("close"), volume: column("volume") },
  }, out);
  const [first, last] = [over[0]!, over.at(-1)!].map(({ time }) => new Date(time).toISOString());
  return { contract, bars: over.length, first: first!, last: last!, out };
}

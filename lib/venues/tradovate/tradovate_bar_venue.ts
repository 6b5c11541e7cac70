import type { TimerClock } from "../../core/mod.ts";
import { type BarVenue, VenueBusyError, type VenueMessage } from "../../feeds/mod.ts";
import {
  type JournaledBar,
  type Line,
  type LineListener,
  type Transport,
  TransportError,
} from "../../trading/mod.ts";
import { MarketLine, NoPricesError } from "./market_line.ts";
import type { TradovateClient } from "./tradovate_client.ts";
import { type BarStamp, chartMinutes, fetchHistory } from "./tradovate_history.ts";
import { type SocketPatience, SocketRefusal } from "./tradovate_socket.ts";

/** What is followed at Tradovate. */
export interface TradovateBarOptions {
  /** Asks the venue, and has the token of its lines. */
  readonly client: TradovateClient;
  /** Name of the contract. */
  readonly contract: string;
  /** Length of a bar; whole minutes. */
  readonly intervalMs: number;
  /** Which edge of a bar is stamped; found out from the first bar that is told in its time. */
  readonly stamp?: BarStamp | undefined;
  /** How far this machine's clock is ahead of the venue's, milliseconds, where that was measured. */
  readonly clockAheadMs?: number | null | undefined;
  /** Patience with the line to prices. */
  readonly patience?: Partial<SocketPatience>;
}

/** A venue of bars and the way to it, for `createVenueFeed`. */
export interface TradovateBars {
  /** How it speaks. */
  readonly venue: BarVenue;
  /** How a line to it is opened. */
  readonly transport: Transport;
}

/** So long after its end a bar is still waited for, by the venue's own stamps. */
const SETTLE_MS = 500;
const LOOK_MS = 200;
/** Which edge is stamped is taken as the open when no bar says it by then. */
const STAMP_MS = 90_000;
/** Too near to an edge to tell which one it is. */
const EDGE_MS = 3_000;
const ENTITLEMENT_MS = 60_000;

/** Bars of Tradovate's charts as a venue whose feed is the same as that of all others. */
export function createTradovateBars(options: TradovateBarOptions): TradovateBars {
  const { client, contract: symbol, intervalMs } = options;
  const { clock, urls } = client.options;
  const minutes = chartMinutes(intervalMs);
  let stamp = options.stamp ?? null;
  let line: MarketLine | null = null;
  let aheadMs = options.clockAheadMs ?? null;

  const open = async (listener: LineListener): Promise<Line> => {
    client.clockAheadMs().then((measured) => aheadMs = measured, () => {});
    let watch: (() => void) | null = null;
    const opened = await MarketLine.open({
      ...{ transport: client.options.transport, clock, url: urls.marketData },
      tokens: client.tokens,
      ...(options.patience === undefined ? {} : { patience: options.patience }),
      onPulse: () => listener.onMessage(PULSE),
      onClose: (reason) => {
        watch?.();
        line = null;
        listener.onClose(reason);
      },
    });
    try {
      await opened.followQuotes(symbol);
      const bars = new ClosedBars(
        intervalMs,
        (bar, stampedAt) => listener.onMessage(JSON.stringify({ bar, stampedAt })),
      );
      let isHistory = true;
      await opened.chart({ symbol, minutes, timeRange: { asMuchAsElements: 2 } }, {
        onBars: (told) => {
          // A bar that is told in its time says by its stamp which edge that is; stamps of quotes
          // may have stopped.
          if (!isHistory) stamp ??= edgeOf(told.at(-1)!.time, clock.now(), intervalMs);
          if (stamp === null) return;
          const shift = stamp === "close" ? intervalMs : 0;
          const now = opened.venueTime ?? -Infinity;
          for (const bar of told) bars.take({ ...bar, time: bar.time - shift }, now);
        },
        onEnd: () => isHistory = false,
      });
      watch = every(clock, LOOK_MS, () => {
        if (opened.venueTime !== null) bars.look(opened.venueTime);
      });
    } catch (error) {
      opened.close();
      throw error;
    }
    line = opened;
    return { send: () => {}, close: () => (watch?.(), opened.close()) };
  };

  const transport: Transport = {
    request: (request) => client.options.transport.request(request),
    async open(_url, listener) {
      try {
        return await open(listener);
      } catch (error) {
        if (error instanceof NoPricesError || error instanceof SocketRefusal) {
          throw new TransportError("not-sent", error.message, { cause: error });
        }
        throw error;
      }
    },
  };

  const venue: BarVenue = {
    streamUrl: urls.marketData,
    heartbeat: () => null,
    read,
    fetchTime() {
      // Measured before: a question that has to wait for its turn tells little.
      if (aheadMs === null) return Promise.reject(new Error("the venue does not say its time"));
      return Promise.resolve(clock.now() - aheadMs);
    },
    async fetchBars(from, until, signal) {
      if (line === null) throw new VenueBusyError(1_000, "there is no line to the venue's prices");
      for (const begun = clock.now(); stamp === null && line !== null;) {
        await pause(clock, LOOK_MS);
        if (clock.now() - begun >= STAMP_MS) stamp = "open";
      }
      if (line === null) throw new VenueBusyError(1_000, "the line to the venue's prices was lost");
      const question = { symbol, intervalMs, from, until, stamp: stamp! };
      try {
        const bars = await fetchHistory(line, question, clock, signal);
        // The newest bar may not be over, where no stamp of the venue is newer.
        return { bars, venueTime: line?.venueTime ?? bars.at(-1)?.time ?? 0 };
      } catch (error) {
        if (error instanceof NoPricesError) throw new VenueBusyError(ENTITLEMENT_MS, error.message);
        throw error;
      }
    },
  };
  return { venue, transport };
}

const PULSE = "pulse";

function read(text: string): VenueMessage {
  if (text === PULSE) return { kind: "pulse" };
  const { bar, stampedAt } = JSON.parse(text) as { bar: JournaledBar; stampedAt: number };
  return { kind: "bar", bar, isClosed: true, stampedAt };
}

/** Which edge a stamp is, of a bar that is told while it happens; null where both could be. */
function edgeOf(stamp: number, now: number, intervalMs: number): BarStamp | null {
  const since = now - stamp;
  if (since > EDGE_MS && since < intervalMs - EDGE_MS) return "open";
  return since < -EDGE_MS && since > EDGE_MS - intervalMs ? "close" : null;
}

/** Hands on bars once they are over: when a later one comes, or the venue's stamps say so. */
class ClosedBars {
  readonly #intervalMs: number;
  readonly #tell: (bar: JournaledBar, stampedAt: number) => void;
  #open: JournaledBar | null = null;
  #toldUntil = -Infinity;

  constructor(intervalMs: number, tell: (bar: JournaledBar, stampedAt: number) => void) {
    this.#intervalMs = intervalMs;
    this.#tell = tell;
  }

  take(bar: JournaledBar, venueTime: number): void {
    if (bar.time < this.#toldUntil) return;
    if (this.#open !== null && bar.time > this.#open.time) {
      this.#close(Math.max(venueTime, bar.time));
    }
    this.#open = bar;
  }

  look(venueTime: number): void {
    if (this.#open === null) return;
    if (venueTime >= this.#open.time + this.#intervalMs + SETTLE_MS) this.#close(venueTime);
  }

  #close(stampedAt: number): void {
    const bar = this.#open!;
    this.#open = null;
    this.#toldUntil = bar.time + this.#intervalMs;
    this.#tell(bar, stampedAt);
  }
}

function every(clock: TimerClock, milliseconds: number, act: () => void): () => void {
  let stop = (): void => {};
  const again = (): void => {
    stop = clock.after(milliseconds, () => {
      again();
      act();
    });
  };
  again();
  return () => stop();
}

function pause(clock: TimerClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void clock.after(milliseconds, resolve));
}

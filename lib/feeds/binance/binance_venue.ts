import { InputError, sleep, type TimerClock } from "../../core/mod.ts";
import type { JournaledBar, Transport, TransportResponse } from "../../trading/mod.ts";
import { type BarVenue, type VenueBars, VenueBusyError } from "../venue/bar_venue.ts";
import { type BinanceHosts, binanceInterval, type BinanceMarket } from "./binance_market.ts";
import { readKline, readKlineMessage, readStamp } from "./kline.ts";

/** What is followed at Binance. */
export interface BinanceVenueOptions {
  /** One of its markets. */
  readonly market: BinanceMarket;
  /** In capitals. */
  readonly symbol: string;
  /** Length of a bar, milliseconds. */
  readonly intervalMs: number;
  /** Where it is reached. @default the market's own */
  readonly hosts?: BinanceHosts | undefined;
  /** Whose time passes. */
  readonly clock: TimerClock;
  /** The way there. */
  readonly transport: Transport;
}

const REQUEST_MS = 10_000;
/** Between two pages; the limit is far above (6,000 of weight a minute, a page weighs 2 to 10). */
const PAGE_PAUSE_MS = 100;
/** Where the answer does not say how long. */
const DEFAULT_BUSY_MS = 60_000;
/** Too many requests; ignored it; stopped by the firewall. */
const BUSY_STATUSES = [429, 418, 403];
/** `Invalid symbol.` and what comes of a request that is wrong in itself. */
const WRONG_STATUSES = [400, 404, 451];

/** Public bars of Binance, by its documented streams and requests, without a key. */
export function createBinanceVenue(options: BinanceVenueOptions): BarVenue {
  const { clock, intervalMs, market, symbol, transport } = options;
  const { rest, stream } = options.hosts ?? market.hosts;
  const interval = binanceInterval(market, intervalMs);
  let aloneUntil = -Infinity;

  const ask = async (path: string): Promise<TransportResponse> => {
    const leftMs = aloneUntil - clock.now();
    if (leftMs > 0) throw new VenueBusyError(leftMs, `${market.title} wants to be left alone`);
    const url = `${rest}/${path}`;
    const response = await transport.request({ method: "GET", url, timeoutMs: REQUEST_MS });
    const { status } = response;
    if (status === 200) return response;
    if (BUSY_STATUSES.includes(status)) {
      const waitMs = busyMs(response);
      aloneUntil = clock.now() + waitMs;
      const seconds = Math.ceil(waitMs / 1_000);
      throw new VenueBusyError(waitMs, `${market.title} answered ${status}, to wait ${seconds} s`);
    }
    if (WRONG_STATUSES.includes(status)) throw wrongRequest(market, symbol, response);
    throw new Error(`${market.title} answered ${status}`);
  };
  const page = async (from: number, until: number): Promise<VenueBars> => {
    const query = `symbol=${symbol}&interval=${interval}&startTime=${Math.ceil(from)}` +
      `&endTime=${Math.ceil(until) - 1}&limit=${market.pageBars}`;
    const response = await ask(`klines?${query}`);
    const rows = parse(response);
    if (!Array.isArray(rows)) throw new Error(`${market.title} answered with no list of bars`);
    return { bars: rows.map(readRow), venueTime: dateOf(response) ?? await fetchTime() };
  };
  const fetchTime = async (): Promise<number> => {
    const answer = parse(await ask("time"));
    const time = readStamp((answer as { serverTime?: unknown } | null)?.serverTime);
    if (Number.isNaN(time)) throw new Error(`${market.title} answered with no time`);
    return time;
  };
  return {
    streamUrl: `${stream}/${symbol.toLowerCase()}@kline_${interval}`,
    heartbeat: (count) => JSON.stringify({ method: "LIST_SUBSCRIPTIONS", id: count }),
    read: (text) => readKlineMessage(text, { symbol, interval, intervalMs }),
    fetchTime,
    async fetchBars(from, until, signal) {
      const bars: JournaledBar[] = [];
      let next = from;
      while (true) {
        const { bars: found, venueTime } = await page(next, until);
        bars.push(...found);
        const last = found.at(-1)?.time ?? NaN;
        const isWhole = found.length < market.pageBars || !(last >= next) ||
          last + intervalMs >= until;
        if (isWhole) return { bars, venueTime };
        next = last + intervalMs;
        await sleep(clock, PAGE_PAUSE_MS, signal);
      }
    },
  };
}

function readRow(row: unknown): JournaledBar {
  return readKline(Array.isArray(row) ? row : []);
}

function parse({ body }: TransportResponse): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error("the answer is no JSON");
  }
}

/** The venue's clock by the second in which it answered. */
function dateOf({ headers }: TransportResponse): number | null {
  const date = Date.parse(headers.date ?? "");
  return Number.isNaN(date) ? null : date;
}

/** Seconds, as Binance writes it. */
function busyMs({ headers }: TransportResponse): number {
  const seconds = Number(headers["retry-after"] ?? NaN);
  return seconds > 0 && seconds < 1e6 ? seconds * 1_000 : DEFAULT_BUSY_MS;
}

function wrongRequest(
  market: BinanceMarket,
  symbol: string,
  { body, status }: TransportResponse,
): InputError {
  const said = (/"msg"\s*:\s*"([^"]{1,200})"/.exec(body)?.[1] ?? "").trim();
  const remedy = status === 451
    ? "it does not serve this place; use another feed"
    : "check the symbol; BTCUSDT is spot, BTCUSDT.P the perpetual contract";
  const answer = `${status}${said === "" ? "" : `, ${said}`}`;
  return new InputError(`Cannot get bars of ${symbol} as ${market.title} answered ${answer}`, {
    remedy,
  });
}

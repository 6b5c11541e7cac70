import type { TimerClock } from "../../core/mod.ts";
import { type BarVenue, VenueBusyError, type VenueMessage } from "../../feeds/mod.ts";
import {
  type JournaledBar,
  type Line,
  type LineListener,
  type Transport,
  TransportError,
} from "../../trading/mod.ts";
import { fieldsOf, textIn } from "../json_fields.ts";
import { type HubPatience, HubRefusal, openHubLine } from "./hub_line.ts";
import type { ProjectXClient } from "./projectx_client.ts";
import { fetchProjectXHistory, gatewayUnit } from "./projectx_history.ts";

/** What is followed at ProjectX. */
export interface ProjectXBarOptions {
  readonly client: ProjectXClient;
  /** For example `CON.F.US.MES.Z26`. */
  readonly contractId: string;
  /** Length of a bar, milliseconds. */
  readonly intervalMs: number;
  readonly patience?: Partial<HubPatience>;
}

/** A venue of bars and the way to it, for `createVenueFeed`. */
export interface ProjectXBars {
  readonly venue: BarVenue;
  readonly transport: Transport;
}

/** So long after its end a bar is asked for, and again where it is not there. */
const SETTLE_MS = 1_000, AGAIN_MS = 2_000, MOST_ATTEMPTS = 4;
const PULSE = "pulse";

/**
 * Bars of ProjectX: quotes tell that the line lives and how late it is at the venue, bars are the
 * gateway's own, asked for when they are over. Bars made of the hub's prints would miss what it
 * leaves out.
 */
export function createProjectXBars(options: ProjectXBarOptions): ProjectXBars {
  const { client, contractId, intervalMs, patience } = options;
  const { clock, transport, urls } = client.options;
  gatewayUnit(intervalMs);
  // A stamp is never ahead of the venue's clock: the largest one says most.
  let aheadMs: number | null = null;
  const venueNow = (): number => clock.now() + (aheadMs ?? 0);

  const open = async (listener: LineListener): Promise<Line> => {
    const token = await client.tokens.token();
    let stop = (): void => {};
    aheadMs = null;
    const line = await openHubLine({
      ...{ transport, clock, url: urls.marketHub, token, onGarbage: () => {} },
      ...(patience === undefined ? {} : { patience }),
      onEvent: (target, [of, told]) => {
        if (target.toLowerCase() === "gatewaylogout") {
          return line.close("the venue has logged this session out");
        }
        // The first argument is the contract; the symbol inside is only its root.
        if (target.toLowerCase() !== "gatewayquote" || of !== contractId) return;
        const stamp = Date.parse(textIn(fieldsOf(told) ?? {}, "timestamp") ?? "");
        if (Number.isFinite(stamp)) {
          aheadMs = Math.max(aheadMs ?? -Infinity, stamp - clock.now());
        }
        listener.onMessage(PULSE);
      },
      onClose: (reason) => {
        stop();
        listener.onClose(reason);
      },
    });
    const trouble = await line.invoke("SubscribeContractQuotes", [contractId]);
    if (trouble !== null) {
      line.close(trouble);
      throw new TransportError("not-sent", trouble);
    }
    stop = followEnds(
      { client, clock, contractId, intervalMs, venueNow },
      (bar) => listener.onMessage(JSON.stringify({ bar, stampedAt: bar.time + intervalMs })),
      (reason) => line.close(reason),
    );
    return { send: () => {}, close: () => (stop(), line.close()) };
  };

  return {
    transport: {
      request: (request) => transport.request(request),
      async open(_url, listener) {
        try {
          return await open(listener);
        } catch (error) {
          if (error instanceof TransportError) throw error;
          if (error instanceof HubRefusal || error instanceof Error) {
            throw new TransportError("not-sent", error.message, { cause: error });
          }
          throw error;
        }
      },
    },
    venue: {
      ...{ streamUrl: urls.marketHub, heartbeat: () => null, read },
      fetchTime: () => client.time(),
      async fetchBars(from, until) {
        const bars = await fetchProjectXHistory(client, { contractId, intervalMs, from, until });
        const now = venueNow();
        return { bars: bars.filter(({ time }) => time + intervalMs <= now), venueTime: now };
      },
    },
  };
}

/** Asks for each bar when it is over. @returns what ends that */
function followEnds(
  { client, clock, contractId, intervalMs, venueNow }: {
    readonly client: ProjectXClient;
    readonly clock: TimerClock;
    readonly contractId: string;
    readonly intervalMs: number;
    readonly venueNow: () => number;
  },
  tell: (bar: JournaledBar) => void,
  fail: (reason: string) => void,
): () => void {
  let stop = (): void => {}, isStopped = false;
  const ask = async (from: number, attempt: number): Promise<void> => {
    const until = from + intervalMs;
    let bars: readonly JournaledBar[] = [];
    try {
      bars = await fetchProjectXHistory(client, {
        ...{ contractId, intervalMs, from, until, priority: "watch" },
      });
    } catch (error) {
      // Whoever opens the line again and asks for its bars is told so.
      if (!(error instanceof VenueBusyError)) return fail((error as Error).message);
    }
    if (isStopped) return;
    // One that is not over may be told as well.
    const bar = until <= venueNow() ? bars[0] : undefined;
    if (bar !== undefined) tell(bar);
    const isAgain = bar === undefined && attempt < MOST_ATTEMPTS && AGAIN_MS < intervalMs;
    // A minute without a trade has no bar.
    if (isAgain) stop = clock.after(AGAIN_MS, () => void ask(from, attempt + 1));
    else plan(until);
  };
  const plan = (from: number): void => {
    const now = venueNow(), current = now - (now % intervalMs);
    const next = Math.max(from, current);
    stop = clock.after(next + intervalMs + SETTLE_MS - now, () => void ask(next, 1));
  };
  plan(0);
  return () => {
    isStopped = true;
    stop();
  };
}

function read(text: string): VenueMessage {
  if (text === PULSE) return { kind: "pulse" };
  const { bar, stampedAt } = JSON.parse(text) as { bar: JournaledBar; stampedAt: number };
  return { kind: "bar", bar, isClosed: true, stampedAt };
}

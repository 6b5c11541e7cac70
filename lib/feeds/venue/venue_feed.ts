import { InputError, sleep, type TimerClock } from "../../core/mod.ts";
import type { OpenSpans } from "../../data/mod.ts";
import { type Bars, DAY_MS } from "../../market/mod.ts";
import type { BarFeed, FeedNews, JournaledBar, Line, Transport } from "../../trading/mod.ts";
import { BarInbox } from "../bar_inbox.ts";
import type { BarVenue } from "./bar_venue.ts";
import { CatchUp } from "./catch_up.ts";
import { ClockOffsetEstimate } from "./clock_offset.ts";
import { nextOpen } from "./next_open.ts";
import { openLine } from "./open_line.ts";

/** Patience with a venue, all in milliseconds. */
export interface VenuePatience {
  /** For a line to open. */
  readonly connectMs: number;
  /** Between two heartbeats. */
  readonly heartbeatMs: number;
  /** Without any message, before the line is given up. */
  readonly silentMs: number;
  /** After a bar's end, before it is asked for. */
  readonly barMs: number;
  /** For bars that were missed, while later ones wait; then they are handed on without. */
  readonly backfillMs: number;
  /** First pause before a line is opened again; each next one is twice as long. */
  readonly firstPauseMs: number;
  /** Longest pause before a line is opened again. */
  readonly longestPauseMs: number;
}

/** What suits a stream that speaks every few seconds. */
export const DEFAULT_PATIENCE: VenuePatience = {
  connectMs: 10_000,
  heartbeatMs: 10_000,
  silentMs: 25_000,
  barMs: 5_000,
  backfillMs: 20_000,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
};

/** How a venue's bars are followed. */
export interface VenueFeedOptions {
  /** As it was asked for. */
  readonly name: string;
  /** What the bars are of. */
  readonly market: Pick<Bars, "instrument" | "intervalMs">;
  /** Bars that stay visible before the newest one. */
  readonly lookBack: number;
  /** Closed bars to begin with. */
  readonly history: number;
  /** Epoch milliseconds; closed bars that opened later come too. @default Infinity */
  readonly since?: number | undefined;
  /** When bars may open. */
  readonly openSpans: OpenSpans;
  /** Whose time passes. */
  readonly clock: TimerClock;
  /** The way to the venue. */
  readonly transport: Transport;
  /**
   * How long what is waited for.
   *
   * @default DEFAULT_PATIENCE
   */
  readonly patience?: Partial<VenuePatience>;
  /** Told of gaps, corrections, refusals and the state. */
  readonly onNews?: ((news: FeedNews) => void) | undefined;
  /** Ends the feed. */
  readonly signal?: AbortSignal | undefined;
}

/** A line that has held so long has shown that it holds: the next pause is the first one again. */
const HELD_MS = 60_000;
const WATCH_MS = 1_000;

/**
 * Follows a venue's bars for as long as it is not cancelled: a stream, watched by heartbeats and by
 * the bars that must come, opened again when it is lost, and whatever was missed asked for. A line
 * that is open and silent is not believed; one whose peer is gone is never noticed by the platform.
 */
export function createVenueFeed(venue: BarVenue, options: VenueFeedOptions): BarFeed {
  const { clock, lookBack, market, name, onNews, openSpans, signal } = options;
  const inbox = new BarInbox({ name, market, lookBack, openSpans, clock, onNews, signal });
  void new Follower(venue, inbox, options).run();
  return inbox;
}

/** One line from its opening to its end. */
interface Session {
  readonly line: Line;
  readonly openedAt: number;
  /** Ends it, once. */
  readonly end: (reason: string) => void;
  lastHeard: number;
  lastBeat: number;
  beats: number;
}

class Follower {
  readonly #venue: BarVenue;
  readonly #inbox: BarInbox;
  readonly #options: VenueFeedOptions;
  readonly #clock: TimerClock;
  readonly #patience: VenuePatience;
  readonly #offset = new ClockOffsetEstimate();
  readonly #catchUp: CatchUp;
  #pauseMs: number;
  /** A bar that should have come is asked for again no sooner than then. */
  #askAgainAt = -Infinity;

  constructor(venue: BarVenue, inbox: BarInbox, options: VenueFeedOptions) {
    this.#venue = venue;
    this.#inbox = inbox;
    this.#options = options;
    this.#clock = options.clock;
    this.#patience = { ...DEFAULT_PATIENCE, ...options.patience };
    this.#pauseMs = this.#patience.firstPauseMs;
    this.#catchUp = new CatchUp(venue, inbox, this.#offset, {
      ...{ backfillMs: this.#patience.backfillMs, clock: options.clock, history: options.history },
      ...{ openSpans: options.openSpans, signal: options.signal },
      ...{ intervalMs: options.market.intervalMs, since: options.since ?? Infinity },
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    try {
      while (!this.#inbox.isClosed) {
        const startedAt = this.#clock.now();
        const reason = await this.#follow();
        if (this.#inbox.isClosed) return;
        this.#inbox.setStatus("reconnecting", reason);
        if (this.#clock.now() - startedAt >= HELD_MS) this.#pauseMs = this.#patience.firstPauseMs;
        await sleep(this.#clock, this.#pauseMs, signal);
        this.#pauseMs = Math.min(2 * this.#pauseMs, this.#patience.longestPauseMs);
      }
    } catch (error) {
      // A cancelled feed has ended already; anything else is a reason to end.
      this.#inbox.fail(error);
    }
  }

  /** Follows one line until it ends. @returns why it did */
  async #follow(): Promise<string> {
    const { signal, transport } = this.#options;
    const { promise, resolve: end } = Promise.withResolvers<string>();
    let session: Session | null = null;
    const early: string[] = [];
    const listener = {
      onMessage: (text: string) => void (session === null ? early.push(text) : hear(text)),
      onClose: (reason: string) => end(reason === "" ? "the line was lost" : reason),
    };
    const hear = (text: string): void => this.#hear(session!, text);
    const opened = await openLine(transport, this.#venue.streamUrl, listener, {
      ...{ clock: this.#clock, timeoutMs: this.#patience.connectMs, signal },
    });
    if (typeof opened === "string") return opened;
    const now = this.#clock.now();
    session = { line: opened, openedAt: now, end, lastHeard: now, lastBeat: now, beats: 0 };
    const stopWatching = this.#watch(session);
    const cancel = (): void => end("cancelled");
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      this.#begin(session);
      early.forEach(hear);
      return await promise;
    } finally {
      signal?.removeEventListener("abort", cancel);
      stopWatching();
      opened.close();
    }
  }

  async #learnTime(): Promise<void> {
    const asked = this.#clock.now();
    try {
      const time = await this.#venue.fetchTime();
      this.#learn(() => this.#offset.between(asked - time, this.#clock.now() - time));
    } catch {
      // Bars carry the venue's stamps as well.
    }
  }

  #learn(update: () => void): void {
    update();
    const { offset } = this.#offset;
    if (offset !== null) this.#inbox.setClockOffset(offset, this.#offset.isNews());
  }

  /** Asks for what was missed before the line was there; the session has begun when it has come. */
  #begin(session: Session): void {
    this.#catchUp.start(() => this.#learnTime()).then(
      () => this.#inbox.status.state !== "silent" && this.#inbox.setStatus("live"),
      (error) => this.#fail(session, error),
    );
  }

  #fail(session: Session, error: unknown): void {
    if (this.#options.signal?.aborted === true) return;
    const isFinal = error instanceof InputError || error instanceof Deno.errors.NotCapable;
    if (isFinal) this.#inbox.fail(error);
    session.end((error as Error).message);
  }

  #hear(session: Session, text: string): void {
    session.lastHeard = this.#clock.now();
    const message = this.#venue.read(text);
    switch (message.kind) {
      case "pulse":
        return;
      case "goodbye":
        return session.end(message.reason);
      case "refused":
        return this.#inbox.refuse(message.reason);
      case "bar":
        if (Math.abs(session.lastHeard - message.stampedAt) > DAY_MS) {
          return this.#inbox.refuse(
            `a bar is stamped ${new Date(message.stampedAt).toISOString()} while this machine's ` +
              `clock says ${new Date(session.lastHeard).toISOString()}`,
          );
        }
        this.#learn(() => this.#offset.atMost(session.lastHeard - message.stampedAt));
        if (message.isClosed) this.#close(session, message.bar, message.stampedAt);
    }
  }

  #close(session: Session, bar: JournaledBar, stampedAt: number): void {
    const end = bar.time + this.#options.market.intervalMs;
    // Venues stamp a bar's end by its last millisecond.
    if (stampedAt < end - 1) {
      const [opens, said] = [bar.time, stampedAt].map((time) => new Date(time).toISOString());
      return this.#inbox.refuse(
        `the bar of ${opens} was said to be over at ${said}, before its end`,
      );
    }
    if (this.#inbox.status.state === "silent") this.#inbox.setStatus("live");
    this.#catchUp.take(bar, session.lastHeard).catch((error) => this.#fail(session, error));
  }

  /** Looks after a line every second. @returns stops it */
  #watch(session: Session): () => void {
    let stop = (): void => {};
    const again = (): void => {
      stop = this.#clock.after(WATCH_MS, () => {
        again();
        this.#beat(session);
        this.#look(session);
      });
    };
    again();
    return () => stop();
  }

  #beat(session: Session): void {
    const now = this.#clock.now();
    if (now - session.lastBeat < this.#patience.heartbeatMs) return;
    session.lastBeat = now;
    const text = this.#venue.heartbeat(++session.beats);
    if (text !== null) session.line.send(text);
  }

  #look(session: Session): void {
    const now = this.#clock.now(), { silentMs } = this.#patience;
    if (now - session.lastHeard >= silentMs) {
      const reason = `nothing was heard for ${silentMs / 1_000} s`;
      this.#inbox.setStatus("silent", reason);
      return session.end(reason);
    }
    const { lastTime } = this.#inbox;
    if (lastTime === null || this.#catchUp.isBusy || now < this.#askAgainAt) return;
    const { market: { intervalMs }, openSpans } = this.#options;
    const due = nextOpen(lastTime, intervalMs, openSpans);
    const venueTime = now - this.#offset.middleMs;
    if (due === null || venueTime < due + intervalMs + this.#patience.barMs) return;
    void this.#askFor(session, due);
  }

  /** A bar that should be there is not: if the venue has it, the stream has left it out. */
  async #askFor(session: Session, due: number): Promise<void> {
    const reason = `no bar of ${new Date(due).toISOString()} came`;
    this.#inbox.setStatus("silent", reason);
    this.#askAgainAt = this.#clock.now() + 2 * this.#patience.barMs;
    try {
      await this.#catchUp.start();
    } catch (error) {
      return this.#fail(session, error);
    }
    if ((this.#inbox.lastTime ?? -Infinity) >= due) session.end(`${reason} but its venue has it`);
  }
}

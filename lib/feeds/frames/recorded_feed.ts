import type { Clock } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import {
  type BarFeed,
  type BarMarks,
  barOfRow,
  type ClockOffset,
  type FeedNews,
  type FeedStatus,
  type JournaledBar,
} from "../../trading/mod.ts";
import { BarWindow } from "../bar_window.ts";
import type { FrameReplay } from "./frame_replay.ts";

/** What a feed has said, in its order: a bar with its marks, or news. */
export type Heard =
  | { readonly bar: JournaledBar; readonly marks: BarMarks }
  | { readonly news: FeedNews };

/**
 * Lets recorded frames pass, and keeps all that a feed makes of them.
 *
 * @param open opens the feed over the way, and by the clock, of the replay
 * @throws {InputError} when the recording has holes
 */
export async function hearRecording(
  replay: FrameReplay,
  open: (onNews: (news: FeedNews) => void, signal: AbortSignal) => Promise<BarFeed>,
): Promise<{ readonly market: Pick<Bars, "instrument" | "intervalMs">; readonly heard: Heard[] }> {
  const cancelling = new AbortController(), heard: Heard[] = [];
  const tell = (news: FeedNews): void => {
    if (!cancelling.signal.aborted) heard.push({ news });
  };
  const feed = await open(tell, cancelling.signal);
  const taking = (async () => {
    for (let row = await feed.next(); row !== null; row = await feed.next()) {
      heard.push({ bar: barOfRow(feed.bars, row), marks: feed.marks });
    }
  })();
  try {
    await replay.play();
  } finally {
    cancelling.abort();
    await taking;
  }
  const { instrument, intervalMs } = feed.bars;
  return { market: { instrument, intervalMs }, heard };
}

/** What a recorded feed is handed on with. */
export interface RecordedFeedOptions {
  readonly name: string;
  readonly lookBack: number;
  readonly clock: Clock;
  readonly onNews?: (news: FeedNews) => void;
  readonly signal?: AbortSignal;
}

const NOTHING: BarMarks = { origin: "history", isRepaired: false, receivedAt: null, lateMs: null };

/** Hands on once more what a feed has said: each bar when it is asked for, news before the bar behind them. */
export function createRecordedFeed(
  market: Pick<Bars, "instrument" | "intervalMs">,
  heard: readonly Heard[],
  { clock, lookBack, name, onNews, signal }: RecordedFeedOptions,
): BarFeed {
  const window = new BarWindow(market, lookBack);
  let next = 0;
  let marks = NOTHING;
  let clockOffset: ClockOffset | null = null;
  let status: FeedStatus = { state: "live", since: clock.now(), detail: "" };
  const tell = (news: FeedNews): void => {
    if (news.kind === "status") status = news.status;
    if (news.kind === "clock-offset") clockOffset = { lowMs: news.lowMs, highMs: news.highMs };
    onNews?.(news);
  };
  return {
    name,
    get bars() {
      return window.bars;
    },
    get marks() {
      return marks;
    },
    get status() {
      return status;
    },
    get clockOffset() {
      return clockOffset;
    },
    next() {
      while (status.state !== "ended" && signal?.aborted !== true && next < heard.length) {
        const said = heard[next++]!;
        if ("news" in said) {
          tell(said.news);
          continue;
        }
        window.push(said.bar);
        marks = said.marks;
        return window.bars.length - 1;
      }
      if (status.state !== "ended") {
        const detail = signal?.aborted === true ? "cancelled" : "the recording ends here";
        tell({ kind: "status", status: { state: "ended", since: clock.now(), detail } });
      }
      return null;
    },
  };
}

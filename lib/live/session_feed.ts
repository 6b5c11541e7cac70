import type { Bars } from "../market/mod.ts";
import type { BarFeed, BarMarks, FeedNews, MarketFact } from "../trading/mod.ts";

/** A bar that a session takes in, where it lies, with how it came; `history` warms up only. */
export interface SessionBar extends BarMarks {
  /** Number of the instrument in the account. */
  readonly slot: number;
  /** The columns that it lies in; read before the next bar is asked for. */
  readonly bars: Bars;
  /** Its row in them. */
  readonly row: number;
}

/** What happened while nobody was there, and what comes a bar too late, is not decided on any more. */
export function isOverdue({ bars, lateMs, origin }: SessionBar): boolean {
  return origin === "history" || (lateMs !== null && lateMs > bars.intervalMs);
}

/** Where the bars of a session come from. */
export interface SessionFeed {
  /** For messages and the journal, for example `replay:bars.csv`. */
  readonly name: string;
  /**
   * Waits for the next moment at which bars close.
   *
   * @returns all bars that close then, in the order of their slots; null when there are no more
   */
  next(): Promise<readonly SessionBar[] | null>;
  /** Says who is told what is seen beside bars; what was seen before is told at once. */
  onFact?(listener: (fact: MarketFact) => void): void;
}

/**
 * One feed for several slots of the same instrument: each takes every bar in as it comes.
 *
 * @param name as it was asked for
 * @param slots how many
 * @param open opens the feed; it tells its news to whom it is given
 */
export async function shareFeed(
  name: string,
  slots: number,
  open: (onNews: (news: FeedNews) => void) => Promise<BarFeed>,
): Promise<SessionFeed> {
  const early: MarketFact[] = [];
  let tell = (fact: MarketFact): void => void early.push(fact);
  const feed = await open((news) => factsOf(news, name, slots).forEach((fact) => tell(fact)));
  return {
    name,
    async next() {
      const row = await feed.next();
      if (row === null) return null;
      const { bars, marks } = feed;
      return Array.from({ length: slots }, (_, slot) => ({ slot, bars, row, ...marks }));
    },
    onFact(listener) {
      tell = listener;
      early.splice(0).forEach(listener);
    },
  };
}

function factsOf(news: FeedNews, name: string, slots: number): MarketFact[] {
  const all = Array.from({ length: slots }, (_, slot) => slot);
  switch (news.kind) {
    case "status":
      return [{ kind: "feed", name, state: news.status.state, detail: news.status.detail }];
    case "refused":
      return [{ kind: "feed", name, state: "refused", detail: `${news.reason} (${news.count})` }];
    case "gap":
    case "revision":
      return all.map((slot) => ({ ...news, slot }));
    case "clock-offset":
      return [news];
  }
}

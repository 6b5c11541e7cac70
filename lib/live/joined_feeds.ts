import type { BarFeed, BarMarks, Feed, MarketFact } from "../trading/mod.ts";
import type { SessionBar, SessionFeed } from "./session_feed.ts";

/** A feed of some slots of a session. */
export interface FeedPart {
  /** Numbers its slots from 0. */
  readonly feed: SessionFeed;
  /** Numbers of these slots in the account, in their order. */
  readonly slots: readonly number[];
}

const STORED: BarMarks = { origin: "feed", isRepaired: false, receivedAt: null, lateMs: null };

/**
 * Stored or simulated feeds as one: what closes earlier comes earlier, and what closes at the same
 * moment comes together. It waits for every feed before it tells which is next, so it is not for
 * feeds that are live.
 */
export function joinStoredFeeds(name: string, parts: readonly FeedPart[]): SessionFeed {
  const heads: (readonly SessionBar[] | null | undefined)[] = parts.map(() => undefined);
  return {
    name,
    ...listening(parts),
    async next() {
      for (const [index, { feed }] of parts.entries()) {
        if (heads[index] === undefined) heads[index] = await feed.next();
      }
      const closes = heads.map(closeOf);
      const first = Math.min(...closes);
      if (first === Infinity) return null;
      return parts.flatMap((part, index) => {
        if (closes[index] !== first) return [];
        const group = heads[index]!;
        heads[index] = undefined;
        return numbered(group, part);
      }).toSorted((a, b) => a.slot - b.slot);
    },
  };
}

/**
 * Stored or simulated feeds as one, each of a slot of its own.
 *
 * @param feeds one for each slot, in their order
 */
export function mergeFeeds(name: string, feeds: readonly (Feed | BarFeed)[]): SessionFeed {
  return joinStoredFeeds(
    name,
    feeds.map((feed, slot) => ({
      slots: [slot],
      feed: {
        name,
        async next() {
          const row = await feed.next();
          const marks = "marks" in feed ? feed.marks : STORED;
          return row === null ? null : [{ slot: 0, bars: feed.bars, row, ...marks }];
        },
      },
    })),
  );
}

/**
 * Feeds whose bars still happen as one: each bar comes when it is there, whatever the other feeds
 * do. It ends with the last of them.
 */
export function joinLiveFeeds(name: string, parts: readonly FeedPart[]): SessionFeed {
  const came: { readonly part: FeedPart; readonly group: readonly SessionBar[] | null }[] = [];
  let failure: { readonly error: unknown } | null = null;
  let wake = (): void => {};
  let left = parts.length;
  const ask = (part: FeedPart): void => {
    part.feed.next().then(
      (group) => came.push({ part, group }),
      (error) => failure = { error },
    ).finally(() => wake());
  };
  /** Those that may be asked for their next bar: what they gave last has been read. */
  let idle: readonly FeedPart[] = parts;
  return {
    name,
    ...listening(parts),
    async next() {
      for (const part of idle) ask(part);
      idle = [];
      while (left > 0) {
        if (failure !== null) throw (failure as { readonly error: unknown }).error;
        const first = came.shift();
        if (first === undefined) {
          await new Promise<void>((resolve) => wake = resolve);
        } else if (first.group === null) {
          left--;
        } else {
          idle = [first.part];
          return numbered(first.group, first.part);
        }
      }
      return null;
    },
  };
}

function closeOf(group: readonly SessionBar[] | null | undefined): number {
  const [first] = group ?? [];
  return first === undefined ? Infinity : first.bars.time[first.row]! + first.bars.intervalMs;
}

function numbered(group: readonly SessionBar[], { slots }: FeedPart): SessionBar[] {
  return group.map((bar) => ({ ...bar, slot: slots[bar.slot]! }));
}

/** What the parts say beside bars, in the numbers of the account. */
function listening(parts: readonly FeedPart[]): Required<Pick<SessionFeed, "onFact">> {
  return {
    onFact(listener) {
      for (const { feed, slots } of parts) {
        feed.onFact?.((fact: MarketFact) =>
          listener("slot" in fact ? { ...fact, slot: slots[fact.slot]! } : fact)
        );
      }
    },
  };
}

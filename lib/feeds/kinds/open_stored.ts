import type { OpenSpans } from "../../data/mod.ts";
import { type Bars, rowAt } from "../../market/mod.ts";
import { createReplayFeed } from "../replay_feed.ts";
import { requireHistory } from "../require_history.ts";
import type { FeedRequest, FeedResources, OpenedFeed } from "./feed_kind.ts";

/** Bars that are there already as a feed, with the history that was asked for. */
export function openStored(
  name: string,
  bars: Bars,
  { from = -Infinity, history, lookBack, speed }: FeedRequest,
  resources: FeedResources,
  openSpans?: OpenSpans,
): OpenedFeed {
  requireHistory(name, history, bars.length);
  const feed = createReplayFeed(bars, {
    ...resources,
    ...{ name, lookBack, speed, history: Math.max(history, rowAt(bars, from)) },
    ...(openSpans === undefined ? {} : { openSpans }),
  });
  return { feed, stored: bars };
}

import { expectedSpans, requestedInstrument, symbolOfFile } from "../../data/mod.ts";
import { createCalendar, DAY_MS } from "../../market/mod.ts";
import { createLongerFeed } from "../longer_feed.ts";
import { openTailFeed } from "../tail/tail_feed.ts";
import type { FeedKind } from "./feed_kind.ts";

/** Bars that another program writes. */
export const TAIL: FeedKind = {
  name: "tail",
  form: "tail:PATH",
  summary: "a CSV or Parquet file, or a folder of them, that another program goes on writing",
  isLive: true,
  isPath: true,
  hosts: [],
  symbolOf: symbolOfFile,
  async open(path, { data, history, lookBack, since }, resources) {
    const instrument = requestedInstrument(data);
    const calendar = createCalendar(instrument);
    const { intervalMs } = data;
    const feed = await openTailFeed(path, {
      ...resources,
      ...{ instrument, intervalMs, lookBack, since, name: `tail:${path}` },
      // Longer bars are made of so many; of a day nobody knows how many.
      history: (source) =>
        intervalMs === undefined || intervalMs === source
          ? history
          : intervalMs === DAY_MS
          ? Infinity
          : Math.ceil((history + 1) * intervalMs / source),
      load: { ...data.load, isOpen: (time) => calendar.isOpen(time) },
      openSpans: (length) => expectedSpans(calendar, length),
    });
    const source = feed.bars.intervalMs;
    if (intervalMs === undefined || intervalMs === source) return { feed, stored: null };
    const longer = createLongerFeed(feed, source, { calendar, intervalMs, lookBack });
    return { feed: longer, stored: null };
  },
};

import { expectedSpans, openData } from "../../data/mod.ts";
import { createReplayFeed } from "../replay_feed.ts";
import { type FeedKind, requireHistory } from "./feed_kind.ts";

/** Bars of a file, as the loader reads them. */
export const REPLAY: FeedKind = {
  name: "replay",
  form: "replay:FILE",
  summary: "bars of a file or folder, at any speed",
  isLive: false,
  hosts: [],
  async open(path, { data, history, lookBack, speed }, resources) {
    const { bars, calendar } = await openData({ ...data, path });
    requireHistory(`replay:${path}`, history, bars.length);
    return createReplayFeed(bars, {
      ...resources,
      ...{ name: `replay:${path}`, history, lookBack, speed },
      openSpans: expectedSpans(calendar, bars.intervalMs),
    });
  },
};

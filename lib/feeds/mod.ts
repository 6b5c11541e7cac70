/**
 * Bars that come one by one: replayed, simulated, read from a growing file, or from a venue.
 *
 * @module
 */
export { barOfRow, BarWindow } from "./bar_window.ts";
export { type BarBuilder, type BuiltBar, createBarBuilder } from "./bar_builder.ts";
export type { FeedKind, FeedRequest, FeedResources } from "./kinds/feed_kind.ts";
export { FEED_KINDS } from "./kinds/feed_kinds.ts";
export { type FeedSpec, parseFeed } from "./kinds/parse_feed.ts";
export { createLongerFeed, type LongerFeedOptions } from "./longer_feed.ts";
export { createReplayFeed, type ReplayOptions } from "./replay_feed.ts";
export { createStoredFeed } from "./stored_feed.ts";
export { createTickBars, type Tick, type TickBars } from "./tick_bars.ts";

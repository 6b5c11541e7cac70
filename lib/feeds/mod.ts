/**
 * Bars that come one by one: replayed, simulated, read from a growing file, or from a venue.
 *
 * @module
 */
export { BarWindow } from "./bar_window.ts";
export { type BarBuilder, type BuiltBar, createBarBuilder } from "./bar_builder.ts";
export {
  BINANCE_SPOT,
  BINANCE_USD_M,
  type BinanceHosts,
  type BinanceMarket,
} from "./binance/binance_market.ts";
export { type BinanceVenueOptions, createBinanceVenue } from "./binance/binance_venue.ts";
export type { Frame } from "./frames/frame.ts";
export {
  type FrameRecorder,
  type FrameRecorderOptions,
  openFrameRecorder,
} from "./frames/frame_recorder.ts";
export { type FrameReplay, openFrameReplay } from "./frames/frame_replay.ts";
export { readFrames } from "./frames/read_frames.ts";
export { recordTransport } from "./frames/recording_transport.ts";
export type { FeedKind, FeedRequest, FeedResources, OpenedFeed } from "./kinds/feed_kind.ts";
export { FEED_KINDS } from "./kinds/feed_kinds.ts";
export { type RecordedBars, recordedBars } from "./kinds/recorded_bars.ts";
export { type FeedSpec, parseFeed } from "./kinds/parse_feed.ts";
export { createLongerFeed, type LongerFeedOptions } from "./longer_feed.ts";
export { createReplayFeed, type ReplayOptions } from "./replay_feed.ts";
export { createStoredFeed } from "./stored_feed.ts";
export { openTailFeed, type TailOptions } from "./tail/tail_feed.ts";
export { createTickBars, type Tick, type TickBars } from "./tick_bars.ts";
export {
  type BarVenue,
  type VenueBars,
  VenueBusyError,
  type VenueMessage,
} from "./venue/bar_venue.ts";
export {
  createRolledFeed,
  type JoinedContract,
  type RolledFeedOptions,
} from "./venue/rolled_feed.ts";
export {
  createVenueFeed,
  DEFAULT_PATIENCE,
  type VenueFeedOptions,
  type VenuePatience,
} from "./venue/venue_feed.ts";

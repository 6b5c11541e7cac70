import type { FeedKind } from "./feed_kind.ts";
import { BINANCE } from "./binance_kind.ts";
import { framesKind } from "./frames_kind.ts";
import { REPLAY } from "./replay_kind.ts";
import { SIMULATE } from "./simulate_kind.ts";
import { TAIL } from "./tail_kind.ts";

/** Every kind of feeds. */
export const FEED_KINDS: readonly FeedKind[] = [
  ...[REPLAY, TAIL, SIMULATE, BINANCE],
  framesKind([BINANCE]),
];

import type { Bars } from "../market/mod.ts";
import type { Feed } from "../trading/mod.ts";

/**
 * Replays stored bars as a feed: rows `from` to `to` (exclusive), one a call, without waiting.
 * Earlier rows stay visible as history.
 *
 * @throws RangeError when the rows do not lie within the bars.
 * @example
 * ```ts
 * import { createStoredFeed } from "./stored_feed.ts";
 * import type { Bars } from "../market/bars.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const feed = createStoredFeed({ length: 3 } as Bars, 1);
 * assertEquals([feed.next(), feed.next(), feed.next()], [1, 2, null]);
 * ```
 */
export function createStoredFeed(bars: Bars, from = 0, to: number = bars.length): Feed {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > bars.length) {
    throw new RangeError(
      `Cannot replay rows as they must lie within the ${bars.length} bars: current value is ${from} to ${to}`,
    );
  }
  let row = from;
  return { bars, next: () => row < to ? row++ : null };
}

/**
 * Bars that come one by one.
 *
 * @module
 */
export { createStoredFeed } from "./stored_feed.ts";

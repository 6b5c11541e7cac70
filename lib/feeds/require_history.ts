import { InputError } from "../core/mod.ts";

/** @throws {InputError} when a feed has fewer bars than a session must see before it trades */
export function requireHistory(feed: string, history: number, bars: number): void {
  if (bars >= history) return;
  throw new InputError(`Cannot warm up on ${history} bars as there are only ${bars}`, {
    where: feed,
    remedy: "give older bars as well, or a system that looks back less far",
  });
}

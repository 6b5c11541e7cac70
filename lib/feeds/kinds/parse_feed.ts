import { InputError, nearestName } from "../../core/mod.ts";
import type { FeedKind } from "./feed_kind.ts";
import { FEED_KINDS } from "./feed_kinds.ts";

/** A feed as it was asked for. */
export interface FeedSpec {
  /** Its kind. */
  readonly kind: FeedKind;
  /** What stands behind the colon. */
  readonly target: string;
}

/**
 * Reads what a user asks for, such as `replay:bars.csv`.
 *
 * @param kinds where kinds are looked up
 * @throws {InputError} in one line, with the nearest kind
 * @example
 * ```ts
 * import { parseFeed } from "./parse_feed.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const { kind, target } = parseFeed("replay:data/bars.csv");
 * assertEquals([kind.name, target, kind.isLive], ["replay", "data/bars.csv", false]);
 * ```
 */
export function parseFeed(text: string, kinds: readonly FeedKind[] = FEED_KINDS): FeedSpec {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const target = colon < 0 ? "" : text.slice(colon + 1).trim();
  const kind = kinds.find((each) => each.name === name.toLowerCase());
  if (kind === undefined) throw unknownKind(text, name, target, kinds);
  if (target === "") {
    throw new InputError(`Cannot open '${text}' as nothing stands behind the colon`, {
      remedy: `write ${kind.form}`,
    });
  }
  return { kind, target };
}

function unknownKind(
  text: string,
  name: string,
  target: string,
  kinds: readonly FeedKind[],
): InputError {
  const near = nearestName(name.toLowerCase(), kinds.map((kind) => kind.name));
  const forms = kinds.map((kind) => kind.form).join(", ");
  // A path alone is most likely a file to be replayed.
  const guess = target === "" && /[./\\]/.test(name) ? `replay:${text}` : null;
  const meant = guess ?? (near === null ? null : `${near}:${target === "" ? "…" : target}`);
  return new InputError(`Cannot find the kind of feed '${name}'`, {
    remedy: meant === null ? `use one of ${forms}` : `did you mean ${meant}? There are ${forms}`,
  });
}

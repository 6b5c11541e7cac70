import type { JsonValue } from "../../core/mod.ts";
import type { Frame } from "../../feeds/mod.ts";

/** Something that a venue said, as recordings are compared by it. */
export interface RecordedMessage {
  /** Epoch milliseconds. */
  readonly at: number;
  /** What it is: `answer order/placeorder`, `event order Created`, `frame h`. */
  readonly name: string;
  /** Everything that it says. */
  readonly document: JsonValue;
  /** Since what it answers, or since the one before it of those that come by themselves; null else. */
  readonly waitedMs: number | null;
  /** Order that it is about, by the venue's number; null for none, or nobody knows. */
  readonly order: number | null;
  /** What it tells of an order, where it tells something: `executionReport Trade`. */
  readonly step: string | null;
}

/** How what one venue says is read and compared. */
export interface VenueLanguage {
  /** Takes recordings apart, oldest first. */
  readonly messages: (frames: readonly Frame[]) => readonly RecordedMessage[];
  /** Fields whose values are one of a few words or numbers. */
  readonly enumerations: readonly string[];
  /** Those that an order goes through: which of them a read happens to meet says nothing. */
  readonly states: readonly string[];
  /** Steps by which a trade is told. */
  readonly trades: readonly string[];
}

/** A document of JSON, or the text itself where it is none. */
export function documentOf(text: string): JsonValue {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import type { JsonValue } from "../../core/mod.ts";
import type { Frame } from "../../feeds/mod.ts";
import { documentOf } from "./recorded_message.ts";

/** An answer with what it answers. */
export interface RecordedAnswer {
  readonly at: number;
  readonly waitedMs: number;
  /** Path of the address, without its query. */
  readonly path: string;
  /** What was asked with. */
  readonly asked: JsonValue;
  /** `{ http, body }`, or `{ http: "none" }`. */
  readonly document: { readonly [name: string]: JsonValue };
}

/** Requests that wait for their answers. */
export class AskedRequests {
  readonly #waiting = new Map<number, Extract<Frame, { kind: "asked" }>>();

  /** Takes a frame in. @returns the answer that it is; null for anything else */
  take(frame: Frame): RecordedAnswer | null {
    if (frame.kind === "begun") this.#waiting.clear();
    if (frame.kind === "asked") this.#waiting.set(frame.request, frame);
    if (frame.kind !== "answered" && frame.kind !== "unanswered") return null;
    const asked = this.#waiting.get(frame.request);
    if (asked === undefined) return null;
    this.#waiting.delete(frame.request);
    return {
      ...{ at: frame.at, waitedMs: frame.at - asked.at, path: new URL(asked.url).pathname },
      asked: documentOf(asked.body ?? ""),
      document: frame.kind === "answered"
        ? { http: frame.status, body: documentOf(frame.body) }
        : { http: "none" },
    };
  }
}

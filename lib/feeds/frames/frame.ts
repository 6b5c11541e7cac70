import { z } from "zod";

/** Something that passed between this machine and a venue. `at` is the machine's clock. */
export type Frame =
  /** Recording began; `feed` as it was asked for. */
  | { readonly kind: "begun"; readonly at: number; readonly feed: string }
  /** A line was asked for, and came or did not. */
  | { readonly kind: "opening"; readonly at: number; readonly line: number; readonly url: string }
  | { readonly kind: "opened"; readonly at: number; readonly line: number }
  | {
    readonly kind: "refused";
    readonly at: number;
    readonly line: number;
    readonly fault: "not-sent" | "no-answer";
    readonly reason: string;
  }
  /** A message, either way. */
  | { readonly kind: "received"; readonly at: number; readonly line: number; readonly text: string }
  | { readonly kind: "sent"; readonly at: number; readonly line: number; readonly text: string }
  /** A line ended, by either side. */
  | { readonly kind: "ended"; readonly at: number; readonly line: number; readonly reason: string }
  /** A request, and its answer or that there was none. What its headers said is not kept. */
  | {
    readonly kind: "asked";
    readonly at: number;
    readonly request: number;
    readonly method: string;
    readonly url: string;
    /** What went with it; absent where nothing did. */
    readonly body?: string | undefined;
  }
  | {
    readonly kind: "answered";
    readonly at: number;
    readonly request: number;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  | {
    readonly kind: "unanswered";
    readonly at: number;
    readonly request: number;
    readonly fault: "not-sent" | "no-answer";
    readonly reason: string;
  }
  /** Nothing was written for a while. */
  | { readonly kind: "hole"; readonly at: number; readonly reason: string };

const at = z.number();
const number = z.int().positive();
const fault = z.enum(["not-sent", "no-answer"]);
const text = z.string();

/** Frames as they are written down: one line each. */
export const FRAME_SCHEMA: z.ZodType<Frame> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("begun"), at, feed: text }),
  z.object({ kind: z.literal("opening"), at, line: number, url: text }),
  z.object({ kind: z.literal("opened"), at, line: number }),
  z.object({ kind: z.literal("refused"), at, line: number, fault, reason: text }),
  z.object({ kind: z.literal("received"), at, line: number, text }),
  z.object({ kind: z.literal("sent"), at, line: number, text }),
  z.object({ kind: z.literal("ended"), at, line: number, reason: text }),
  z.object({
    ...{ kind: z.literal("asked"), at, request: number, method: text, url: text },
    body: text.optional(),
  }),
  z.object({
    ...{ kind: z.literal("answered"), at, request: number, status: z.int(), body: text },
    headers: z.record(text, text),
  }),
  z.object({ kind: z.literal("unanswered"), at, request: number, fault, reason: text }),
  z.object({ kind: z.literal("hole"), at, reason: text }),
]);

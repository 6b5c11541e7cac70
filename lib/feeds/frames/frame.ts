import { z } from "zod";

const at = z.number();
const line = z.int().positive();
const request = z.int().positive();
const fault = z.enum(["not-sent", "no-answer"]);

/** Something that passed between this machine and a venue, as it is written down: one line each. */
export const FRAME_SCHEMA = z.discriminatedUnion("kind", [
  /** Recording began; `feed` as it was asked for. */
  z.object({ kind: z.literal("begun"), at, feed: z.string() }),
  /** A line was asked for, and came or did not. */
  z.object({ kind: z.literal("opening"), at, line, url: z.string() }),
  z.object({ kind: z.literal("opened"), at, line }),
  z.object({ kind: z.literal("refused"), at, line, fault, reason: z.string() }),
  /** A message, either way. */
  z.object({ kind: z.literal("received"), at, line, text: z.string() }),
  z.object({ kind: z.literal("sent"), at, line, text: z.string() }),
  /** A line ended, by either side. */
  z.object({ kind: z.literal("ended"), at, line, reason: z.string() }),
  /** A request, and its answer or that there was none. What its headers said is not kept. */
  z.object({ kind: z.literal("asked"), at, request, method: z.string(), url: z.string() }),
  z.object({
    kind: z.literal("answered"),
    at,
    request,
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
  z.object({ kind: z.literal("unanswered"), at, request, fault, reason: z.string() }),
  /** Nothing was written for a while. */
  z.object({ kind: z.literal("hole"), at, reason: z.string() }),
]);

/** Something that passed between this machine and a venue. */
export type Frame = z.infer<typeof FRAME_SCHEMA>;

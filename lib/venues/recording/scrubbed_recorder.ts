import type { Frame, FrameRecorder } from "../../feeds/mod.ts";
import type { Scrubber } from "./scrubber.ts";

/**
 * Writes frames down without what is secret in them.
 *
 * @param recordEnd ends a record of a line: a part of one is written with the rest of it, as half of
 * a secret is none that could be found
 */
export function scrubbedRecorder(
  recorder: FrameRecorder,
  scrubber: Scrubber,
  recordEnd?: string,
): FrameRecorder {
  const endpoints = new Map<number, string>(), parts = new Map<number, string>();
  return {
    write(frame) {
      const whole = recordEnd === undefined ? frame : joined(frame, parts, recordEnd);
      if (whole === null) return;
      if (whole.kind === "asked") endpoints.set(whole.request, whole.url);
      const isEnd = whole.kind === "answered" || whole.kind === "unanswered";
      recorder.write(scrubber.frame(whole, isEnd ? endpoints.get(whole.request) : undefined));
      if (isEnd) endpoints.delete(whole.request);
    },
    get isRecording() {
      return recorder.isRecording;
    },
    close: () => recorder.close(),
  };
}

/** A frame with the parts of its record that came before it; null while more is to come. */
function joined(frame: Frame, parts: Map<number, string>, recordEnd: string): Frame | null {
  if (frame.kind === "ended") parts.delete(frame.line);
  if (frame.kind !== "received") return frame;
  const text = (parts.get(frame.line) ?? "") + frame.text;
  if (text.endsWith(recordEnd)) {
    parts.delete(frame.line);
    return { ...frame, text };
  }
  parts.set(frame.line, text);
  return null;
}

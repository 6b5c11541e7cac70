import type { Clock } from "../../core/mod.ts";
import { type Line, type LineListener, type Transport, TransportError } from "../../trading/mod.ts";
import type { FrameRecorder } from "./frame_recorder.ts";

/** Headers of an answer that decide what a client does; the others are not kept. */
const KEPT_HEADERS = ["date", "retry-after", "location"];

/** The same way to servers, with everything that passes written down. */
export function recordTransport(
  transport: Transport,
  recorder: FrameRecorder,
  clock: Clock,
): Transport {
  let lines = 0, requests = 0;
  return {
    async request(asked) {
      const request = ++requests;
      const { body, method, url } = asked;
      const sent = body === undefined ? {} : { body };
      recorder.write({ kind: "asked", at: clock.now(), request, method, url, ...sent });
      try {
        const answer = await transport.request(asked);
        const { body, status } = answer;
        const headers = Object.fromEntries(
          KEPT_HEADERS.flatMap((name) => {
            const value = answer.headers[name];
            return value === undefined ? [] : [[name, value]];
          }),
        );
        recorder.write({ kind: "answered", at: clock.now(), request, status, headers, body });
        return answer;
      } catch (error) {
        if (error instanceof TransportError) {
          const { fault, message: reason } = error;
          recorder.write({ kind: "unanswered", at: clock.now(), request, fault, reason });
        }
        throw error;
      }
    },
    async open(url, listener) {
      const line = ++lines;
      recorder.write({ kind: "opening", at: clock.now(), line, url });
      const heard: LineListener = {
        onMessage(text) {
          recorder.write({ kind: "received", at: clock.now(), line, text });
          listener.onMessage(text);
        },
        onClose(reason) {
          recorder.write({ kind: "ended", at: clock.now(), line, reason });
          listener.onClose(reason);
        },
      };
      let opened: Line;
      try {
        opened = await transport.open(url, heard);
      } catch (error) {
        if (error instanceof TransportError) {
          const { fault, message: reason } = error;
          recorder.write({ kind: "refused", at: clock.now(), line, fault, reason });
        }
        throw error;
      }
      recorder.write({ kind: "opened", at: clock.now(), line });
      return {
        send(text) {
          recorder.write({ kind: "sent", at: clock.now(), line, text });
          opened.send(text);
        },
        close: () => opened.close(),
      };
    },
  };
}

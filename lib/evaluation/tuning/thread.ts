/** The thread behind `searchInThreads()`: a worker of the study like one in another process. */
import type { OptimizeSummary } from "../../tuning/mod.ts";
import { type DataRequest, openData } from "../../data/mod.ts";
import { openTuneSession, search, type SearchSettings } from "./session.ts";

/** What the thread is told. */
export type ThreadRequest =
  | { readonly type: "start"; readonly data: DataRequest; readonly settings: SearchSettings }
  | { readonly type: "stop" };

/** What the thread tells. */
export type ThreadAnswer =
  | { readonly type: "trial" }
  | { readonly type: "done"; readonly summary: OptimizeSummary }
  | { readonly type: "failed"; readonly name: string; readonly message: string };

/** What a thread has and the main thread has not. */
declare const self: {
  onmessage: (event: MessageEvent<ThreadRequest>) => void;
  postMessage(answer: ThreadAnswer): void;
};

const controller = new AbortController();

self.onmessage = ({ data: request }: MessageEvent<ThreadRequest>): void => {
  if (request.type === "stop") controller.abort();
  else void run(request);
};

async function run(
  { data, settings }: Extract<ThreadRequest, { readonly type: "start" }>,
): Promise<void> {
  try {
    // As in `cli/run.ts`: here a program starts, and it has no other clock.
    await using session = await openTuneSession(await openData(data), settings, { now: Date.now });
    const summary = await search(session, settings, controller.signal, () => {
      self.postMessage({ type: "trial" });
    });
    self.postMessage({ type: "done", summary });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    self.postMessage({ type: "failed", name, message });
  }
}

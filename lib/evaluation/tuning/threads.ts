import type { OptimizeSummary } from "../../tuning/mod.ts";
import { InputError } from "../../core/mod.ts";
import type { DataRequest } from "../../data/mod.ts";
import type { SearchSettings } from "./session.ts";
import type { ThreadAnswer, ThreadRequest } from "./thread.ts";

/** Settings of one of several workers, which share the trials out. */
export function shareOf<Settings extends SearchSettings>(
  settings: Settings,
  worker: number,
  workers: number,
): Settings {
  const { trials } = settings;
  if (trials === undefined) return settings;
  return { ...settings, trials: Math.floor((trials + workers - 1 - worker) / workers) };
}

/**
 * Runs trials in threads of their own, beside those of the main thread.
 *
 * @param workers all of them, the main thread, which is number 0, included
 */
export function searchInThreads(
  data: DataRequest,
  settings: SearchSettings,
  workers: number,
  signal: AbortSignal,
  onTrial: () => void,
): readonly Promise<OptimizeSummary>[] {
  return Array.from({ length: workers - 1 }, (_, index) => {
    const share = shareOf(settings, index + 1, workers);
    return searchInThread({ type: "start", data, settings: share }, signal, onTrial);
  });
}

async function searchInThread(
  start: ThreadRequest,
  signal: AbortSignal,
  onTrial: () => void,
): Promise<OptimizeSummary> {
  const thread = new Worker(new URL("thread.ts", import.meta.url), { type: "module" });
  const tell = (request: ThreadRequest): void => thread.postMessage(request);
  const stop = (): void => tell({ type: "stop" });
  try {
    return await new Promise((resolve, reject) => {
      thread.onmessage = ({ data: answer }: MessageEvent<ThreadAnswer>) => {
        if (answer.type === "trial") onTrial();
        else if (answer.type === "done") resolve(answer.summary);
        else reject(errorOf(answer));
      };
      thread.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      tell(start);
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
    });
  } finally {
    signal.removeEventListener("abort", stop);
    thread.terminate();
  }
}

function errorOf({ name, message }: Extract<ThreadAnswer, { readonly type: "failed" }>): Error {
  return name === "InputError" ? new InputError(message) : new Error(`${name}: ${message}`);
}

/** How the trials of all workers ended; the first that has no other reason than its share decides. */
export function joinSummaries(summaries: readonly OptimizeSummary[]): OptimizeSummary {
  const sum = (part: "complete" | "pruned" | "failed" | "lost") =>
    summaries.reduce((total, summary) => total + summary[part], 0);
  return {
    complete: sum("complete"),
    pruned: sum("pruned"),
    failed: sum("failed"),
    lost: sum("lost"),
    reason: summaries.find(({ reason }) => reason !== "trials")?.reason ?? "trials",
  };
}

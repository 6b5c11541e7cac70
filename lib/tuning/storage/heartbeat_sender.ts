/** What the thread of `heartbeat_thread.ts` is told. */
export type HeartbeatMessage =
  | { readonly type: "open"; readonly url: string; readonly intervalMs: number }
  | { readonly type: "begin" | "end"; readonly trialId: number };

/** Sends heartbeats for the trials that a worker runs. */
export interface HeartbeatSender extends Disposable {
  /** From now on. */
  begin(trialId: number): void;
  /** From now on no more. */
  end(trialId: number): void;
}

/**
 * Sends heartbeats from a thread with a connection of its own: they go on while this thread
 * computes. The thread ends with the process, killed or not, and when it is disposed of.
 *
 * @param url as `openStorage()` takes it
 * @param intervalSeconds between two heartbeats of a trial
 * @throws {RangeError} when the interval is not positive
 */
export function sendHeartbeats(url: string, intervalSeconds: number): HeartbeatSender {
  if (!(intervalSeconds > 0)) {
    throw new RangeError(
      `Cannot send heartbeats as seconds between them are above 0: current value is ${intervalSeconds}`,
    );
  }
  const thread = new Worker(new URL("heartbeat_thread.ts", import.meta.url), { type: "module" });
  const tell = (message: HeartbeatMessage): void => thread.postMessage(message);
  tell({ type: "open", url, intervalMs: 1000 * intervalSeconds });
  return {
    begin: (trialId) => tell({ type: "begin", trialId }),
    end: (trialId) => tell({ type: "end", trialId }),
    [Symbol.dispose]: () => thread.terminate(),
  };
}

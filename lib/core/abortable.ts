/**
 * What a promise comes to, for whoever waits no longer than until a signal is aborted. What the
 * promise stands for goes on.
 *
 * @throws the signal's reason when it is aborted first
 * @example
 * ```ts
 * import { abortable } from "./abortable.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 * import { rejects } from "node:assert/strict";
 *
 * const stopping = new AbortController();
 * assertEquals(await abortable(Promise.resolve(7), stopping.signal), 7);
 * const never = abortable(new Promise(() => {}), stopping.signal);
 * stopping.abort();
 * await rejects(never, { name: "AbortError" });
 * ```
 */
export function abortable<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

import type { TimerClock } from "../../core/mod.ts";
import { type Line, type LineListener, type Transport, TransportError } from "../../trading/mod.ts";

/** How long a line may take to open. */
export interface LineOpening {
  readonly clock: TimerClock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a line in time. One that opens later is closed, and nobody hears of it.
 *
 * @returns the line, or why there is none
 * @throws what is no fault of the way: a permission that is missing
 */
export function openLine(
  transport: Transport,
  url: string,
  listener: LineListener,
  { clock, signal, timeoutMs }: LineOpening,
): Promise<Line | string> {
  return new Promise((resolve, reject) => {
    let state: "waiting" | "open" | "given up" = "waiting";
    const settle = (next: "open" | "given up", act: () => void): void => {
      if (state !== "waiting") return;
      state = next;
      stop();
      signal?.removeEventListener("abort", cancel);
      act();
    };
    const giveUp = (reason: string): void => settle("given up", () => resolve(reason));
    const cancel = (): void => giveUp("cancelled");
    const stop = clock.after(timeoutMs, () => giveUp(`no line in ${timeoutMs / 1_000} s`));
    if (signal?.aborted === true) return cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    transport.open(url, {
      onMessage: (text) => state !== "given up" && listener.onMessage(text),
      onClose: (reason) => state !== "given up" && listener.onClose(reason),
    }).then((line) => {
      if (state === "given up") line.close();
      else settle("open", () => resolve(line));
    }, (error: unknown) => {
      if (error instanceof TransportError) giveUp(error.message);
      else settle("given up", () => reject(error));
    });
  });
}

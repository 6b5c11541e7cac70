import type { Control, Controls } from "./controls.ts";

/** What each signal wants. */
const WANTED = { SIGUSR1: "halt", SIGUSR2: "flatten" } as const;

/**
 * Controls as signals of the process: SIGUSR1 halts, SIGUSR2 flattens and halts. Made first of all,
 * as a process that does not listen is ended by them; what comes before anybody listens waits.
 * Systems that do not know these signals have none.
 */
export class SignalControls implements Controls, Disposable {
  readonly #handlers: readonly (readonly [Deno.Signal, () => void])[];
  #listener: ((control: Control) => void) | null = null;
  #waiting: Control[] = [];

  constructor() {
    this.#handlers = Deno.build.os === "windows" ? [] : Object.entries(WANTED).map((
      [signal, kind],
    ) => [signal as Deno.Signal, () => this.#hear({ kind, via: "signal", reason: "" })]);
    for (const [signal, handler] of this.#handlers) Deno.addSignalListener(signal, handler);
  }

  /** Says who is told; what came before is told at once. */
  onControl(listener: (control: Control) => void): void {
    this.#listener = listener;
    for (const control of this.#waiting.splice(0)) listener(control);
  }

  /** Ends the listening. */
  [Symbol.dispose](): void {
    for (const [signal, handler] of this.#handlers) Deno.removeSignalListener(signal, handler);
    this.#listener = null;
  }

  #hear(control: Control): void {
    if (this.#listener === null) this.#waiting.push(control);
    else this.#listener(control);
  }
}

/** What a person may tell a session to do while it runs. */
export const CONTROL_KINDS = [
  "halt",
  "reduce-only",
  "pause",
  "resume",
  "flatten",
  "stop",
] as const;

/** One thing that a person wants. */
export interface Control {
  /**
   * `halt` enters nothing any more until `resume`; `reduce-only` and `pause` do the same, a pause
   * until a time; `flatten` closes every position at once and halts; `stop` ends the session and
   * leaves positions as they are.
   */
  readonly kind: typeof CONTROL_KINDS[number];
  /** How it came: `command`, `file`, `signal`, `terminal`. */
  readonly via: string;
  /** Why, in the person's words; empty for none. */
  readonly reason: string;
  /** Of a pause: when it is over by the session's time, epoch milliseconds; absent until resumed. */
  readonly until?: number;
}

/** Where a session hears what people want. */
export interface Controls {
  /**
   * Says who is told, at once, also while the session waits for something. What comes before
   * somebody listens waits: a session that goes on listens once it is in line with its broker.
   */
  onControl(listener: (control: Control) => void): void;
}

/** Controls that a program uses itself; a test, or a terminal. */
export class ManualControls implements Controls {
  #listener: ((control: Control) => void) | null = null;
  #waiting: Control[] = [];

  /** Says who is told; what came before is told at once. */
  onControl(listener: (control: Control) => void): void {
    this.#listener = listener;
    for (const control of this.#waiting.splice(0)) listener(control);
  }

  /** Tells it. */
  tell(control: Control): void {
    if (this.#listener === null) this.#waiting.push(control);
    else this.#listener(control);
  }
}

/** Several places where people say what they want, as one. */
export function mergeControls(all: readonly Controls[]): Controls {
  return {
    onControl(listener) {
      for (const one of all) one.onControl(listener);
    },
  };
}

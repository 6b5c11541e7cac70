import { join } from "node:path";
import { InputError, type TimerClock } from "../core/mod.ts";
import { type Control, CONTROL_KINDS, type Controls } from "./controls.ts";

/** A folder can be watched, and is looked at all the same: watching can go blind. */
const POLL_MS = 1_000;

/**
 * Controls as files in a folder: a file named `halt`, `reduce-only`, `pause`, `resume`, `flatten` or
 * `stop`, with a reason in it or empty; before the reason of a pause the time at which it is over,
 * such as `2026-12-01T14:30Z`. Of several, the one that was written last is heard last. What was heard
 * is removed. `touch` is enough, also where no program of ours starts, and also by somebody whose
 * files this process may neither read nor remove.
 */
export class FileControls implements Controls, Disposable {
  readonly #folder: string;
  readonly #watcher: Deno.FsWatcher;
  readonly #clock: TimerClock;
  /** Null while nobody listens: then what lies there waits. */
  #listener: ((control: Control) => void) | null = null;
  /** Files that were heard and could not be removed, by when they were written. */
  readonly #kept = new Map<Control["kind"], number>();
  #stopPolling: () => void = () => {};

  /** Begins to watch. @param folder is made where it is not there */
  constructor(folder: string, clock: TimerClock) {
    Deno.mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#clock = clock;
    this.#watcher = Deno.watchFs(folder, { recursive: false });
    this.#follow();
    this.#poll();
  }

  /** Says who is told; what lies there already is told at once. */
  onControl(listener: (control: Control) => void): void {
    this.#listener = listener;
    this.#look();
  }

  /** Ends the watching. */
  [Symbol.dispose](): void {
    this.#stopPolling();
    this.#watcher.close();
    this.#listener = null;
  }

  async #follow(): Promise<void> {
    for await (const _ of this.#watcher) this.#look();
  }

  #poll(): void {
    this.#stopPolling = this.#clock.after(POLL_MS, () => {
      this.#look();
      this.#poll();
    });
  }

  #look(): void {
    if (this.#listener === null) return;
    for (const { kind, path, writtenAt } of this.#found()) {
      const reason = reasonIn(path);
      try {
        Deno.removeSync(path);
      } catch {
        this.#kept.set(kind, writtenAt);
      }
      this.#listener({ kind, via: "file", ...(kind === "pause" ? untilOf(reason) : { reason }) });
    }
  }

  /** What lies there, in the order in which people said it: the last word of several counts. */
  #found(): readonly { kind: Control["kind"]; path: string; writtenAt: number }[] {
    return CONTROL_KINDS.flatMap((kind) => {
      const path = join(this.#folder, kind);
      try {
        const writtenAt = Deno.lstatSync(path).mtime?.getTime() ?? 0;
        return this.#kept.get(kind) === writtenAt ? [] : [{ kind, path, writtenAt }];
      } catch {
        return [];
      }
    }).toSorted((one, other) =>
      one.writtenAt - other.writtenAt ||
      Number(other.kind === "resume") - Number(one.kind === "resume")
    );
  }
}

/** Why, as far as it can be read: what a file is named is enough to do it. */
function reasonIn(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return "";
  }
}

/** A time with its offset: one without would be another one elsewhere. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** When a pause is over, and why it is one; a text without a time is a reason alone. */
function untilOf(text: string): Pick<Control, "reason" | "until"> {
  const [first = "", ...reason] = text.split(/\s+/);
  const until = INSTANT.test(first) ? Date.parse(first) : NaN;
  return Number.isNaN(until) ? { reason: text } : { reason: reason.join(" "), until };
}

/**
 * Tells a session something through its folder.
 *
 * @throws {InputError} when it cannot be written there
 */
export function writeControl(
  folder: string,
  { kind, reason, until }: Omit<Control, "via">,
): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    const why = [waitingReason(folder, kind), reason].filter((one) => one !== "").join("; ");
    const text = until === undefined ? why : `${new Date(until).toISOString()} ${why}`;
    // Whoever watches never sees half a file.
    const draft = join(folder, `.${kind}`);
    Deno.writeTextFileSync(draft, text);
    Deno.renameSync(draft, join(folder, kind));
  } catch (error) {
    throw new InputError(`Cannot tell the session to ${kind}: ${(error as Error).message}`, {
      where: folder,
      remedy: `make an empty file named '${kind}' there by hand`,
    });
  }
}

/** Why somebody wanted the same before, of which the session has not heard yet; empty for nobody. */
function waitingReason(folder: string, kind: Control["kind"]): string {
  try {
    const text = Deno.readTextFileSync(join(folder, kind)).trim();
    return kind === "pause" ? untilOf(text).reason : text;
  } catch {
    return "";
  }
}

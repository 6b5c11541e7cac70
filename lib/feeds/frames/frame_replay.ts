import { InputError, VirtualClock } from "../../core/mod.ts";
import {
  type Line,
  type LineListener,
  type Transport,
  TransportError,
  type TransportResponse,
} from "../../trading/mod.ts";
import type { Frame } from "./frame.ts";

/** A recording that passes once more. */
export interface FrameReplay {
  /** Its time, which stands still until it is played. */
  readonly clock: VirtualClock;
  /** Says what the venue said, when it said it. */
  readonly transport: Transport;
  /** As the feed was asked for. */
  readonly feed: string;
  /** Lets it all pass, to the last frame. @throws {InputError} when it has holes */
  play(): Promise<void>;
}

interface Asking {
  readonly path: string;
  readonly resolve: (response: TransportResponse) => void;
  readonly reject: (error: Error) => void;
}

interface Opening {
  readonly listener: LineListener;
  readonly resolve: (line: Line) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Plays recorded frames once more to the same client: on its clock and over its transport a feed
 * hands on the bars that it handed on then. Requests are told apart by their path and order alone,
 * as their query hangs on the moment.
 *
 * @param frames of one recording, from its beginning
 * @throws {InputError} when its beginning is gone
 */
export async function openFrameReplay(frames: AsyncIterable<Frame>): Promise<FrameReplay> {
  const rest = frames[Symbol.asyncIterator]();
  const first = await rest.next();
  if (first.done === true || first.value.kind !== "begun") {
    throw new InputError("Cannot replay frames as the beginning of their recording is gone", {
      remedy: "choose another recording of the folder, or keep more files",
    });
  }
  const { at, feed } = first.value;
  const clock = new VirtualClock(at), player = new Player();
  return {
    clock,
    transport: player.transport,
    feed,
    async play() {
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
        const frame = next.value;
        if (frame.kind === "begun") break;
        if (frame.kind === "hole") throw holeError(frame.at, frame.reason);
        await clock.advance(Math.max(0, frame.at - clock.now()));
        player.play(frame);
        // What the frame sets off is done before the next one.
        await clock.advance(0);
      }
      player.end();
    },
  };
}

function holeError(at: number, reason: string): InputError {
  return new InputError(
    `Cannot replay frames beyond ${new Date(at).toISOString()} as some were not recorded`,
    { where: reason, remedy: "replay what comes before, or a recording without holes" },
  );
}

/** The venue's side of a recording. */
class Player {
  readonly #asking: Asking[] = [];
  readonly #answers: { readonly path: string; readonly give: (asking: Asking) => void }[] = [];
  readonly #paths = new Map<number, string>();
  /** Lines that the client waits for, and outcomes that it has not asked for yet. */
  readonly #opening: Opening[] = [];
  readonly #outcomes: ((opening: Opening) => void)[] = [];
  readonly #lines = new Map<number, LineListener>();

  readonly transport: Transport = {
    request: ({ method, url }) =>
      new Promise((resolve, reject) => {
        const asking = { path: pathOf(method, url), resolve, reject };
        const index = this.#answers.findIndex(({ path }) => path === asking.path);
        if (index < 0) this.#asking.push(asking);
        else this.#answers.splice(index, 1)[0]!.give(asking);
      }),
    open: (_, listener) =>
      new Promise((resolve, reject) => {
        const opening = { listener, resolve, reject };
        const outcome = this.#outcomes.shift();
        if (outcome === undefined) this.#opening.push(opening);
        else outcome(opening);
      }),
  };

  play(frame: Frame): void {
    switch (frame.kind) {
      case "asked":
        return void this.#paths.set(frame.request, pathOf(frame.method, frame.url));
      case "answered": {
        const { body, headers, status } = frame;
        return this.#answer(frame.request, ({ resolve }) => resolve({ status, headers, body }));
      }
      case "unanswered": {
        const error = new TransportError(frame.fault, frame.reason);
        return this.#answer(frame.request, ({ reject }) => reject(error));
      }
      case "opened":
        return this.#open((opening) => this.#begin(frame.line, opening));
      case "refused": {
        const error = new TransportError(frame.fault, frame.reason);
        return this.#open(({ reject }) => reject(error));
      }
      case "received":
        return this.#lines.get(frame.line)?.onMessage(frame.text);
      case "ended":
        return this.#endLine(frame.line, frame.reason);
    }
  }

  /** Nothing comes any more: lines end. */
  end(): void {
    for (const line of [...this.#lines.keys()]) this.#endLine(line, "the recording ends here");
  }

  #begin(line: number, { listener, resolve }: Opening): void {
    this.#lines.set(line, listener);
    resolve({ send: () => {}, close: () => this.#endLine(line, "closed by the client") });
  }

  #endLine(line: number, reason: string): void {
    const listener = this.#lines.get(line);
    this.#lines.delete(line);
    listener?.onClose(reason);
  }

  #answer(request: number, give: (asking: Asking) => void): void {
    const path = this.#paths.get(request);
    this.#paths.delete(request);
    if (path === undefined) return;
    const index = this.#asking.findIndex((asking) => asking.path === path);
    if (index < 0) this.#answers.push({ path, give });
    else give(this.#asking.splice(index, 1)[0]!);
  }

  #open(outcome: (opening: Opening) => void): void {
    const opening = this.#opening.shift();
    if (opening === undefined) this.#outcomes.push(outcome);
    else outcome(opening);
  }
}

function pathOf(method: string, url: string): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}

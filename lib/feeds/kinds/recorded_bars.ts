import { InputError, VirtualClock } from "../../core/mod.ts";
import { barOfRow, type JournaledBar } from "../../trading/mod.ts";
import { readFrames } from "../frames/read_frames.ts";
import type { FeedRequest } from "./feed_kind.ts";
import { FEED_KINDS } from "./feed_kinds.ts";

/** What recorded frames say of the bars of a feed. */
export interface RecordedBars {
  /** By the open of the bar; several where recordings have it otherwise, oldest first. */
  readonly bars: ReadonlyMap<number, readonly JournaledBar[]>;
  /** What could not be replayed, one line each. */
  readonly notes: readonly string[];
}

/**
 * The bars that a feed makes of the frames of a folder, from each of its recordings; null where there
 * is no such folder.
 *
 * @param request as the feed was asked for
 * @throws {InputError} when a line of the folder is no frame
 */
export async function recordedBars(
  folder: string,
  request: FeedRequest,
): Promise<RecordedBars | null> {
  if (!isFolder(folder)) return null;
  const kind = FEED_KINDS.find(({ name }) => name === "frames")!;
  let recordings = 0;
  for await (const frame of readFrames(folder)) if (frame.kind === "begun") recordings++;
  const bars = new Map<number, JournaledBar[]>(), notes: string[] = [];
  for (let recording = 1; recording <= recordings; recording++) {
    try {
      const { stored } = await kind.open(`${folder}@${recording}`, request, {
        clock: new VirtualClock(),
      });
      for (let row = 0; row < stored!.length; row++) {
        const bar = barOfRow(stored!, row);
        const known = bars.get(bar.time);
        if (known === undefined) bars.set(bar.time, [bar]);
        else known.push(bar);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      notes.push(`Recording ${recording} of the frames was not read: ${error.message}`);
    }
  }
  return { bars, notes };
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

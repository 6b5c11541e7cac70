import { join } from "node:path";
import { InputError } from "../../core/mod.ts";
import { barsOfRows } from "../../trading/mod.ts";
import { frameFiles } from "../frames/frame_recorder.ts";
import { openFrameReplay } from "../frames/frame_replay.ts";
import { readFrames } from "../frames/read_frames.ts";
import { createRecordedFeed, hearRecording } from "../frames/recorded_feed.ts";
import { requireHistory } from "../require_history.ts";
import type { FeedKind } from "./feed_kind.ts";

/** What was heard from a venue, as a recording of a folder keeps it. */
export function framesKind(kinds: readonly FeedKind[]): FeedKind {
  return {
    name: "frames",
    form: "frames:FOLDER",
    summary: "what a feed has heard before, from its recording; frames:FOLDER@2 is the second one",
    ...{ isLive: false, isPath: true, hosts: [] },
    symbolOf(target, own) {
      const { kind, target: recorded } = feedOf(recordedName(target), kinds, target);
      return kind.symbolOf(recorded, own);
    },
    async open(target, request, resources) {
      const { folder, recording } = readTarget(target);
      requireFolder(folder);
      const replay = await openFrameReplay(readFrames(folder, recording));
      const { kind, target: recorded } = feedOf(replay.feed, kinds, target);
      const { market, heard } = await hearRecording(
        replay,
        async (onNews, signal) =>
          (await kind.open(recorded, request, {
            ...{ clock: replay.clock, transport: replay.transport, onNews, signal },
          })).feed,
      );
      const bars = heard.flatMap((said) => "bar" in said ? [said.bar] : []);
      requireHistory(`frames:${target}`, request.history, bars.length);
      const { lookBack } = request;
      const feed = createRecordedFeed(market, heard, {
        ...resources,
        ...{ name: `frames:${target}`, lookBack },
      });
      return { feed, stored: barsOfRows(market, bars) };
    },
  };
}

function readTarget(target: string): { readonly folder: string; readonly recording: number } {
  const match = /^(.+)@(\d+)$/.exec(target);
  return match === null
    ? { folder: target, recording: 1 }
    : { folder: match[1]!, recording: Number(match[2]) };
}

/** @throws {InputError} when no recording lies there */
function requireFolder(folder: string): readonly string[] {
  let files: readonly string[] = [];
  try {
    files = frameFiles(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
  }
  if (files.length > 0) return files;
  throw new InputError("Cannot find a recording of a feed", {
    where: folder,
    remedy: "name the folder 'frames' of a session that followed a venue",
  });
}

/** As the feed was asked for whose recording lies in a folder. */
function recordedName(target: string): string {
  const { folder } = readTarget(target);
  const [first] = requireFolder(folder);
  const [line = ""] = Deno.readTextFileSync(join(folder, first!)).split("\n", 1);
  try {
    return String(JSON.parse(line).feed);
  } catch {
    return "";
  }
}

function feedOf(
  text: string,
  kinds: readonly FeedKind[],
  where: string,
): { readonly kind: FeedKind; readonly target: string } {
  const colon = text.indexOf(":");
  const kind = kinds.find(({ name }) => name === text.slice(0, Math.max(0, colon)));
  if (kind !== undefined) return { kind, target: text.slice(colon + 1) };
  throw new InputError(`Cannot replay the frames of '${text}'`, {
    where,
    remedy: `choose a recording of ${kinds.map(({ name }) => name).join(" or ")}`,
  });
}

import { join } from "node:path";
import { InputError } from "../../core/mod.ts";
import { type Frame, FRAME_SCHEMA } from "./frame.ts";
import { frameFiles } from "./frame_recorder.ts";

/**
 * Frames of a folder, oldest first. The last line of a file may have been cut by a crash: it is
 * passed over.
 *
 * @param session only those of one recording, counted from 1; all when absent
 * @throws {InputError} when a line is no frame
 */
export async function* readFrames(folder: string, session?: number): AsyncGenerator<Frame> {
  let current = 0;
  for (const name of frameFiles(folder)) {
    const path = join(folder, name), lines = (await Deno.readTextFile(path)).split("\n");
    // What stands behind the last end of a line is no whole line.
    lines.pop();
    for (const [i, line] of lines.entries()) {
      const frame = parseFrame(line, `${path}, line ${i + 1}`);
      if (frame.kind === "begun") current++;
      if (session === undefined || session === current) yield frame;
    }
  }
}

function parseFrame(line: string, where: string): Frame {
  try {
    return FRAME_SCHEMA.parse(JSON.parse(line));
  } catch (cause) {
    throw new InputError("Cannot read a line as a frame", {
      where,
      remedy: "the file was changed by hand; take it out of the folder",
      cause,
    });
  }
}

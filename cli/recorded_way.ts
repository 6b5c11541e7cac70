import { join } from "node:path";
import { InputError, type TimerClock } from "../lib/core/mod.ts";
import { RECORDINGS_FOLDER } from "../lib/core/program.ts";
import { createNetworkTransport } from "../lib/network/mod.ts";
import { recordVenue, type VenueRecording, type VenueRequest } from "../lib/venues/mod.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The network's way to a venue, with everything that passes written down where `--record` names a
 * recording.
 *
 * @throws {InputError} when the name is none, or there is no venue to record
 */
export async function recordedWay(
  venue: VenueRequest | null,
  name: string | undefined,
  clock: TimerClock,
  onTrouble: (reason: string) => void,
): Promise<VenueRecording> {
  const transport = createNetworkTransport();
  if (name === undefined) return { transport, [Symbol.dispose]: () => {} };
  if (venue === null) {
    throw new InputError("Cannot record as no venue is reached", {
      where: "--record",
      remedy: "start it by a task of a venue, for example `deno task trade:tradovate-demo`",
    });
  }
  return await recordVenue(venue, recordingFolder(name), { clock, transport, onTrouble });
}

/** Folder of a recording. @throws {InputError} when its name is none */
export function recordingFolder(name: string): string {
  if (NAME.test(name)) return join(RECORDINGS_FOLDER, name);
  throw new InputError(`Cannot name a recording ${JSON.stringify(name)}`, {
    where: "--record",
    remedy: "use letters, digits, - _ and ., 64 at most",
  });
}

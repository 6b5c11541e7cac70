import type { TimerClock } from "../../core/mod.ts";
import { type FrameRecorder, openFrameRecorder, recordTransport } from "../../feeds/mod.ts";
import type { Transport } from "../../trading/mod.ts";
import type { VenueRequest } from "../access/venue_access.ts";
import { PROJECTX_SECRET_FIELDS, projectxSecrets } from "../projectx/projectx_secrets.ts";
import { TRADOVATE_SECRET_FIELDS, tradovateSecrets } from "../tradovate/tradovate_secrets.ts";
import { Scrubber } from "./scrubber.ts";
import { scrubbedRecorder } from "./scrubbed_recorder.ts";

/** What a recording is made with. */
export interface VenueRecordingOptions {
  readonly clock: TimerClock;
  /** The way to the venue. */
  readonly transport: Transport;
  /** Told when writing stops, and when it goes on. */
  readonly onTrouble?: (reason: string) => void;
  /** Bytes that the disk has left; the file system's word by default (permission `sys: statfs`). */
  readonly freeBytes?: () => Promise<number>;
}

/** A way to a venue on which everything that passes is written down. */
export interface VenueRecording extends Disposable {
  readonly transport: Transport;
}

/**
 * Writes down what passes between this machine and a venue, without tokens, keys, passwords, names
 * and numbers of accounts and users. Trouble with the disk stops the recording and nothing else.
 *
 * @param folder of the recording, made where it is not there; another recording in it is gone on from
 * @throws when the folder cannot be made or read
 */
export async function recordVenue(
  request: VenueRequest,
  folder: string,
  { clock, freeBytes, onTrouble, transport }: VenueRecordingOptions,
): Promise<VenueRecording> {
  const recorder = await openFrameRecorder(folder, {
    ...{ clock, feed: request.name },
    ...(freeBytes === undefined ? {} : { freeBytes }),
    ...(onTrouble === undefined ? {} : { onTrouble }),
  });
  return {
    transport: recordTransport(transport, scrubbedFor(request, recorder), clock),
    [Symbol.dispose]: () => recorder.close(),
  };
}

/** Writes down what passes at a venue without what its user has given, and whose it is. */
export function scrubbedFor(request: VenueRequest, recorder: FrameRecorder): FrameRecorder {
  const [fields, known] = request.kind === "tradovate"
    ? [TRADOVATE_SECRET_FIELDS, tradovateSecrets(request.credentials)]
    : [PROJECTX_SECRET_FIELDS, projectxSecrets(request.credentials)];
  return scrubbedRecorder(recorder, new Scrubber(fields, known), fields.recordEnd);
}

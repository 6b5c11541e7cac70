import { abortable } from "../../lib/core/mod.ts";

/**
 * What is being opened; whoever is stopped meanwhile does not wait for it, and it is closed as soon
 * as it is there.
 *
 * @throws the signal's reason when it is aborted first
 */
export async function openUnlessStopped<Opened extends AsyncDisposable>(
  opening: Promise<Opened>,
  signal?: AbortSignal,
): Promise<Opened> {
  try {
    return await abortable(opening, signal);
  } catch (error) {
    if (signal?.aborted === true) {
      // Nobody is there any more who could be told that it failed.
      opening.then((opened) => opened[Symbol.asyncDispose]()).catch(() => {});
    }
    throw error;
  }
}

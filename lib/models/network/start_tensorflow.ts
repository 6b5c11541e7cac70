import { InputError } from "../../core/mod.ts";
import { openTensorflow, tf } from "../../tensor/training.ts";
import type { TensorflowOptions } from "../../tensor/mod.ts";

/**
 * Starts TensorFlow.js with its default backend unless one runs already: the choice is that of the
 * first.
 */
export async function startTensorflow(): Promise<void> {
  // Undefined, against its type, before any backend was chosen.
  const backend = tf.getBackend() as string | undefined;
  if (backend === undefined) await openTensorflow();
}

/**
 * Starts TensorFlow.js with a backend that somebody asked for.
 *
 * @throws {InputError} when this machine does not have it
 */
export async function startBackend(options: TensorflowOptions): Promise<void> {
  try {
    await openTensorflow(options);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError((error as Error).message, {
      remedy: "train with --backend wasm, which every machine has",
      cause: error,
    });
  }
}

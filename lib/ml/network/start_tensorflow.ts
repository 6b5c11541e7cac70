import { openTensorflow, tf } from "../../tensor/tensorflow.ts";

/**
 * Starts TensorFlow.js with its default backend unless one runs already: the choice is that of the
 * first.
 */
export async function startTensorflow(): Promise<void> {
  // Undefined, against its type, before any backend was chosen.
  const backend = tf.getBackend() as string | undefined;
  if (backend === undefined) await openTensorflow();
}

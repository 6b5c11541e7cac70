/** More values than this make no median surer, and sorting them is the dearest check of all. */
const SAMPLE = 100_000;

/** How many values apart those of an even sample lie; 1 where all are few enough. */
export function sampleStride(length: number): number {
  return Math.max(1, Math.floor(length / SAMPLE));
}

/** Wall clock as an argument. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number;
}

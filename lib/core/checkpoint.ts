/** A place that keeps the state of one long fit. */
export interface Checkpoint {
  /** What was saved last; null for nothing. */
  load(): Promise<Uint8Array | null>;
  /** Replaces what was saved, wholly or not at all. */
  save(bytes: Uint8Array): Promise<void>;
  /** Forgets what was saved. */
  clear(): Promise<void>;
}

/** A checkpoint for each fit of a training, by a name that is the same in every run. */
export type Checkpoints = (stage: string) => Checkpoint;

import type { Clock } from "./clock.ts";
import type { Checkpoints } from "./checkpoint.ts";

/** Reports, cancellation and the clock of a long task. */
export interface TaskControl {
  readonly onProgress?: (stage: string, fraction: number) => void;
  readonly signal?: AbortSignal;
  readonly clock: Clock;
  /** Keeps the state of long fits, so that an interrupted task goes on. */
  readonly checkpoints?: Checkpoints;
}

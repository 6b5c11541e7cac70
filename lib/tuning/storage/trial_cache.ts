import { isFinished, type Trial } from "../trial.ts";
import { assembleTrials } from "./assemble_trials.ts";
import { readTrialRows } from "./read_trials.ts";
import type { SqlConnection } from "../../db/mod.ts";

/**
 * The trials of one study as last read. Finished trials never change, so only the others and the
 * ones made since are read again.
 */
export class TrialCache {
  readonly #studyId: number;
  readonly #trials: Trial[] = [];
  readonly #unfinished = new Set<number>();
  #highestId = -1;

  /** Starts empty. */
  constructor(studyId: number) {
    this.#studyId = studyId;
  }

  /** All trials in the order of their numbers. */
  async read(connection: SqlConnection): Promise<readonly Trial[]> {
    const rows = await readTrialRows(
      connection,
      this.#studyId,
      this.#highestId,
      this.#unfinished,
    );
    for (const trial of assembleTrials(rows)) this.#keep(trial);
    // A copy, without the holes of trials that were deleted by hand.
    return this.#trials.filter(() => true);
  }

  #keep(trial: Trial): void {
    this.#trials[trial.number] = trial;
    this.#highestId = Math.max(this.#highestId, trial.id);
    if (isFinished(trial.state)) this.#unfinished.delete(trial.id);
    else this.#unfinished.add(trial.id);
  }
}

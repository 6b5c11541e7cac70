import type { SessionPlace } from "../session/session_evidence.ts";

/** How a night is run, apart from system and bars: all that decides what comes of it. */
export interface NightSettings {
  /** Trials of the search for a better recipe; 0 for no search. */
  readonly trials: number;
  /** Begin no trial after so many seconds; no limit when absent. */
  readonly timeoutSeconds?: number;
  /** Newest share of the bars that no search sees and recipes are compared on. */
  readonly holdout: number;
  /** Refits over it, of champion and challenger. */
  readonly windows: number;
  /** Folds of the search. */
  readonly folds: number;
  /** Newest share of the bars that newer weights do not see and are compared on. */
  readonly tail: number;
  /** Most bars replayed by the leak check. */
  readonly leakBars: number;
  /** Futures that it changes. */
  readonly leakEnds: number;
  /** Cash of the account, dollars. */
  readonly cashUsd: number;
  /** Initial margin per lot, dollars; the instrument's own when absent. */
  readonly marginUsd?: number;
  /** Seed of every random choice. */
  readonly seed: number;
}

/** Where a night finds and leaves things; changes nothing of what comes of it. */
export interface NightPlaces {
  /** Registry, nights and checkpoints. */
  readonly models: string;
  /** Database of studies and of the trial ledger. */
  readonly storage: string;
  /** Session that trades the system, whose journal is read; absent for none. */
  readonly session?: SessionPlace;
  /** Threads. */
  readonly workers: number;
}

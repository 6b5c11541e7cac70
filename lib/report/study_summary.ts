/** A trial as the report reads it. */
export interface StudyTrial {
  /** From 0 in its study. */
  readonly number: number;
  /** COMPLETE, PRUNED, FAIL, RUNNING or WAITING. */
  readonly state: string;
  /** One for each objective; null where it has none. */
  readonly values: readonly number[] | null;
  /** Values by name. */
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  /** Reports by step. */
  readonly intermediateValues: ReadonlyMap<number, number>;
}

/** A study to report on. */
export interface StudySummary {
  /** Heading. */
  readonly name: string;
  /** What the values are, one for each objective. */
  readonly metrics: readonly string[];
  /** What is better, one for each objective. */
  readonly directions: readonly ("minimize" | "maximize")[];
  /** All trials by number. */
  readonly trials: readonly StudyTrial[];
  /** Shares that sum to 1, largest first; null when there are too few trials. */
  readonly importances: Readonly<Record<string, number>> | null;
  /** Names of the parameters on a logarithmic scale. */
  readonly logParameters: ReadonlySet<string>;
  /** Reloads the page so often; null when the study has ended. */
  readonly refreshSeconds: number | null;
}

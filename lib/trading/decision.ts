/** What the strategy wants after a bar, with the reason a person can read. */
export interface Decision {
  /** Row of the bar at whose close it was taken. */
  readonly bar: number;
  /** Position wanted, signed lots. */
  readonly targetLots: number;
  /** One sentence, for example "up 0.61, edge 2.3 ticks above cost 1.9". */
  readonly reason: string;
  /** Rules that overruled the strategy, in the order applied; empty when none did. */
  readonly vetoes: readonly string[];
}

/** Something that a company does to its shares. */
export interface CorporateAction {
  /** Ex-date `YYYY-MM-DD`: the first day on which shares trade without it. */
  readonly date: string;
  /** A dividend in cash, or a change of the number of shares. */
  readonly kind: "split" | "dividend";
  /**
   * Of a split: shares after it for each one before, 4 for 4-for-1 and 0.1 for 1-for-10. Of a
   * dividend: dollars a share, as they were paid on that day.
   */
  readonly value: number;
}

/** A corporate action with the bar that it begins to hold with. */
export interface BarAction extends CorporateAction {
  /** Epoch milliseconds of the open of the first bar on the ex-date or after it. */
  readonly time: number;
}

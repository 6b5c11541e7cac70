/** What a perpetual contract pays at one moment: long pays short where the rate is above 0. */
export interface FundingRate {
  /** Epoch milliseconds at which it is due. */
  readonly time: number;
  /** Share of the position's worth, for example .0001 for a basis point. */
  readonly rate: number;
  /** Mark price that the worth is counted at, where the source says it. */
  readonly price?: number;
}

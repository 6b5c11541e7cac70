/** The numbers of the promotion rule; docs/improve.md says why they are what they are. */
export const PROMOTION_RULE = {
  /** Probability that chance ever promotes a recipe, over all attempts. */
  alpha: 0.05,
  /** Fewest days of paired history for a recipe. */
  recipeDays: 250,
  /** Fewest days of the tail on which newer weights are compared. */
  refreshDays: 20,
  /** Smallest lead worth a change: annual Sharpe ratio. */
  leastSharpe: 0.1,
  /** Or smallest cut of the deepest drawdown, as a share of the champion's. */
  leastDrawdownCut: 0.1,
  /** How much more of any risk a challenger may take. */
  riskFactor: 1.1,
  /** Share of bars in which newer weights may hold another side while fewer refits are known. */
  disagreement: 0.5,
  /** Refits from which their own history bounds the disagreement instead. */
  knownRefits: 20,
  /** Sessions in the shadow before a recipe serves. */
  shadowSessions: 20,
  /** Sessions, those in the shadow included, before it serves in full size. */
  probationSessions: 60,
  /** Size in which it serves until then. */
  probationSize: 0.5,
  /** Evidence of harm that stops a shadow and rolls a champion back. */
  harm: 20,
  /** Share of drawn histories that fall deeper than the band. */
  drawdownTail: 0.05,
  /** Fewest approved days that show how deep drawdowns may be. */
  bandDays: 250,
  /** Sessions of the histories that a champion's band is drawn from. */
  bandSessions: 250,
} as const;

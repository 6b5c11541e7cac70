/** One look at a member while it learnt. */
export interface PanelLook {
  /** Batches learnt. */
  readonly step: number;
  /** Net result per row on the watched rows, reference deviations. */
  readonly validation: number;
  /** Full positions turned per row there. */
  readonly turnover: number;
  /** Mean entropy there, as a share of the largest possible. */
  readonly entropy: number;
}

/** Mean position that a policy takes over the values of one feature, for each position held. */
export interface ActionMap {
  /** Feature column. */
  readonly feature: string;
  /** One line for each position held; null where the policy was not asked. */
  readonly lines: readonly {
    /** Position held, in full positions. */
    readonly held: number;
    /** Mean of the feature in groups of equally many rows, ascending. */
    readonly value: readonly number[];
    /** Mean of the position taken next in each group, in full positions. */
    readonly next: readonly number[];
  }[];
}

/** A learnt policy as the report shows it. */
export interface PolicySummary {
  /** Name with version. */
  readonly name: string;
  /** The judgement in words, its interval inside. */
  readonly verdict: string;
  /** False marks a policy that must not be followed. */
  readonly isFollowed: boolean;
  /** Members, in order. */
  readonly members: readonly {
    /** Its seed. */
    readonly seed: number;
    /** Batch whose weights were kept. */
    readonly bestStep: number;
    /** Why it stopped. */
    readonly stopped: string;
    /** Net result per row on the rows kept back for proof, alone. */
    readonly evidenceMean: number;
    /** What was seen of it. */
    readonly looks: readonly PanelLook[];
  }[];
  /**
   * The best that any policy can earn in the long run, reference deviations per row; null where
   * nobody knows.
   */
  readonly optimum: number | null;
  /** What it would have been paid on the rows kept back, term by term; shares of their sizes. */
  readonly rewardTerms: readonly {
    /** Name of the term. */
    readonly term: string;
    /** Signed sum. */
    readonly sum: number;
    /** Share of its size. */
    readonly share: number;
  }[];
  /** Positions to choose from. */
  readonly actions: readonly number[];
  /** Share of the rows kept back on which each was taken. */
  readonly histogram: readonly number[];
  /** The features that move it most, the strongest first. */
  readonly actionMaps: readonly ActionMap[];
}

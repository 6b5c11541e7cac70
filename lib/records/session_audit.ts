/** What can make a session differ from its backtest, in the order in which they are told apart. */
export const AUDIT_CAUSES = [
  ["clock", "the machine's clock was off the venue's"],
  ["late-data", "bars came late"],
  ["missing-data", "bars never came"],
  ["repaired-data", "bars came afterwards, or with other numbers than the reference has"],
  ["inference-engine", "another program or inference engine decided"],
  ["deployment", "another system took over"],
  ["late-forecast", "no forecast came before the cut-off"],
  ["interruption", "the session stopped in the middle of a bar"],
  ["risk", "a rule of the account halted, closed or refused"],
  ["manual", "a person halted, closed or traded"],
  ["roll", "a position was rolled into another contract"],
  ["reject", "the broker refused an order"],
  ["latency", "an order filled later than at the next open"],
  ["partial", "an order filled in parts, or not whole"],
  ["exit", "an exit of a bracket traded as the venue says, not as the bars do"],
  ["spread", "the broker's quote was off the price of the bar"],
  ["slippage", "more or less was lost against the quote than assumed"],
  ["fees", "other fees were charged than assumed"],
] as const;

/** Name of a cause. */
export type AuditCauseName = typeof AUDIT_CAUSES[number][0];

/** What was compared. */
export const AUDITED_KINDS = ["bar", "forecast", "order", "fill"] as const;

/** Something that one of both had, or had otherwise. */
export interface AuditDifference {
  /** What was compared. */
  readonly kind: typeof AUDITED_KINDS[number];
  /** Number of the instrument. */
  readonly slot: number;
  /** Epoch milliseconds: open of a bar, moment of a decision, time of a fill. */
  readonly time: number;
  /** In the session, in words; null where it had none. */
  readonly session: string | null;
  /** In the replay; null where it had none. */
  readonly replay: string | null;
  /** Entry of the journal; null where the session had none. */
  readonly sequence: number | null;
  /**
   * Causes each of which makes it vanish when it alone is repaired, or those that change it where it
   * takes several; empty where nothing explains it.
   */
  readonly causes: readonly AuditCauseName[];
}

/** A cause with its proof and its price. */
export interface AuditCause {
  /** Which one. */
  readonly name: AuditCauseName;
  /** What it means, in words. */
  readonly means: string;
  /** How often it is in the journal: bars, orders, commands. */
  readonly count: number;
  /** What it made of the session's profit when it alone is repaired, micro-dollars; below 0 it cost. */
  readonly micros: number;
  /** The same in dollars. */
  readonly usd: number;
  /** False where nothing known can repair it: a bar that never came, without a reference. */
  readonly isRepaired: boolean;
  /** Entries of the journal that show it, the first of them. */
  readonly evidence: readonly AuditEvidence[];
}

/** An entry of the journal that shows a cause. */
export interface AuditEvidence {
  /** Number of the entry. */
  readonly sequence: number;
  /** What it shows, in words. */
  readonly text: string;
}

/** Why a session earned something else than its backtest. All amounts add up to the micro-dollar. */
export interface SessionAudit {
  /** Account of the session. */
  readonly session: string;
  /** Whether money was at stake. */
  readonly mode: string;
  /** When the audit was made, ISO. */
  readonly createdAt: string;
  /** First and last audited bar, epoch milliseconds of their opens, and how many there are. */
  readonly period: { readonly from: number; readonly to: number; readonly bars: number };
  /** What traded, one for each instrument, as the session began. */
  readonly systems: readonly {
    readonly symbol: string;
    readonly system: string;
    readonly sha256: string;
  }[];
  /** Inference engine of the session, which the replay used too. */
  readonly inference: string;
  /** File of the bars that count as true; null where those of the journal do. */
  readonly reference: string | null;
  /** The journal that was read. */
  readonly journal: { readonly entries: number; readonly sha256: string };
  /** What was compared, and how much of it differs. */
  readonly compared: Readonly<
    Record<typeof AUDITED_KINDS[number], {
      readonly session: number;
      readonly replay: number;
      readonly different: number;
    }>
  >;
  /** Profit of both, micro-dollars and dollars. */
  readonly pnl: {
    readonly sessionMicros: number;
    readonly replayMicros: number;
    readonly differenceMicros: number;
    readonly session: number;
    readonly replay: number;
    readonly difference: number;
  };
  /** Causes that the journal proves, in the order in which they are told apart. */
  readonly causes: readonly AuditCause[];
  /** What several causes made together, beyond what each made alone. */
  readonly interactionMicros: number;
  /** The same in dollars. */
  readonly interaction: number;
  /** What no cause explains: the session's profit less that of a replay with every cause in it. */
  readonly residualMicros: number;
  /** The same in dollars. */
  readonly residual: number;
  /** Everything that differs, oldest first. */
  readonly differences: readonly AuditDifference[];
  /** The verdict in one sentence. */
  readonly verdict: string;
  /** What a reader has to know. */
  readonly notes: readonly string[];
}

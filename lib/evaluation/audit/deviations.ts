import type { Bars } from "../../market/mod.ts";
import type { AuditCauseName } from "../../records/mod.ts";
import type { CostModel, Forecast } from "../../trading/mod.ts";
import { type AuditedBars, latenessMs } from "./audited_bars.ts";
import type { CauseProof } from "./cause_proof.ts";
import { type OrderProfile, orderProfile } from "./order_profile.ts";
import { createOrderKeys } from "./order_keys.ts";
import type {
  SessionStory,
  StoryBar,
  StoryControl,
  StoryDecision,
  StoryDeployment,
} from "./session_story.ts";

/** A forecast that was acted on and that would be another one now. */
export interface ForcedForecast {
  readonly forecast: Forecast;
  readonly proof: CauseProof;
}

/** Everything in which a session was unlike its backtest, each with its cause and its proof. */
export interface Deviations {
  /** One for each instrument. */
  readonly bars: readonly AuditedBars[];
  /** Bars at which nothing was decided, by slot and close. */
  readonly undecided: readonly ReadonlyMap<number, CauseProof>[];
  /** What the engine was told besides. */
  readonly controls: readonly StoryControl[];
  /** Systems that took over. */
  readonly takeovers: readonly StoryDeployment[];
  /** How brokers treated orders, by slot and key. */
  readonly orders: readonly ReadonlyMap<string, OrderProfile>[];
  /** Forecasts of another program or inference engine, by slot and close. */
  readonly forecasts: readonly Map<number, ForcedForecast>[];
  /** Every proof, in the order of the journal. */
  readonly proofs: readonly CauseProof[];
}

/** What the session's own bars and costs are. */
export interface DeviationMarket {
  /** Bars as the session had them. */
  readonly bars: Bars;
  /** What a backtest charges. */
  readonly costs: CostModel;
  /** Whether it closes positions with each session and decides nothing there. */
  readonly flattens: boolean;
}

/** Finds everything in which a session was unlike its backtest. */
export function findDeviations(
  story: SessionStory,
  markets: readonly DeviationMarket[],
  bars: readonly AuditedBars[],
): Deviations {
  const undecided = markets.map(({ flattens }, slot) => undecidedBars(story, slot, flattens));
  const orders = markets.map((market, slot) => orderProfiles(story, slot, market));
  const proofs = [
    ...story.clockOffsets.filter(({ aheadMs }) => aheadMs !== 0).map((
      { aheadMs, sequence },
    ): CauseProof => ({
      cause: "clock",
      sequence,
      text: `${Math.abs(aheadMs) / 1000} s ${aheadMs > 0 ? "ahead of" : "behind"} the venue's`,
    })),
    ...bars.flatMap((one) => one.proofs),
    ...story.takeovers.map(({ deployment, sequence, slot }): CauseProof => ({
      cause: "deployment",
      sequence,
      text: `${deployment.system} took over from ${story.deployments[slot]!.system}`,
    })),
    ...story.proofs,
    // What was late is among the story's own.
    ...undecided.flatMap((one) =>
      [...one.values()].filter(({ cause }) => cause !== "late-forecast")
    ),
    ...orders.flatMap((one) => [...one.values()].flatMap((profile) => profile.proofs)),
    ...new Set(
      story.decisions.flatMap((one) => [...one.values()].flatMap(({ doubt }) => doubt ?? [])),
    ),
  ].toSorted((a, b) => a.sequence - b.sequence);
  return {
    ...{ bars, undecided, orders, proofs },
    controls: story.controls,
    takeovers: story.takeovers,
    forecasts: story.bars.map(() => new Map()),
  };
}

/** Names of the causes of so many proofs. */
export function causesOf(proofs: readonly CauseProof[]): ReadonlySet<AuditCauseName> {
  return new Set(proofs.map(({ cause }) => cause));
}

/** Bars at which a backtest decides and the session did not. */
function undecidedBars(
  story: SessionStory,
  slot: number,
  flattens: boolean,
): Map<number, CauseProof> {
  const found = new Map<number, CauseProof>();
  const bars = story.bars[slot]!;
  const { intervalMs } = story.slots[slot]!;
  const ruinedAt = story.books.ruinedAt ?? Infinity;
  for (const [row, one] of bars.entries()) {
    const close = one.bar.time + intervalMs;
    const decision = story.decisions[slot]!.get(close);
    if (decision !== undefined && decision.forecast !== null) continue;
    const isNeverDecided = flattens && one.endsSession || close >= ruinedAt;
    const isUnderway = decision === undefined && row === bars.length - 1;
    if (isNeverDecided || isUnderway) continue;
    found.set(
      close,
      lateForecastAt(story, close) ?? {
        cause: causeOfSilence(one, decision),
        sequence: decision?.sequence ?? one.sequence,
        text: `nothing was decided at ${new Date(close).toISOString()}`,
      },
    );
  }
  return found;
}

/** Why nothing was decided at a bar: it came too late for it, or nobody was there. */
function causeOfSilence(
  { isBackfill, isMissed }: StoryBar,
  decision: StoryDecision | undefined,
): AuditCauseName {
  if (decision === undefined || isMissed) return "interruption";
  return isBackfill ? "repaired-data" : "late-data";
}

/** The proof that a forecast was late at a close, of whichever slot. */
function lateForecastAt({ decisions, proofs }: SessionStory, close: number): CauseProof | null {
  return proofs.find(({ cause, sequence }) =>
    cause === "late-forecast" && decisions.some((one) => one.get(close)?.sequence === sequence)
  ) ?? null;
}

function orderProfiles(
  story: SessionStory,
  slot: number,
  { bars, costs }: DeviationMarket,
): Map<string, OrderProfile> {
  const profiles = new Map<string, OrderProfile>();
  const keyOf = createOrderKeys();
  const latenessOf = (row: number) => {
    const bar = story.bars[slot]![row];
    const late = bar === undefined ? 0 : latenessMs(bar, story, slot);
    if (late === 0) return null;
    const cause: AuditCauseName = bar!.isBackfill ? "repaired-data" : "late-data";
    return { cause, bars: Math.ceil(late / bars.intervalMs) };
  };
  for (const order of story.orders) {
    if (order.slot !== slot) continue;
    const key = keyOf(order.order);
    const profile = orderProfile(order, { bars, costs, latenessOf });
    if (profile !== null) profiles.set(key, profile);
  }
  // What makes a position smaller is sent before it is written down: this was for a signal.
  for (const { decidedAt, reason, sequence, slot: of } of story.unsent) {
    if (of !== slot) continue;
    const cause = "interruption";
    const text = `an order of ${new Date(decidedAt).toISOString()} was ${reason}`;
    profiles.set(keyOf({ decidedAt, reason: "signal" }), {
      fills: [],
      rest: { cause, end: "rejected", bars: 0, reason },
      isUnknown: false,
      proofs: [{ cause, sequence, text }],
    });
  }
  return profiles;
}

import { canonicalJson, type JsonValue } from "../../core/mod.ts";
import { type Bars, DAILY_INTERVAL_MS } from "../../market/mod.ts";
import {
  AUDIT_CAUSES,
  type AuditCause,
  type AuditCauseName,
  type AuditDifference,
  AUDITED_KINDS,
  type AuditEvidence,
  type SessionAudit,
} from "../../records/mod.ts";
import { microsToUsd, type SessionFact } from "../../trading/mod.ts";
import { auditBars, type AuditedBars, barColumns, type FramedBars } from "./audited_bars.ts";
import type { AuditSystems } from "./audit_systems.ts";
import type { CauseProof } from "./cause_proof.ts";
import { causesOf, type Deviations, findDeviations } from "./deviations.ts";
import {
  differencesOf,
  type LinedUpItem,
  type LineUp,
  lineUpBars,
  lineUpReplay,
  lineUpSession,
} from "./line_up.ts";
import { replaySession, type SessionReplay } from "./replay_session.ts";
import type { SessionStory } from "./session_story.ts";

/** What an audit needs beside the journal. */
export interface AuditRequest {
  /** What decides again. */
  readonly systems: AuditSystems;
  /** Bars that count as true, by instrument; null where those of the journal do. */
  readonly reference: ((slot: number) => Bars) | null;
  /**
   * What recorded frames say of the bars of an instrument, by their open; null for nothing. It
   * counts where there is no reference.
   */
  readonly frames?: ((slot: number) => FramedBars | null) | null;
  /** What computes now; a forecast that differs is laid at it only where it is another. */
  readonly program: Omit<SessionFact & { readonly kind: "program" }, "kind">;
}

/** How an audit is watched and stopped. */
export interface AuditControl {
  /** Told how far it has come, 0 … 1. */
  readonly onProgress?: (stage: string, fraction: number) => void;
  /** Stops it. */
  readonly signal?: AbortSignal;
}

/** The numbers of an audit, before they are written down. */
export type AuditFindings = Pick<
  SessionAudit,
  | "compared"
  | "pnl"
  | "causes"
  | "interactionMicros"
  | "interaction"
  | "residualMicros"
  | "residual"
  | "differences"
>;

/** Entries that a cause is shown with. */
const MOST_EVIDENCE = 20;

const NAMES = AUDIT_CAUSES.map(([name]) => name);
const NOTHING: ReadonlySet<AuditCauseName> = new Set();
const EVERYTHING: ReadonlySet<AuditCauseName> = new Set(NAMES);

/**
 * Says why a session earned something else than its backtest.
 *
 * The session is traded again three times and more: with everything in it that was unlike a
 * backtest, which has to give what it gave (what is left is the residual); with nothing of it, which
 * is the backtest; and once for each cause with that one repaired and all others in it, which is
 * what the cause made. What the causes made together beyond that is their interaction. The parts add
 * up because each is a difference of whole micro-dollars.
 *
 * A cause is named only where an entry of the journal shows it.
 */
export async function auditSession(
  story: SessionStory,
  { frames, program, reference, systems }: AuditRequest,
  { onProgress, signal }: AuditControl = {},
): Promise<AuditFindings> {
  const bars = story.slots.map((_, slot) =>
    auditBars(story, slot, reference?.(slot) ?? null, frames?.(slot) ?? null)
  );
  const markets = story.deployments.map((deployment, slot) => {
    const { costs, flattenAtSessionEnd, instrument, intervalMs } = systems.slotOf(
      slot,
      deployment,
      null,
    );
    return {
      costs,
      flattens: flattenAtSessionEnd && intervalMs < DAILY_INTERVAL_MS,
      bars: barColumns(bars[slot]!, NOTHING, { instrument, intervalMs }),
    };
  });
  const deviations = findDeviations(story, markets, bars);
  let runs = 0;
  const replay = async (repaired: ReadonlySet<AuditCauseName>): Promise<SessionReplay> => {
    onProgress?.("replaying", Math.min(0.95, runs++ / (causesOf(deviations.proofs).size + 2)));
    return await replaySession(story, deviations, repaired, systems, signal);
  };
  let whole = await replay(NOTHING);
  const forced = forceForecasts(story, whole, deviations, program);
  if (forced.length > 0) whole = await replay(NOTHING);
  const proofs = [...deviations.proofs, ...forced].toSorted((a, b) => a.sequence - b.sequence);
  const named = NAMES.filter((name) => causesOf(proofs).has(name));
  const backtest = named.length === 0 ? whole : await replay(EVERYTHING);
  const session = lineUpSession(story), perfect = lineUpReplay(backtest, story.slots);
  const found = differencesOf(session, perfect);
  const sessionMicros = story.books.profitMicros;
  const alone = new Map<AuditCauseName, LineUp>();
  const causes: AuditCause[] = [];
  for (const name of named) {
    const without = named.length === 1 ? backtest : await replay(new Set([name]));
    alone.set(name, lineUpReplay(without, story.slots));
    causes.push(describe(name, whole.profitMicros - without.profitMicros, proofs, bars));
  }
  const differenceMicros = sessionMicros - backtest.profitMicros;
  const residualMicros = sessionMicros - whole.profitMicros;
  const interactionMicros = differenceMicros - residualMicros -
    causes.reduce((sum, { micros }) => sum + micros, 0);
  const ours = lineUpBars(bars, "session"), truths = lineUpBars(bars, "truth");
  const differences = [
    ...barDifferences(ours, truths),
    ...found.map(({ name, ...difference }): AuditDifference => ({
      ...difference,
      causes: causesOfDifference(name, perfect.get(name), alone, session.get(name)),
    })),
  ].toSorted((a, b) => a.time - b.time);
  return {
    compared: compared(merge(session, ours), merge(perfect, truths), differences),
    pnl: {
      ...{ sessionMicros, differenceMicros, replayMicros: backtest.profitMicros },
      session: microsToUsd(sessionMicros),
      replay: microsToUsd(backtest.profitMicros),
      difference: microsToUsd(differenceMicros),
    },
    causes,
    ...{ interactionMicros, interaction: microsToUsd(interactionMicros) },
    ...{ residualMicros, residual: microsToUsd(residualMicros) },
    differences,
  };
}

/**
 * Causes each of which makes a difference vanish when it alone is repaired; where it takes several
 * of them, those that change it.
 */
function causesOfDifference(
  name: string,
  perfect: LinedUpItem | undefined,
  alone: ReadonlyMap<AuditCauseName, LineUp>,
  session: LinedUpItem | undefined,
): AuditCauseName[] {
  const causes = [...alone.keys()];
  const partOf = (cause: AuditCauseName) => alone.get(cause)!.get(name)?.same;
  const enough = causes.filter((cause) => partOf(cause) === perfect?.same);
  return enough.length > 0 ? enough : causes.filter((cause) => partOf(cause) !== session?.same);
}

/**
 * Puts the session's forecasts in place of those that are others now, where another program or
 * inference engine made them.
 */
function forceForecasts(
  story: SessionStory,
  whole: SessionReplay,
  deviations: Deviations,
  now: AuditRequest["program"],
): CauseProof[] {
  const other = story.programs.find((then) =>
    then.codeSha256 !== now.codeSha256 || then.inference !== now.inference ||
    canonicalJson(then.versions) !== canonicalJson(now.versions)
  );
  if (other === undefined) return [];
  const proofs: CauseProof[] = [];
  for (const [slot, decisions] of story.decisions.entries()) {
    for (const [close, { forecast, sequence }] of decisions) {
      const again = whole.forecasts[slot]!.get(close);
      if (forecast === null || again === undefined || isSameForecast(forecast, again)) continue;
      const text = `the program of entry ${other.sequence} decided otherwise than this one`;
      const proof: CauseProof = { cause: "inference-engine", sequence, text };
      deviations.forecasts[slot]!.set(close, { forecast, proof });
      proofs.push(proof);
    }
  }
  return proofs;
}

function isSameForecast(one: unknown, other: unknown): boolean {
  return canonicalJson(one as JsonValue) === canonicalJson(other as JsonValue);
}

function describe(
  name: AuditCauseName,
  micros: number,
  proofs: readonly CauseProof[],
  bars: readonly AuditedBars[],
): AuditCause {
  const own = proofs.filter(({ cause }) => cause === name);
  return {
    name,
    means: AUDIT_CAUSES.find(([known]) => known === name)![1],
    count: own.length,
    ...{ micros, usd: microsToUsd(micros) },
    isRepaired: name !== "missing-data" || bars.every(({ hasReference }) => hasReference),
    evidence: own.slice(0, MOST_EVIDENCE).map(({ sequence, text }): AuditEvidence => (
      { sequence, text }
    )),
  };
}

function barDifferences(session: LineUp, truth: LineUp): AuditDifference[] {
  return differencesOf(session, truth).map(({ name: _, ...difference }) => ({
    ...difference,
    causes: [difference.session === null ? "missing-data" : "repaired-data"],
  }));
}

function merge(one: LineUp, other: LineUp): LineUp {
  return new Map([...one, ...other]);
}

function compared(
  session: LineUp,
  replay: LineUp,
  differences: readonly AuditDifference[],
): SessionAudit["compared"] {
  const count = (items: Iterable<{ readonly kind: string }>, kind: string): number => {
    let found = 0;
    for (const item of items) if (item.kind === kind) found++;
    return found;
  };
  return Object.fromEntries(AUDITED_KINDS.map((kind) => [kind, {
    session: count(session.values(), kind),
    replay: count(replay.values(), kind),
    different: count(differences, kind),
  }])) as SessionAudit["compared"];
}

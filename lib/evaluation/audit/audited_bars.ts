import { InputError } from "../../core/mod.ts";
import type { Bars, Instrument } from "../../market/mod.ts";
import type { AuditCauseName } from "../../records/mod.ts";
import { barOfRow, barsOfRows, type JournaledBar } from "../../trading/mod.ts";
import type { CauseProof } from "./cause_proof.ts";
import type { SessionStory, StoryBar } from "./session_story.ts";

/** A bar as the session had it beside what it truly was. */
export interface AuditedBar {
  /** Epoch milliseconds of the open. */
  readonly time: number;
  /** As the session had it; null where it never came. */
  readonly session: JournaledBar | null;
  /** As it was; null where the reference knows no such bar. */
  readonly truth: JournaledBar | null;
  /** Entry of the journal; of a missing bar the next one. */
  readonly sequence: number;
}

/** What is known of the bars of one instrument. */
export interface AuditedBars {
  /** Oldest first. */
  readonly bars: readonly AuditedBar[];
  /** Proofs that bars came late, never, or otherwise. */
  readonly proofs: readonly CauseProof[];
  /** Whether bars that never came are known. */
  readonly hasReference: boolean;
}

/** What frames say of bars, by their open; several where recordings have one otherwise. */
export type FramedBars = ReadonlyMap<number, readonly JournaledBar[]>;

/** A bar that came so much after its close came late. */
const LATE_MS = 10_000;

/**
 * Compares the bars of one instrument with a reference, or with themselves.
 *
 * @param reference bars that count as true; null where those of the journal do
 * @param frames what the feed's own frames say, where there is no reference; null for nothing
 * @throws {InputError} when the reference is of other bars
 */
export function auditBars(
  story: SessionStory,
  slot: number,
  reference: Bars | null,
  frames: FramedBars | null = null,
): AuditedBars {
  const journaled = story.bars[slot]!;
  const { intervalMs, symbol } = story.slots[slot]!;
  const revised = revisionsOf(story, slot);
  const own = journaled.map(({ bar, sequence }): AuditedBar => (
    { time: bar.time, session: bar, truth: revised.get(bar.time)?.now ?? bar, sequence }
  ));
  if (reference === null && frames !== null) {
    const framed = besideFrames(own, frames);
    return {
      bars: framed.bars,
      proofs: [...arrivalProofs(story, slot), ...gapProofs(story, slot), ...framed.proofs],
      hasReference: false,
    };
  }
  const bars = reference === null ? own : joined(journaled, reference, { intervalMs, symbol });
  return {
    bars,
    proofs: [
      ...arrivalProofs(story, slot),
      ...(reference === null ? gapProofs(story, slot) : differenceProofs(bars, story, slot)),
    ],
    hasReference: reference !== null,
  };
}

/** By how much a bar came after its close, milliseconds; 0 while that is no lateness. */
export function latenessMs(
  { bar, receivedAt }: StoryBar,
  { clockOffsets, slots }: Pick<SessionStory, "clockOffsets" | "slots">,
  slot: number,
): number {
  if (receivedAt === null) return 0;
  const close = bar.time + slots[slot]!.intervalMs;
  const offset = clockOffsets.findLast((known) => known.close < close) ?? clockOffsets[0];
  const late = receivedAt - (offset?.aheadMs ?? 0) - close;
  return late > LATE_MS ? late : 0;
}

/** The columns of an instrument as they were with some causes repaired. */
export function barColumns(
  { bars }: AuditedBars,
  repaired: ReadonlySet<AuditCauseName>,
  { instrument, intervalMs }: { readonly instrument: Instrument; readonly intervalMs: number },
): Bars {
  const taken = bars.flatMap(({ session, truth }) => {
    const cause = session === null ? "missing-data" : "repaired-data";
    return (repaired.has(cause) ? truth : session) ?? [];
  });
  return barsOfRows({ instrument, intervalMs }, taken);
}

/** Whether two bars are the same in every number. */
export function isSameBar(one: JournaledBar | null, other: JournaledBar | null): boolean {
  if (one === null || other === null) return one === other;
  const fields = ["time", "open", "high", "low", "close", "volume"] as const;
  return fields.every((field) => one[field] === other[field]) &&
    one.contract?.name === other.contract?.name &&
    one.contract?.adjustment === other.contract?.adjustment;
}

function joined(
  journaled: readonly StoryBar[],
  reference: Bars,
  { intervalMs, symbol }: { readonly intervalMs: number; readonly symbol: string },
): AuditedBar[] {
  const first = journaled[0]?.bar.time ?? Infinity, last = journaled.at(-1)?.bar.time ?? -Infinity;
  const truths = new Map<number, JournaledBar>();
  for (let row = 0; row < reference.length; row++) {
    const time = reference.time[row]!;
    if (time >= first && time <= last) truths.set(time, barOfRow(reference, row));
  }
  const sessions = new Map(journaled.map((one) => [one.bar.time, one]));
  const times = [...new Set([...truths.keys(), ...sessions.keys()])].sort((a, b) => a - b);
  let sequence = journaled.at(-1)?.sequence ?? 0;
  const bars = times.toReversed().map((time): AuditedBar => {
    const session = sessions.get(time);
    sequence = session?.sequence ?? sequence;
    return { time, session: session?.bar ?? null, truth: truths.get(time) ?? null, sequence };
  }).reverse();
  const same = bars.filter(({ session, truth }) => isSameBar(session, truth)).length;
  if (same < journaled.length / 2) {
    throw new InputError(
      `Cannot take these bars for those of the session: ${same} of its ${journaled.length} ` +
        `bars of ${symbol} (${intervalMs / 1000} s) are among them`,
      { where: "--data", remedy: "give the file that the session was fed, with its flags" },
    );
  }
  return bars;
}

/** Bars that came late, afterwards or otherwise than they were in the end. */
function arrivalProofs(story: SessionStory, slot: number): CauseProof[] {
  const repaired = (time: number, sequence: number, how: string): CauseProof => (
    { cause: "repaired-data", sequence, text: `bar ${named(time)} ${how}` }
  );
  const arrivals = story.bars[slot]!.flatMap((one): CauseProof[] => {
    const { bar: { time }, isBackfill, isMissed, isRepaired, sequence } = one;
    // Bars that came while nobody was there are the session's fault, not those of the data.
    if (isMissed) return [];
    if (isBackfill) return [repaired(time, sequence, "came afterwards")];
    if (isRepaired) return [repaired(time, sequence, "was corrected before it came")];
    const late = latenessMs(one, story, slot);
    if (late === 0) return [];
    const text = `bar ${named(time)} came ${Math.round(late / 1000)} s late`;
    return [{ cause: "late-data", sequence, text }];
  });
  const revisions = [...revisionsOf(story, slot).values()].map(({ now: { time }, sequence }) =>
    repaired(time, sequence, "was corrected after it was taken")
  );
  return [...arrivals, ...revisions];
}

/** The newest correction of each bar. */
function revisionsOf({ revisions }: SessionStory, slot: number) {
  return new Map(
    revisions.filter((one) => one.slot === slot).map((one) => [one.now.time, one] as const),
  );
}

/** Bars that never came, as far as the feed said so. */
function gapProofs({ gaps }: SessionStory, slot: number): CauseProof[] {
  return gaps.filter((gap) => gap.slot === slot && gap.missing > gap.found).map((gap) => ({
    cause: "missing-data",
    sequence: gap.sequence,
    text: `${gap.missing - gap.found} bars between ${named(gap.from)} and ${named(gap.to)}`,
  }));
}

/** Bars that the feed handed on otherwise than its own frames say, or not at all. */
function besideFrames(
  own: readonly AuditedBar[],
  frames: FramedBars,
): { readonly bars: readonly AuditedBar[]; readonly proofs: readonly CauseProof[] } {
  const proofs: CauseProof[] = [];
  const bars = own.map((audited): AuditedBar => {
    const said = frames.get(audited.time) ?? [];
    const isSaid = said.some((bar) => isSameBar(bar, audited.session));
    if (said.length === 0 || isSaid) return audited;
    const text = `bar ${named(audited.time)} was handed on otherwise than its frames say`;
    proofs.push({ cause: "repaired-data", sequence: audited.sequence, text });
    return { ...audited, truth: said[0]! };
  });
  const known = new Set(own.map(({ time }) => time));
  const first = own[0]?.time ?? Infinity, last = own.at(-1)?.time ?? -Infinity;
  for (const [time, [truth]] of frames) {
    if (known.has(time) || time < first || time > last) continue;
    const { sequence } = own.find((audited) => audited.time > time)!;
    bars.push({ time, session: null, truth: truth!, sequence });
    const text = `bar ${named(time)} is in the frames and was not handed on`;
    proofs.push({ cause: "missing-data", sequence, text });
  }
  return { bars: bars.toSorted((a, b) => a.time - b.time), proofs };
}

/** Bars that the reference knows otherwise. */
function differenceProofs(
  bars: readonly AuditedBar[],
  story: SessionStory,
  slot: number,
): CauseProof[] {
  const revised = revisionsOf(story, slot);
  const told = new Set(
    story.bars[slot]!.filter(({ bar, isBackfill, isRepaired }) =>
      isBackfill || isRepaired || revised.has(bar.time)
    ).map(({ sequence }) => sequence),
  );
  return bars.flatMap(({ sequence, session, time, truth }): CauseProof[] => {
    if (isSameBar(session, truth)) return [];
    if (session === null) {
      return [{ cause: "missing-data", sequence, text: `bar ${named(time)} never came` }];
    }
    if (told.has(sequence)) return [];
    const how = truth === null ? "is not in the reference" : "has other numbers in the reference";
    return [{ cause: "repaired-data", sequence, text: `bar ${named(time)} ${how}` }];
  });
}

function named(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

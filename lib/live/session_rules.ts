import type { JsonValue } from "../core/mod.ts";
import type { Engine, SlotPermit } from "../engine/mod.ts";
import {
  type AccountGuard,
  type AccountPermitStop,
  type BreachDistance,
  carryGuard,
  createAccountGuard,
  type SourcedLimits,
} from "../risk/mod.ts";
import { type Fill, usdToMicros } from "../trading/mod.ts";
import type { Control } from "./controls.ts";
import type { SessionOptions } from "./session_options.ts";
import type { SlotRunner } from "./session_slot.ts";
import { sharedInstruments } from "./stranger_positions.ts";

/** What a slot may do now, by the rules of the account and by people. */
export interface SlotRuling {
  /** What the engine is told. */
  readonly permit: SlotPermit;
  /** Whether everything held has to be closed now. */
  readonly mustFlatten: boolean;
  /** Why it is not free; null while it is. */
  readonly stop: (Omit<AccountPermitStop, "rule"> & { readonly rule: string }) | null;
}

/** Entries that a person refuses until he resumes, or until a time. */
export interface Restraint {
  /** Which of the two. */
  readonly kind: "reduce-only" | "pause";
  /** Why, in the person's words. */
  readonly reason: string;
  /** Epoch milliseconds; null until it is lifted. */
  readonly until: number | null;
}

type RulesOptions = Pick<SessionOptions, "initialCashUsd" | "limits">;

/** What is kept of the rules; they can be read by it alone. */
export interface SavedRules {
  /** The limits that were followed. */
  readonly sources: readonly SourcedLimits[];
  /** What their guard remembers. */
  readonly guard: JsonValue;
  /** What a person restrained. */
  readonly restraint: Restraint | null;
  /** A person has flattened and nobody has resumed. */
  readonly staysFlat?: true;
}

/**
 * The rules of a session's account, over all its slots: limits of risk files, of the systems, and
 * what people allow. It hears what the engine hears, in that order, and only ever answers; the same
 * entries of a journal make the same rules again.
 */
export class SessionRules {
  readonly #engine: Engine;
  readonly #runners: readonly SlotRunner[];
  readonly #options: RulesOptions;
  #sources: readonly SourcedLimits[];
  #guard: AccountGuard;
  #restraint: Restraint | null;
  #staysFlat: boolean;

  /** @param saved what `save` gave, to go on from there */
  constructor(
    options: RulesOptions,
    engine: Engine,
    runners: readonly SlotRunner[],
    saved: JsonValue = null,
  ) {
    const state = saved as unknown as SavedRules | null;
    this.#options = options;
    this.#engine = engine;
    this.#runners = runners;
    this.#sources = sourcesOf(options.limits, runners);
    this.#guard = createAccountGuard(
      this.#sources,
      usdToMicros(options.initialCashUsd),
      state === null ? null : guardUnder(state, this.#sources, runners.length),
    );
    this.#restraint = state?.restraint ?? null;
    this.#staysFlat = state?.staysFlat ?? false;
  }

  /** A slot is traded by another system: its limits count from now on. */
  redeploy(): void {
    const { initialCashUsd, limits } = this.#options;
    const state = this.#guard.save();
    this.#sources = sourcesOf(limits, this.#runners);
    this.#guard = createAccountGuard(this.#sources, usdToMicros(initialCashUsd), state);
  }

  /** Every bar of a moment is in: the account is valued, before anybody acts on it. */
  look(time: number): void {
    const closes = this.#runners.flatMap((runner) => runner.closesAt(time) ?? []);
    this.#guard.look({
      time,
      tradeDay: Math.max(...this.#runners.map(({ tradeDay }) => tradeDay ?? -Infinity)),
      equityMicros: this.#engine.equityMicros,
      closesAt: closes.length === 0 ? null : Math.min(...closes),
    });
  }

  /** An order traded. */
  fill(slot: number, { lots, time }: Fill): void {
    this.#guard.fill(time, this.#symbol(slot), lots);
  }

  /** An order was sent. @param time of the session; null before its first bar */
  order(time: number | null): void {
    if (time !== null) this.#guard.order(time);
  }

  /** A person wants something. */
  obey(control: Control): void {
    this.#restraint = restraintAfter(this.#restraint, control);
    if (control.kind === "resume") this.#guard.release();
    if (control.kind === "flatten") this.#staysFlat = true;
    else if (control.kind === "resume") this.#staysFlat = false;
  }

  /** Whether a person has flattened and nobody has resumed: what fills too late is closed as well. */
  get staysFlat(): boolean {
    return this.#staysFlat;
  }

  /**
   * What a slot may do at a moment.
   *
   * @param untilNextMs until it is asked again; a bar when absent
   */
  rulingOn(
    slot: number,
    time: number,
    untilNextMs = this.#runners[slot]!.options.intervalMs,
  ): SlotRuling {
    const runner = this.#runners[slot]!;
    const { mayEnter, mostLots, mustFlatten, stop } = this.#guard.permit({
      ...{ instrument: this.#symbol(slot), time, untilNextMs },
      closesAt: runner.closesAt(time),
      beside: this.#beside(slot),
    });
    const end = runner.leaving;
    // What is not closed by the last bar before it is closed too late.
    if (end !== null && time + untilNextMs >= end.flatBy) {
      return {
        permit: { mostLots: 0, mayEnter: false },
        mustFlatten: true,
        stop: { rule: "contract-end", reason: end.reason, until: null, isForGood: false },
      };
    }
    const person = this.#stopByPerson(slot, time);
    return {
      permit: { mostLots, mayEnter: mayEnter && person === null },
      mustFlatten,
      stop: stop ?? person,
    };
  }

  /** What a person wants, or has traded in the same account: what is entered beside it would net with it. */
  #stopByPerson(slot: number, time: number): SlotRuling["stop"] {
    const restraint = this.#restraintAt(time);
    if (restraint !== null) {
      const { kind: rule, reason, until } = restraint;
      const why = reason === "" ? `${rule} by a person` : `${reason} (${rule} by a person)`;
      return { rule, reason: why, until, isForGood: false };
    }
    const symbol = this.#symbol(slot);
    const shared = sharedInstruments(this.#runners).find((each) => each.symbol === symbol);
    if (shared === undefined) return null;
    const reason = `${shared.lots} lots of ${symbol} are somebody else's: nothing is entered there`;
    return { rule: "stranger", reason, until: null, isForGood: false };
  }

  /** How far a slot is from the breach of each rule. */
  distance(slot: number): BreachDistance {
    return this.#guard.distance(this.#symbol(slot));
  }

  /** All that it remembers. */
  save(): JsonValue {
    const saved: SavedRules = {
      ...{ sources: this.#sources, guard: this.#guard.save(), restraint: this.#restraint },
      ...(this.#staysFlat ? { staysFlat: true } : {}),
    };
    return saved as unknown as JsonValue;
  }

  #restraintAt(time: number): Restraint | null {
    const restraint = this.#restraint;
    return restraint !== null && time >= (restraint.until ?? Infinity) ? null : restraint;
  }

  #symbol(slot: number): string {
    return this.#runners[slot]!.options.instrument.symbol;
  }

  /** What the other slots hold, or could come to hold by their orders. */
  #beside(slot: number): Record<string, number> {
    const beside: Record<string, number> = {};
    for (const other of this.#runners.keys()) {
      if (other === slot) continue;
      const symbol = this.#symbol(other);
      beside[symbol] = (beside[symbol] ?? 0) + this.#engine.slot(other).reservedLots;
    }
    return beside;
  }
}

/** What people restrain after one of them has spoken. */
export function restraintAfter(
  before: Restraint | null,
  { kind, reason, until }: Control,
): Restraint | null {
  if (kind === "resume") return null;
  const restrains = kind === "reduce-only" || kind === "pause";
  return restrains ? { kind, reason, until: until ?? null } : before;
}

/** What was remembered, under the limits that the session is gone on with: a file may be another one. */
function guardUnder(
  { guard, sources: before }: SavedRules,
  now: readonly SourcedLimits[],
  slots: number,
): JsonValue {
  const files = before.length - slots, filesNow = now.length - slots;
  const kept = now.map(({ limits, source }, place) => {
    const index = place < filesNow
      ? before.slice(0, files).findIndex((other) => other.source === source)
      : files + place - filesNow;
    const rules = before[index]?.limits.account?.rules;
    return index < 0 ? null : { index, isSameAccount: rules === limits.account?.rules };
  });
  return carryGuard(guard, kept);
}

/** One for each slot beside those of the account, so that what is remembered keeps its place. */
function sourcesOf(
  limits: readonly SourcedLimits[] = [],
  runners: readonly SlotRunner[],
): readonly SourcedLimits[] {
  return [
    ...limits,
    ...runners.map(({ options: { deployment, limits = {} } }) => ({
      source: deployment.system,
      limits,
    })),
  ];
}

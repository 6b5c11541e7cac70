import type { JsonValue, TimerClock } from "../core/mod.ts";
import { barOfRow, type JournalFact } from "../trading/mod.ts";
import type { BegunSession } from "./begun_session.ts";
import { CutOff, within } from "./cut_off.ts";
import type { SavedSession } from "./saved_session.ts";
import type { SessionBar } from "./session_feed.ts";
import type { SessionWriter } from "./session_writer.ts";

/** Longest stretch of bars that a restart goes through again. */
const BARS_BETWEEN_STATES = 500;

/** Keeps in the journal what a restart goes on from, and what each slot began with. */
export class SessionStates {
  readonly #session: Pick<BegunSession, "engine" | "rules" | "runners">;
  readonly #writer: SessionWriter;
  readonly #clock: TimerClock;
  /** Slots whose first bar that was traded has a state before it. */
  readonly #begun: Set<number>;
  #barsSince = 0;

  constructor(
    session: Pick<BegunSession, "engine" | "rules" | "runners">,
    writer: SessionWriter,
    clock: TimerClock,
  ) {
    this.#session = session;
    this.#writer = writer;
    this.#clock = clock;
    this.#begun = new Set(
      session.runners.flatMap((runner, slot) =>
        runner.newest !== null && runner.trades(runner.newest) ? [slot] : []
      ),
    );
  }

  /** Slots of which the first bar that is traded is among these. */
  beginsIn(group: readonly SessionBar[]): readonly number[] {
    return group.flatMap(({ bars, origin, row, slot }) => {
      if (this.#begun.has(slot)) return [];
      const bar = barOfRow(bars, row), runner = this.#session.runners[slot]!;
      const isNew = bar.time > (runner.newest?.time ?? -Infinity);
      return isNew && runner.trades(bar, origin) ? [slot] : [];
    });
  }

  /** Slots trade from the state on that was kept last. */
  begin(slots: readonly number[]): void {
    for (const slot of slots) this.#begun.add(slot);
  }

  /** Counts bars that were traded. @returns whether a state has to be kept again */
  count(bars: number): boolean {
    this.#barsSince += bars;
    return this.#barsSince >= BARS_BETWEEN_STATES;
  }

  /**
   * Keeps a state. Nothing may be on its way.
   *
   * @param limitMs longest wait for what decides
   * @param fact written down with it, as one
   * @returns false when what decides did not answer: nothing is kept then
   */
  async save(limitMs: number, fact?: JournalFact): Promise<boolean> {
    const { engine, rules, runners } = this.#session;
    const deciders: JsonValue[] = [];
    for (const { decider } of runners) {
      const saved = await within(this.#clock, limitMs, decider.save());
      if (saved instanceof CutOff) return false;
      deciders.push(saved);
    }
    const state: SavedSession = {
      engine: engine.save(),
      rules: rules.save(),
      deciders,
      deployments: runners.map(({ options }) => options.deployment),
      newest: runners.map(({ newest }) => newest),
      warmedUp: runners.map(({ warmedUp }) => warmedUp),
    };
    this.#barsSince = 0;
    if (fact !== undefined) this.#writer.write(fact);
    await this.#writer.append({ kind: "state", state: state as unknown as JsonValue });
    return true;
  }
}

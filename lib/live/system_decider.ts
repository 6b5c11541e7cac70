import type { JsonValue } from "../core/mod.ts";
import { BarWindow } from "../feeds/mod.ts";
import { createCalendar, type Instrument } from "../market/mod.ts";
import { availableEngine, createJointSession, type OnnxEngine } from "../onnx/mod.ts";
import type { TradingSystem } from "../records/mod.ts";
import { barOfRow, type JournaledBar } from "../trading/mod.ts";
import { type LiveBlendState, streamSystem, type TradedModel } from "../system/mod.ts";
import type { Decider } from "./decider.ts";
import { type DecidingExploration, exploreDecision } from "./explore_decision.ts";

/** A system with everything that its decisions are made of. Plain data: it can be sent to a worker. */
export interface DecidingSystem {
  /** Its document. */
  readonly system: TradingSystem;
  /** Its models in the order of its parts. */
  readonly models: readonly (TradedModel & {
    /** The graph. */
    readonly onnx: Uint8Array;
  })[];
  /** What is traded. */
  readonly instrument: Instrument;
  /** Open of the first bar at which models are asked; earlier ones warm features up. */
  readonly from: number;
  /** So many bars warm features up too, whenever they open. @default 0 */
  readonly quietBars?: number;
  /** How it explores; absent where it does not. */
  readonly exploration?: DecidingExploration;
}

/** What a decider keeps. */
export interface SavedDecider {
  /** What features, models and signals hold. */
  readonly live: LiveBlendState;
  /** What its strategy remembers: the weights of a blend. */
  readonly forecaster: JsonValue;
  /** The newest bars, oldest first. */
  readonly bars: readonly JournaledBar[];
}

/** Bars before the newest one that features and strategy read; the rest is their own state. */
const LOOK_BACK = 3;

/**
 * A decider in this thread.
 *
 * @param saved what `save` gave, to go on from there; null to begin
 * @throws {InputError} when the state is damaged or was saved by other models, or the system asks
 * for something that this program does not know
 */
export async function createSystemDecider(
  { exploration, from, instrument, models, quietBars = 0, system }: DecidingSystem,
  saved: JsonValue,
  engine?: OnnxEngine,
): Promise<Decider> {
  const session = await createJointSession(
    models.map(({ manifest: { window }, onnx }) => ({ onnx, window })),
    { engine: engine ?? await availableEngine() },
  );
  const state = saved as SavedDecider | null;
  const window = new BarWindow({ instrument, intervalMs: system.intervalMs }, LOOK_BACK);
  for (const bar of state?.bars ?? []) window.push(bar);
  const calendar = createCalendar(instrument);
  const open = () => {
    const stream = streamSystem({ models, system }, session, window.bars, {
      sessionAt: (time) => calendar.sessionAt(time),
      ...{ from, quietBars },
      ...(state === null ? {} : { state: state.live }),
    });
    return { stream, forecaster: stream.strategy.begin(state?.forecaster) };
  };
  let opened = open(), isNew = state === null;
  let computing: Promise<void> = Promise.resolve();
  return {
    take(bar) {
      computing = computing.then(() => {
        window.push(bar);
        // How contracts are joined is known from the first bar on.
        if (isNew && bar.contract !== undefined) opened = open();
        isNew = false;
        return opened.stream.onBar(window.bars, window.bars.length - 1);
      });
      // Whoever asks hears of it.
      computing.catch(() => {});
    },
    async decide(held) {
      await computing;
      const context = { ...held, bars: window.bars, bar: window.bars.length - 1 };
      const { forecaster } = opened;
      const forecast = forecaster.forecast(context);
      const decision = { forecast, why: forecaster.explain(context) };
      if (exploration === undefined || !held.acts) return decision;
      const bar = Math.floor(window.bars.time.at(-1)! / system.intervalMs);
      return exploreDecision(decision, held, exploration, bar);
    },
    async save() {
      await computing;
      const { bars } = window, { forecaster, stream } = opened;
      const state: SavedDecider = {
        live: stream.save(),
        forecaster: forecaster.save(),
        bars: Array.from({ length: bars.length }, (_, row) => barOfRow(bars, row)),
      };
      return state as unknown as JsonValue;
    },
    close() {
      computing.catch(() => {}).then(() => session.dispose());
    },
  };
}

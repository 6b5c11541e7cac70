import { barsSha256, createCalendar, sessionMarks } from "../market/mod.ts";
import type { JsonValue } from "../core/mod.ts";
import {
  type BestAchievable,
  bestAchievable,
  optimalPositions,
  simulateBars,
  type SimulationOptions,
} from "../simulator/mod.ts";
import { roundTripCostTicks } from "../trading/mod.ts";
import type { TextSection } from "../records/mod.ts";
import { fixedSides } from "../strategies/mod.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import type { RunConditions } from "../engine/mod.ts";
import {
  type InstrumentRequest,
  instrumentRequestOf,
  type OpenedData,
  requestedInstrument,
} from "../data/mod.ts";

/** Simulated bars as if they had been loaded; the hash covers every price. */
export async function openSimulated(simulation: SimulationOptions): Promise<OpenedData> {
  const bars = simulateBars(simulation);
  const calendar = createCalendar(bars.instrument);
  const request = recorded(simulation);
  return {
    bars,
    calendar,
    session: sessionMarks(bars, calendar),
    source: {
      path: `simulated ${JSON.stringify(request)}`,
      bytes: 0,
      sha256: await barsSha256(bars),
      request: { simulation: request },
    },
    problemCounts: {},
    notes: [],
  };
}

/** The simulation that a manifest records; null when its bars came from a file. */
export function recordedSimulation(request: JsonValue): SimulationOptions | null {
  if (typeof request !== "object" || request === null || !("simulation" in request)) return null;
  const { fxRate, kind, own, symbol, ...options } = request["simulation"] as unknown as
    & Omit<SimulationOptions, "instrument">
    & InstrumentRequest;
  const asked = {
    symbol,
    ...(kind === undefined ? {} : { kind }),
    ...(own === undefined ? {} : { own }),
    ...(fxRate === undefined ? {} : { fxRate }),
  };
  return { ...options, instrument: requestedInstrument(asked) };
}

/** The best that any policy can do in a simulated world. */
export interface KnownOptimum {
  /** Run in the account of everybody else. */
  readonly evaluation: Evaluation;
  /** What it earns per bar and lot in the long run, ticks. */
  readonly ticksPerBar: number;
  /** In the world's own unit, before and after costs, and how that is known. */
  readonly law: { readonly withoutCost: BestAchievable; readonly withCost: BestAchievable };
  readonly simulation: SimulationOptions;
}

/** Runs the policy that knows the law of the world in the conditions of a comparison. */
export function knownOptimum(
  simulation: SimulationOptions,
  conditions: RunConditions,
): KnownOptimum {
  const { volatilityTicks, world } = simulation;
  // A turn of one position unit pays one side.
  const perTurn = roundTripCostTicks(simulation.instrument, conditions.costs) / 2 / volatilityTicks;
  const positions = optimalPositions(conditions.bars, simulation, perTurn);
  const withCost = bestAchievable(world, perTurn);
  return {
    evaluation: evaluate(conditions, fixedSides("known optimum", positions)),
    ticksPerBar: withCost.meanPerBar * volatilityTicks,
    law: { withoutCost: bestAchievable(world, 0), withCost },
    simulation,
  };
}

/** What there is to be learnt in a simulated world, in words. */
export function worldSection({ law, simulation }: KnownOptimum): TextSection {
  const { withCost, withoutCost } = law;
  const { kind, ...parameters } = simulation.world;
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${value}`).join(", ");
  return {
    title: "The simulated world",
    text:
      `World ${kind}${
        settings === "" ? "" : ` (${settings})`
      }. The best policy: ${withCost.policy}. By ${withCost.method} it earns ${
        withoutCost.meanPerBar.toFixed(4)
      } standard deviations a bar before costs and ${
        withCost.meanPerBar.toFixed(4)
      } after, in the long run. “known optimum” in the table is that policy, run through the same ` +
      "engine with the same costs: its luck on these bars is everybody's.",
  };
}

function recorded({ instrument, ...options }: SimulationOptions): JsonValue {
  return JSON.parse(JSON.stringify({ ...options, ...instrumentRequestOf(instrument) }));
}

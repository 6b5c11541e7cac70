import { rowAt } from "../../market/mod.ts";
import type { DailyPairs } from "../../records/mod.ts";
import { loadSystem, type ReadySystem } from "../../system/mod.ts";
import { pairDays } from "../daily_pairs.ts";
import { predictSystem, runSystem, type SystemRun } from "../system_returns.ts";
import type { NightBench } from "./candidates.ts";

/** Registered systems over the bars of a night; each is asked once. */
export interface NightRuns {
  /** A version with its predictions. */
  ready(version: number): Promise<ReadySystem>;
  /** A version over all rows that it has not seen; null where it has seen all but one. */
  unseen(version: number): Promise<SystemRun | null>;
  /** Two versions over the rows that neither has seen. */
  together(one: number, other: number): Promise<readonly [SystemRun, SystemRun] | null>;
  /** Trade days of both after a day, each over what it has not seen. */
  pairsAfter(challenger: number, champion: number, day: number): Promise<DailyPairs>;
}

/** Runs versions of a name in simulation, under one fill model. */
export function nightRuns({ opened, registry, settings }: NightBench, name: string): NightRuns {
  const asked = new Map<number, Promise<ReadySystem>>();
  const rows = opened.bars.length;
  const ready = (version: number): Promise<ReadySystem> => {
    const known = asked.get(version) ??
      loadSystem(registry, `${name}@${version}`).then((loaded) => predictSystem(loaded, opened));
    asked.set(version, known);
    return known;
  };
  const firstUnseen = ({ models, system }: ReadySystem): number =>
    Math.max(
      rowAt(opened.bars, Date.parse(system.lastBarSeen) + 1),
      ...models.map(({ signals }) => signals.firstRow),
    );
  const run = (system: ReadySystem, from: number): SystemRun | null =>
    rows - from < 2 ? null : runSystem(system, opened, settings, { from, to: rows });
  const unseen = async (version: number): Promise<SystemRun | null> => {
    const system = await ready(version);
    return run(system, firstUnseen(system));
  };
  return {
    ready,
    unseen,
    async together(one, other) {
      const [first, second] = [await ready(one), await ready(other)];
      const from = Math.max(firstUnseen(first), firstUnseen(second));
      const [a, b] = [run(first, from), run(second, from)];
      return a === null || b === null ? null : [a, b];
    },
    async pairsAfter(challenger, champion, day) {
      const [a, b] = [await unseen(challenger), await unseen(champion)];
      if (a === null || b === null) return { days: [], challenger: [], champion: [] };
      return pairDays(a, b, day);
    },
  };
}

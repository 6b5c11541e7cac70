import type { OpenedData } from "../../data/mod.ts";
import { evaluate } from "../../evaluation/mod.ts";
import type { DailyPairs } from "../../records/mod.ts";
import type { ReadySystem } from "../../system/mod.ts";
import { type AccountSettings, systemConditions } from "../../system/mod.ts";
import { type Forecast, stateless, type Strategy } from "../../trading/mod.ts";
import { pairDays } from "../daily_pairs.ts";
import { runOf, type SystemRun } from "../system_returns.ts";
import type { SessionEvidence } from "./session_evidence.ts";

/** What challenger and champion said in a session, as pairs of days. */
export interface SaidByBoth {
  readonly challenger: ReadySystem;
  /** `name@version` of the challenger. */
  readonly reference: string;
  readonly champion: ReadySystem;
}

/** Keeps what is held and opens nothing, as a session does where nobody speaks. */
const SILENCE = { intent: "hold", probability: null } as const;

/**
 * What champion and challenger said in a session, both traded over the same bars by the same
 * simulated fills in full size: real fills of one are never held against simulated ones of the other,
 * and a bar at which one of them was silent counts as it was. Only days on which both spoke.
 *
 * @returns null where there is no such day
 */
export function pairSession(
  { said }: SessionEvidence,
  { challenger, champion, reference }: SaidByBoth,
  opened: OpenedData,
  account: Pick<AccountSettings, "cashUsd" | "marginUsd">,
): DailyPairs | null {
  const { bars, session: { tradeDay } } = opened;
  const at = (row: number) => said.get(bars.time[row]! + bars.intervalMs);
  const days = new Set<number>();
  let from = -1;
  for (let row = 0; row < bars.length; row++) {
    const found = at(row);
    if (found?.champion == null || !found.shadows.has(reference)) continue;
    if (from < 0) from = row;
    days.add(tradeDay[row]!);
  }
  const rows = { from, to: bars.length };
  if (from < 0 || rows.to - rows.from < 2) return null;
  const trade = (ready: ReadySystem, spoken: (row: number) => Forecast | undefined): SystemRun =>
    runOf(evaluate(systemConditions(ready, opened, account, rows), repeating(spoken)));
  const pairs = pairDays(
    trade(challenger, (row) => at(row)?.shadows.get(reference)),
    trade(champion, (row) => at(row)?.champion?.forecast),
  );
  const kept = (_: unknown, index: number): boolean => days.has(pairs.days[index]!);
  return {
    days: pairs.days.filter(kept),
    challenger: pairs.challenger.filter(kept),
    champion: pairs.champion.filter(kept),
  };
}

/** Says again what was said. */
function repeating(spoken: (row: number) => Forecast | undefined): Strategy {
  return stateless({
    name: "what a session was told",
    warmupBars: 0,
    forecast: ({ bar, exposure }) => spoken(bar) ?? { ...SILENCE, exposure },
    explain: () => "as it was said in the session",
  });
}

/** Days as they were simulated, those that a session has seen in their place. */
export function preferSession(simulated: DailyPairs, seen: DailyPairs | null): DailyPairs {
  if (seen === null) return simulated;
  const known = new Map(seen.days.map((day, index) => [day, index]));
  const pick = (name: "challenger" | "champion"): number[] =>
    simulated.days.map((day, index) => {
      const own = known.get(day);
      return own === undefined ? simulated[name][index]! : seen[name][own]!;
    });
  return { days: simulated.days, challenger: pick("challenger"), champion: pick("champion") };
}

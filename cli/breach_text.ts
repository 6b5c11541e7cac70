import type { BreachDistance } from "../lib/risk/mod.ts";
import { dollarsAndCents } from "./console.ts";

/** Heads of the columns of `distanceCells`. */
export const DISTANCE_HEADS = ["to daily limit", "to floor", "lots left", "flat in"] as const;

/** How far the rules of an account are from their breach, a cell a rule; `n/a` without it. */
export function distanceCells(
  { dailyLossMicros, floorMicros, lotsLeft, minutesToFlatBy }: BreachDistance,
): readonly string[] {
  const money = (micros: number | null): string =>
    micros === null ? "n/a" : dollarsAndCents(micros);
  return [
    money(dailyLossMicros),
    money(floorMicros),
    lotsLeft === null ? "n/a" : String(lotsLeft),
    minutesToFlatBy === null ? "n/a" : `${Math.round(minutesToFlatBy)} min`,
  ];
}

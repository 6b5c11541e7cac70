import type { Experience } from "./experience.ts";
import { applyScaler, fitScaler } from "../../models/mod.ts";
import { observationFrame } from "./experience.ts";

/**
 * Numbers that the value of an action is linear in. Each action has a block of its own: 1, the
 * scaled observation, and how far the position is turned, which is what costs are linear in.
 */
export interface QFeatures {
  /** Numbers of one state and action. */
  readonly length: number;
  /** Adds `weight` times the features of a row and action to `target` from `at` on. */
  add(row: number, action: number, weight: number, target: Float64Array, at: number): void;
  /** Adds the features of a row under a distribution over its actions. */
  addMean(row: number, target: QTarget, weight: number, sums: Float64Array, at: number): void;
}

/** Row-major `[rows, actions]`: probability of each action. */
export type QTarget = Float64Array;

/** Features of the rows of a log; observations are scaled to deviation 1 and clipped at 5. */
export function qFeatures(experience: Experience): QFeatures {
  const { header: { actions, columns }, held, rows } = experience;
  const frame = observationFrame(experience);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const scaler = fitScaler(frame, all, "standard");
  const scaled = applyScaler(scaler, frame.values, rows);
  const width = columns.length, block = width + 2, count = actions.length;
  const add: QFeatures["add"] = (row, action, weight, target, at) => {
    const first = at + action * block;
    target[first]! += weight;
    for (let column = 0; column < width; column++) {
      target[first + 1 + column]! += weight * scaled[row * width + column]!;
    }
    target[first + width + 1]! += weight * Math.abs(actions[action]! - actions[held[row]!]!);
  };
  return {
    length: count * block,
    add,
    addMean(row, target, weight, sums, at) {
      for (let action = 0; action < count; action++) {
        const p = target[row * count + action]!;
        if (p !== 0) add(row, action, weight * p, sums, at);
      }
    },
  };
}

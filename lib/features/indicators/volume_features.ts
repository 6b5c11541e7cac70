import type { StateMemory } from "../../core/mod.ts";
import type { FeatureDefinition, Step } from "./feature_bar.ts";
import { createRollingSum } from "./rolling_fold.ts";

/**
 * What trades, and at what price. A volume of 0 means unknown: every feature here then gives
 * the value of a market where nothing is unusual.
 */
export const VOLUME_FEATURES: readonly FeatureDefinition[] = [
  {
    name: "relative-volume",
    group: "volume",
    description: "natural log of volume over its mean of the last `period` bars; " +
      "0 where the volume is unknown",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 2,
    warmup: (period) => period - 1,
    create: createRelativeVolume,
  },
  {
    name: "signed-volume",
    group: "volume",
    description: "volume of rising less volume of falling bars, share of the volume of the last " +
      "`period` bars, -1 … 1; 0 where the volume is unknown",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 1,
    warmup: (period) => period,
    create: createSignedVolume,
  },
  {
    name: "volume-price-distance",
    group: "volume",
    description: "close less the volume-weighted typical price of the last `period` bars, " +
      "fraction of the price; 0 where the volume is unknown",
    periods: ["period"],
    defaultPeriods: [20],
    minimumPeriod: 1,
    warmup: (period) => period - 1,
    create: createVolumePriceDistance,
  },
];

function createRelativeVolume(memory: StateMemory, period: number): Step {
  const sum = createRollingSum(memory, period);
  return (bar) => {
    const total = sum(bar.volume);
    if (Number.isNaN(total)) return NaN;
    return bar.volume === 0 ? 0 : Math.log(bar.volume * period / total);
  };
}

function createSignedVolume(memory: StateMemory, period: number): Step {
  const signed = createRollingSum(memory, period);
  const total = createRollingSum(memory, period);
  return (bar) => {
    if (bar.isFirst) return NaN;
    const balance = signed(Math.sign(bar.close - bar.previousClose) * bar.volume);
    const volume = total(bar.volume);
    return volume === 0 ? 0 : balance / volume;
  };
}

function createVolumePriceDistance(memory: StateMemory, period: number): Step {
  const paid = createRollingSum(memory, period);
  const total = createRollingSum(memory, period);
  return (bar) => {
    const amount = paid((bar.high + bar.low + bar.close) / 3 * bar.volume);
    const volume = total(bar.volume);
    return volume === 0 ? 0 : (bar.close - amount / volume) / bar.level;
  };
}

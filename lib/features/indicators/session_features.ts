import type { StateMemory } from "../../core/mod.ts";
import type { FeatureBar, FeatureDefinition, Step } from "./feature_bar.ts";

const HOUR_MS = 3_600_000;
const DAYS_PER_WEEK = 7;
/** 1970-01-01 was a Thursday; weekdays count from Sunday. */
const FIRST_WEEKDAY = 4;

/**
 * The clock of the session, read at the close of the bar, from the calendar alone. Daily bars and
 * bars outside every session count as a session of their own: progress 1, 0 hours to the close.
 */
export const SESSION_FEATURES: readonly FeatureDefinition[] = [
  clockFeature("session-progress", "share of the session that is over, 0 … 1", sessionProgress),
  clockFeature("hours-to-close", "hours until the session closes", hoursToClose),
  clockFeature(
    "weekday-sine",
    "sine of the trade date's day of the week, Sunday 0",
    (bar) => Math.sin(weekAngle(bar)),
  ),
  clockFeature(
    "weekday-cosine",
    "cosine of the trade date's day of the week, Sunday 0",
    (bar) => Math.cos(weekAngle(bar)),
  ),
  {
    name: "session-return",
    group: "session-clock",
    description: "close less the first open of the trade date, fraction of the price",
    periods: [],
    defaultPeriods: [],
    minimumPeriod: 1,
    warmup: () => 0,
    sinceSessionOpen: true,
    create: createSessionReturn,
  },
];

function clockFeature(name: string, description: string, step: Step): FeatureDefinition {
  return {
    name,
    group: "session-clock",
    description,
    periods: [],
    defaultPeriods: [],
    minimumPeriod: 1,
    warmup: () => 0,
    create: () => step,
  };
}

function sessionProgress({ closeTime, sessionOpen, sessionClose }: FeatureBar): number {
  return Math.min(1, (closeTime - sessionOpen) / (sessionClose - sessionOpen));
}

function hoursToClose({ closeTime, sessionClose }: FeatureBar): number {
  return Math.max(0, sessionClose - closeTime) / HOUR_MS;
}

function weekAngle({ tradeDay }: FeatureBar): number {
  return 2 * Math.PI * ((tradeDay + FIRST_WEEKDAY) % DAYS_PER_WEEK) / DAYS_PER_WEEK;
}

function createSessionReturn(memory: StateMemory): Step {
  const session = memory.keep({ tradeDay: NaN, firstOpen: NaN });
  return (bar) => {
    if (bar.tradeDay !== session.tradeDay) {
      session.tradeDay = bar.tradeDay;
      session.firstOpen = bar.open;
    }
    return (bar.close - session.firstOpen) / bar.level;
  };
}

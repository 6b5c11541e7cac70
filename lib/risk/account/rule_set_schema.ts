import { z } from "zod";
import type { AccountRuleSet } from "./rule_set.ts";
import { skippedOn } from "./daily_clock.ts";

/** Any amount of an account, exact in micro-dollars. */
export const usdSchema = z.number().min(-1e9).max(1e9);
/** An amount that there is, from a cent on. */
export const positiveUsdSchema = z.number().min(0.01).max(1e9);
/** Contracts, days, trades. */
export const countSchema = z.int().min(0).max(1e6);
/** A span within a day. */
export const minutesSchema = z.number().min(0).max(1_440);

const usd = usdSchema;
const positiveUsd = positiveUsdSchema;
const share = z.number().min(0).max(1);
const positiveShare = z.number().min(0.0001).max(1);
const count = countSchema;
const seconds = z.number().min(0).max(86_400);
const permission = z.enum(["allowed", "forbidden", "unclear"]);
const isoDate = z.iso.date();

/** The checked form of a time of day in a place. */
export const dailyTimeSchema = z.strictObject({
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM"),
  timeZone: z.string().refine(
    isTimeZone,
    "must be a time zone such as America/New_York, no abbreviation",
  ),
}).superRefine((clock, context) => {
  const day = isTimeZone(clock.timeZone) ? skippedOn(clock) : null;
  if (day === null) return;
  context.addIssue({
    code: "custom",
    path: ["time"],
    message: `${clock.time} does not exist in ${clock.timeZone} on ${day}`,
  });
});

const profitTarget = z.strictObject({
  amountUsd: z.exactOptional(positiveUsd),
  fractionOfSize: z.exactOptional(positiveShare),
  basis: z.exactOptional(z.enum(["closed-balance", "equity", "unclear"])),
  mustBeFlat: z.exactOptional(z.boolean()),
});

const lossLimit = z.strictObject({
  amountUsd: z.exactOptional(positiveUsd),
  fractionOfSize: z.exactOptional(positiveShare),
  trail: z.exactOptional(z.enum(["static", "end-of-day", "intraday", "none"])),
  peakBasis: z.exactOptional(
    z.enum(["equity-with-open-profit", "closed-balance-live", "closing-balance", "none"]),
  ),
  watched: z.exactOptional(z.enum(["equity-live", "close-only", "unclear"])),
  breachTest: z.exactOptional(z.enum(["touch-or-below", "below", "unclear"])),
  stop: z.exactOptional(z.strictObject({
    kind: z.exactOptional(z.enum(["never", "floor-cap", "profit-target", "static"])),
    offsetUsd: z.exactOptional(usd),
    trigger: z.exactOptional(
      z.enum([
        "floor-reaches-cap",
        "closing-balance-reaches",
        "realised-profit-reaches",
        "unclear",
      ]),
    ),
    triggerAmountUsd: z.exactOptional(usd),
  })),
  effect: z.exactOptional(z.enum(["account-failed", "liquidate-then-restrict"])),
  afterFirstPayout: z.exactOptional(z.strictObject({
    floorMovesTo: z.enum(["start-balance", "unchanged", "unclear"]),
  })),
  ratchetUpdateTime: z.exactOptional(dailyTimeSchema),
});

const dailyLoss = z.strictObject({
  kind: z.exactOptional(z.enum(["none", "soft", "hard", "optional-by-trader", "unclear"])),
  amountUsd: z.exactOptional(positiveUsd),
  fractionOfSize: z.exactOptional(positiveShare),
  fractionOfHighestClosingProfit: z.exactOptional(share),
  basis: z.exactOptional(
    z.enum(["day-start-balance", "fixed-from-initial", "day-peak-equity", "unclear"]),
  ),
  includesOpenProfit: z.exactOptional(z.boolean()),
  includesCosts: z.exactOptional(z.boolean()),
  breachTest: z.exactOptional(z.enum(["touch-or-below", "below", "unclear"])),
  reset: z.exactOptional(dailyTimeSchema),
  steps: z.exactOptional(z.array(z.strictObject({
    closingBalanceAtLeastUsd: usd,
    amountUsd: positiveUsd,
    effective: z.exactOptional(z.enum(["next-session", "at-once"])),
  }))),
  effect: z.exactOptional(
    z.enum(["flatten-and-lock-until-reset", "account-failed", "orders-only-blocked"]),
  ),
});

const sizeLimit = z.strictObject({
  minis: z.exactOptional(count),
  micros: z.exactOptional(count),
  microsPerMini: z.exactOptional(count.min(1)),
  counting: z.exactOptional(
    z.enum([
      "weighted",
      "micro-counts-as-mini",
      "separate",
      "one-kind-only",
      "margin-based",
      "unclear",
    ]),
  ),
  scope: z.exactOptional(z.enum(["all-products-net", "all-products-gross", "unclear"])),
  steps: z.exactOptional(z.array(z.strictObject({
    profitFromUsd: usd,
    minis: count,
    micros: z.exactOptional(count),
  }))),
  stepsEvaluated: z.exactOptional(z.enum(["at-close-for-next-session", "live-equity", "unclear"])),
  halfUntilFloorLocked: z.exactOptional(z.boolean()),
  overLimit: z.exactOptional(z.enum(["order-rejected", "account-failed", "unclear"])),
});

const consistency = z.strictObject({
  kind: z.exactOptional(z.enum(["none", "best-day-share"])),
  maxShare: z.exactOptional(share),
  denominator: z.exactOptional(z.enum(["total-profit", "profit-target", "unclear"])),
  when: z.exactOptional(z.enum(["to-pass", "at-payout", "both", "unclear"])),
  effect: z.exactOptional(
    z.enum([
      "delays-pass",
      "raises-target-by-division",
      "raises-target-by-excess",
      "blocks-payout",
      "unclear",
    ]),
  ),
  shareByPayout: z.exactOptional(z.array(share)),
});

const session = z.strictObject({
  open: z.exactOptional(dailyTimeSchema),
  flatBy: z.exactOptional(dailyTimeSchema),
  autoFlattenFrom: z.exactOptional(dailyTimeSchema),
  minutesBeforeProductClose: z.exactOptional(minutesSchema),
  late: z.exactOptional(
    z.enum([
      "auto-flattened-no-penalty",
      "account-failed",
      "flattened-and-profit-void",
      "unclear",
    ]),
  ),
  workingOrdersMustBeCancelled: z.exactOptional(z.boolean()),
  overDailyBreak: z.exactOptional(permission),
  overWeekend: z.exactOptional(permission),
  earlierProducts: z.exactOptional(z.array(z.strictObject({
    symbols: z.array(z.string()),
    flatBy: dailyTimeSchema,
  }))),
});

const holiday = z.strictObject({
  earlyCloseFlatBy: z.exactOptional(dailyTimeSchema),
  autoFlattenOnEarlyClose: z.exactOptional(z.enum(["yes", "no", "unclear"])),
  late: z.exactOptional(z.enum(["auto-flattened-no-penalty", "account-failed", "unclear"])),
  halfDayCountsAsTradingDay: z.exactOptional(z.boolean()),
  note: z.exactOptional(z.string()),
});

const news = z.strictObject({
  policy: z.exactOptional(
    z.enum(["allowed", "blackout", "no-execution-window", "no-straddle", "unclear"]),
  ),
  secondsBefore: z.exactOptional(seconds),
  secondsAfter: z.exactOptional(seconds),
  action: z.exactOptional(z.enum(["auto-flatten", "violation", "profit-void", "unclear"])),
  events: z.exactOptional(z.array(z.strictObject({
    name: z.string(),
    products: z.exactOptional(z.string()),
    time: z.exactOptional(dailyTimeSchema),
  }))),
});

const conduct = z.strictObject({
  oppositeSameProduct: z.exactOptional(permission),
  oppositeMiniAndMicro: z.exactOptional(permission),
  oppositeAcrossAccounts: z.exactOptional(permission),
  oppositeCorrelated: z.exactOptional(permission),
  averagingDown: z.exactOptional(permission),
  martingale: z.exactOptional(permission),
  grid: z.exactOptional(permission),
  stopOrder: z.exactOptional(
    z.enum(["not-required", "pending-or-mental", "bracket-required", "unclear"]),
  ),
  maxStopToTargetRatio: z.exactOptional(z.number().positive()),
  minHold: z.exactOptional(z.strictObject({
    seconds: z.exactOptional(z.number().min(0)),
    shareOfTrades: z.exactOptional(share),
    shareOfProfit: z.exactOptional(share),
    effect: z.exactOptional(z.enum(["payout-denied", "profit-void", "unclear"])),
  })),
  maxTradesPerDay: z.exactOptional(count),
  maxExecutionsPerDay: z.exactOptional(count),
  priceLimitDistanceFraction: z.exactOptional(share),
  highFrequency: z.exactOptional(permission),
  blockedInstruments: z.exactOptional(z.array(z.string())),
});

const automation = z.strictObject({
  policy: z.exactOptional(
    z.enum([
      "allowed",
      "attended-only",
      "own-code-only",
      "platform-native-only",
      "forbidden",
      "unclear",
    ]),
  ),
  hosting: z.exactOptional(z.enum(["personal-device-only", "any", "unclear"])),
  soleOwnerRequired: z.exactOptional(z.boolean()),
  exclusiveToFirm: z.exactOptional(z.boolean()),
  orderFlagRequired: z.exactOptional(z.boolean()),
  interfaces: z.exactOptional(z.array(z.string())),
  disagreement: z.exactOptional(z.boolean()),
});

const copying = z.strictObject({
  betweenOwnAccounts: z.exactOptional(permission),
  fromOwnAccountsElsewhere: z.exactOptional(permission),
  fromOtherPeople: z.exactOptional(permission),
  maxAccounts: z.exactOptional(count),
  note: z.exactOptional(z.string()),
});

/** One firm, programme, phase and size. An absent field was not sourced; `none` is said. */
export const ruleSetSchema: z.ZodType<AccountRuleSet> = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be up to 64 letters, digits, _ or -"),
  firm: z.string(),
  program: z.string(),
  phase: z.enum(["evaluation", "sim-funded", "live-funded", "own-broker-account"]),
  status: z.enum(["current-at-source-date", "superseded", "unknown"]),
  validFrom: z.exactOptional(isoDate),
  validTo: z.exactOptional(isoDate),
  accountSizeUsd: z.exactOptional(positiveUsd),
  startBalanceUsd: z.exactOptional(usd.min(0)),
  profitTarget: z.exactOptional(profitTarget),
  lossLimit: z.exactOptional(lossLimit),
  dailyLoss: z.exactOptional(dailyLoss),
  sizeLimit: z.exactOptional(sizeLimit),
  consistency: z.exactOptional(consistency),
  minDays: z.exactOptional(z.strictObject({
    count: z.exactOptional(count),
    profitableDayMinUsd: z.exactOptional(usd),
    per: z.exactOptional(z.enum(["evaluation", "payout", "phase"])),
  })),
  maxCalendarDays: z.exactOptional(count),
  session: z.exactOptional(session),
  holiday: z.exactOptional(holiday),
  news: z.exactOptional(news),
  conduct: z.exactOptional(conduct),
  automation: z.exactOptional(automation),
  copying: z.exactOptional(copying),
  inactivity: z.exactOptional(z.strictObject({
    days: z.exactOptional(count),
    effect: z.exactOptional(z.enum(["closed", "flagged", "unclear"])),
  })),
  platforms: z.exactOptional(z.array(z.string())),
  notes: z.exactOptional(z.array(z.string())),
  leftOut: z.exactOptional(z.array(z.string())),
  provenance: z.record(
    z.string(),
    z.strictObject({
      sources: z.array(z.string()),
      confidence: z.enum(["firm-page", "third-party", "disagreeing"]),
      remark: z.exactOptional(z.string()),
    }),
  ),
});

/** Everything that ships. */
export const ruleSetsSchema = z.strictObject({
  compiledOn: isoDate,
  sources: z.record(
    z.string(),
    z.strictObject({
      publisher: z.string(),
      kind: z.enum(["firm", "third-party", "broker"]),
      date: z.string().nullable(),
      dateBasis: z.string(),
      url: z.url(),
    }),
  ),
  ruleSets: z.array(ruleSetSchema),
});

/** Whether a name is that of a zone. Abbreviations are none: EST is a fixed offset, while firms who write it mean New York. */
export function isTimeZone(name: string): boolean {
  if (!name.includes("/") && name !== "UTC") return false;
  try {
    skippedOn({ time: "00:00", timeZone: name });
    return true;
  } catch {
    return false;
  }
}

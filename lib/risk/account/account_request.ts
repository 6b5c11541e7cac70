import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import { rootOf } from "./contract_count.ts";
import { localTime } from "./daily_clock.ts";
import { CONTRACT_COUNTINGS } from "./contract_count.ts";
import { TRAILING_BASES } from "../drawdown_floor.ts";
import type { AccountRuleSet } from "./rule_set.ts";
import {
  countSchema,
  dailyTimeSchema,
  isTimeZone,
  minutesSchema,
  positiveUsdSchema,
  usdSchema,
} from "./rule_set_schema.ts";
import { findRuleSet, parseRuleSet } from "./rule_sets.ts";

const none = z.literal("none");
const positive = positiveUsdSchema;
const text = z.string();

const newsEvent = z.strictObject({
  event: text,
  at: text,
  timeZone: z.exactOptional(text.refine(isTimeZone, "must be a time zone such as Europe/Berlin")),
  minutesBefore: z.exactOptional(minutesSchema),
  minutesAfter: z.exactOptional(minutesSchema),
  instruments: z.exactOptional(z.array(text)),
});

const statedTerms = z.strictObject({
  lossLimitUsd: z.exactOptional(z.union([positive, none])),
  trail: z.exactOptional(z.enum([...TRAILING_BASES, "static"])),
  stopsAtUsd: z.exactOptional(usdSchema.nullable()),
  dailyLossUsd: z.exactOptional(z.union([positive, none])),
  dailyLossEnds: z.exactOptional(z.enum(["day", "account"])),
  dailyLossBasis: z.exactOptional(z.enum(["day-start", "initial", "day-high"])),
  minis: z.exactOptional(z.union([countSchema, none])),
  micros: z.exactOptional(countSchema),
  counting: z.exactOptional(z.enum(CONTRACT_COUNTINGS)),
  flatBy: z.exactOptional(z.union([dailyTimeSchema, none])),
  flattenMinutesBefore: z.exactOptional(minutesSchema),
  newsEvents: z.exactOptional(z.array(newsEvent)),
  blockedInstruments: z.exactOptional(z.array(text)),
  bracketRequired: z.exactOptional(z.boolean()),
  automation: z.exactOptional(z.enum(["allowed", "attended"])),
});

const accountRequest = statedTerms.extend({
  rules: z.union([text, z.record(text, z.unknown())]),
});

/** What a user states about his account, where pages do not say it or his account differs. */
export interface StatedTerms {
  /** How far below the account its floor lies. */
  readonly lossLimitUsd?: number | "none";
  /** What the floor follows. */
  readonly trail?: "intraday" | "end-of-day" | "static";
  /** The floor stops so far above the first equity; null when it never does. */
  readonly stopsAtUsd?: number | null;
  /** Loss allowed in a day. */
  readonly dailyLossUsd?: number | "none";
  /** What such a loss ends. */
  readonly dailyLossEnds?: "day" | "account";
  /** What such a loss is measured from. */
  readonly dailyLossBasis?: "day-start" | "initial" | "day-high";
  /** Minis that may be held. */
  readonly minis?: number | "none";
  /** Micros that may be held. */
  readonly micros?: number;
  /** How micros count. */
  readonly counting?: typeof CONTRACT_COUNTINGS[number];
  /** When everything must be flat. */
  readonly flatBy?: { readonly time: string; readonly timeZone: string } | "none";
  /** How long before it positions begin to be closed. @default {1} */
  readonly flattenMinutesBefore?: number;
  /** Dated news to keep away from. */
  readonly newsEvents?: readonly NewsEvent[];
  /** Roots that may not be traded, beside those of the set. */
  readonly blockedInstruments?: readonly string[];
  /** Whether each entry needs a stop and a target. */
  readonly bracketRequired?: boolean;
  /** Whether a program may trade it, where no page says so. A ban is not lifted by it. */
  readonly automation?: "allowed" | "attended";
}

/** A dated piece of news. */
export interface NewsEvent {
  /** What happens, for example `US payrolls`. */
  readonly event: string;
  /** Epoch milliseconds, UTC. */
  readonly time: number;
  /** Kept away from before it; as the rules say when absent. */
  readonly minutesBefore?: number;
  /** Kept away from after it; as the rules say when absent. */
  readonly minutesAfter?: number;
  /** Roots concerned; all when absent. */
  readonly instruments?: readonly string[];
}

/** An account as its user describes it. */
export interface AccountRequest {
  /** A shipped rule set, or one that the user wrote. */
  readonly set: AccountRuleSet;
  /** What he states beside it. */
  readonly stated: StatedTerms;
}

/**
 * Reads the account of a risk file: the name of a shipped rule set or a set of one's own, and what
 * its pages leave open.
 *
 * @param where the file, for errors
 * @throws {InputError} when the set is unknown or a value is none
 * @example
 * ```ts
 * import { parseAccountRequest } from "./account_request.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const json = { rules: "fundednext_rapid_50k", minis: 5 };
 * const { set, stated } = parseAccountRequest(json, "risk.json");
 * assertEquals([set.firm, stated.minis], ["FundedNext Futures", 5]);
 * ```
 */
export function parseAccountRequest(json: unknown, where: string): AccountRequest {
  const parsed = accountRequest.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refused(`account.${issue.path.join(".")}: ${issue.message}`, where);
  }
  const { blockedInstruments, newsEvents, rules, ...stated } = parsed.data;
  return {
    set: typeof rules === "string" ? findRuleSet(rules, where) : parseRuleSet(rules, where),
    stated: {
      ...stated,
      ...(newsEvents === undefined
        ? {}
        : { newsEvents: newsEvents.map((event) => dated(event, where)) }),
      ...(blockedInstruments === undefined
        ? {}
        : { blockedInstruments: blockedInstruments.map(rootOf) }),
    },
  };
}

/** A local time needs its zone; one with an offset must not have another one. */
function dated({ at, timeZone, ...event }: z.infer<typeof newsEvent>, where: string): NewsEvent {
  const roots = event.instruments === undefined
    ? {}
    : { instruments: event.instruments.map(rootOf) };
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/.test(at);
  if (hasOffset !== (timeZone === undefined)) {
    throw refused(
      `the time of ${event.event} must be with an offset, or local with timeZone: current value is ${at}`,
      where,
    );
  }
  try {
    const time = timeZone === undefined
      ? Temporal.Instant.from(at).epochMilliseconds
      : localTime(at, timeZone);
    return { ...event, ...roots, time };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const place = timeZone === undefined ? "" : ` in ${timeZone}`;
    throw refused(
      `the time of ${event.event} must exist, and once: current value is ${at}${place}`,
      where,
    );
  }
}

function refused(what: string, where: string): InputError {
  return new InputError(`Cannot use this account: ${what}`, {
    where,
    remedy: "see docs/account-rules.md",
  });
}

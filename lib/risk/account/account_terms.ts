import { z } from "zod";
import { CONTRACT_COUNTINGS, type ContractLimit } from "./contract_count.ts";
import { TRAILING_BASES, type TrailingDrawdown } from "../drawdown_floor.ts";
import type { NewsWindow } from "../time_windows.ts";
import type { DailyTime } from "./daily_clock.ts";

const micros = z.int();
const positive = z.int().positive();
const lots = z.int().min(0);
const breach = z.enum(["touch", "below"]);
const wallTime = z.strictObject({ time: z.string(), timeZone: z.string() });

/** A loss limit as it is enforced. */
export interface LossLimitTerms {
  /** The floor: what it trails, how far below, where it stops. */
  readonly drawdown: TrailingDrawdown;
  /** `live`: tested at every mark; `close`: at the end of a day only. */
  readonly watched: "live" | "close";
  /** Whether equity at the floor breaches it, or only equity below. */
  readonly breach: BreachTest;
  /** Whether a payout lifts the floor to the first equity. */
  readonly payoutMovesFloorToStart?: boolean;
}

/** A daily loss as it is enforced. */
export interface DailyLossTerms {
  /** Size of the loss, micro-dollars, above 0. */
  readonly amountMicros: number;
  /** What it is measured from: the day's first equity, the account's, or the day's highest. */
  readonly basis: DailyLossBasis;
  /** Whether equity at the limit breaches it, or only equity below. */
  readonly breach: BreachTest;
  /** `day`: flat until the next day; `account`: the account is lost. */
  readonly ends: "day" | "account";
  /** When a new day begins; at the day-end event when absent. */
  readonly reset?: DailyTime;
  /** Other amounts from a cash above the first equity at the last close on. */
  readonly steps?: readonly {
    readonly closingProfitFromMicros: number;
    readonly amountMicros: number;
  }[];
}

/** A limit of contracts as it is enforced. */
export interface ContractTerms extends ContractLimit {
  /** Minis from a profit on; the last step that is reached counts instead of `minis`. */
  readonly steps?: readonly { readonly profitFromMicros: number; readonly minis: number }[];
  /** Whether steps look at the cash of the last close, the default, or at equity now. */
  readonly stepsAt?: "close" | "live";
  /** Half of the contracts while the floor still follows the account. */
  readonly halfUntilFloorStops?: boolean;
}

/** Hours as they are enforced. */
export interface SessionTerms {
  /** When everything must be flat. */
  readonly flatBy?: DailyTime;
  /** From when on entries are free again; from the end of the trade day when absent. */
  readonly open?: DailyTime;
  /** Roots that must be flat at another time. */
  readonly earlier?: readonly {
    readonly instruments: readonly string[];
    readonly flatBy: DailyTime;
  }[];
  /** Flat so long before the close of the session, where clock events say when it closes. */
  readonly beforeCloseMs?: number;
  /** How long before any of these times positions begin to be closed. */
  readonly leadMs: number;
}

/** News as it is kept away from. */
export interface NewsTerms {
  /** Whether positions must be closed, or entries are refused only. */
  readonly mustBeFlat: boolean;
  /** Dated windows, epoch milliseconds, the end exclusive; roots where not all are concerned. */
  readonly windows: readonly (NewsWindow & { readonly instruments?: readonly string[] })[];
}

/** Name of a test. */
export type BreachTest = "touch" | "below";

/** Name of a base. */
export type DailyLossBasis = "day-start" | "initial" | "day-high";

/** May a program trade the account. `attended`: while a person watches. */
export type AutomationTerms = "allowed" | "attended" | "forbidden";

/**
 * Rules of an account as they are enforced: complete, in whole micro-dollars, relative to the first
 * equity, plain data. What is absent does not apply.
 */
export interface AccountTerms {
  /** Name of the rule set they were made of. */
  readonly rules: string;
  /** Balance that an account under these rules begins with, where it is known. */
  readonly startMicros?: number;
  /** Floor under the account. */
  readonly lossLimit?: LossLimitTerms;
  /** Loss allowed in a day. */
  readonly dailyLoss?: DailyLossTerms;
  /** Contracts that may be held. */
  readonly contracts?: ContractTerms;
  /** Hours of positions. */
  readonly session?: SessionTerms;
  /** News to keep away from. */
  readonly news?: NewsTerms;
  /** Roots that may not be traded. */
  readonly blockedInstruments?: readonly string[];
  /** Whether each entry needs a stop and a target with it. */
  readonly bracketRequired?: boolean;
  /** May a program trade it. */
  readonly automation: AutomationTerms;
}

const contracts = z.strictObject({
  minis: lots,
  micros: z.exactOptional(lots),
  microsPerMini: positive,
  counting: z.enum(CONTRACT_COUNTINGS),
  steps: z.exactOptional(z.array(z.strictObject({ profitFromMicros: micros, minis: lots }))),
  stepsAt: z.exactOptional(z.enum(["close", "live"])),
  halfUntilFloorStops: z.exactOptional(z.boolean()),
});

/** The checked form of {@linkcode AccountTerms}. */
export const accountTermsSchema: z.ZodType<AccountTerms> = z.strictObject({
  rules: z.string(),
  startMicros: z.exactOptional(micros.min(0)),
  lossLimit: z.exactOptional(z.strictObject({
    drawdown: z.strictObject({
      basis: z.enum(TRAILING_BASES),
      amountMicros: positive,
      stopsAtMicros: micros.nullable(),
    }),
    watched: z.enum(["live", "close"]),
    breach: breach,
    payoutMovesFloorToStart: z.exactOptional(z.boolean()),
  })),
  dailyLoss: z.exactOptional(z.strictObject({
    amountMicros: positive,
    basis: z.enum(["day-start", "initial", "day-high"]),
    breach: breach,
    ends: z.enum(["day", "account"]),
    reset: z.exactOptional(wallTime),
    steps: z.exactOptional(
      z.array(z.strictObject({ closingProfitFromMicros: micros, amountMicros: positive })),
    ),
  })),
  contracts: z.exactOptional(contracts),
  session: z.exactOptional(z.strictObject({
    flatBy: z.exactOptional(wallTime),
    open: z.exactOptional(wallTime),
    earlier: z.exactOptional(
      z.array(z.strictObject({ instruments: z.array(z.string()), flatBy: wallTime })),
    ),
    beforeCloseMs: z.exactOptional(z.number().min(0)),
    leadMs: z.number().min(0),
  })),
  news: z.exactOptional(z.strictObject({
    mustBeFlat: z.boolean(),
    windows: z.array(z.strictObject({
      event: z.string(),
      from: z.number(),
      until: z.number(),
      instruments: z.exactOptional(z.array(z.string())),
    })),
  })),
  blockedInstruments: z.exactOptional(z.array(z.string())),
  bracketRequired: z.exactOptional(z.boolean()),
  automation: z.enum(["allowed", "attended", "forbidden"]),
});

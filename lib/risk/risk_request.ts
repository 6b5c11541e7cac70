import { z } from "zod";
import { InputError } from "../core/mod.ts";
import { parseAccountRequest } from "./account/account_request.ts";
import { resolveAccount } from "./account/resolve_account.ts";
import { checkRiskLimits, type RiskLimits } from "./risk_limits.ts";
import { TRAILING_BASES } from "./drawdown_floor.ts";

/** What a risk file says. */
export interface RiskRequest {
  /** Rules that stand between a strategy and its orders. */
  readonly limits: RiskLimits;
  /** Sizes positions by their volatility instead of a fixed number of lots. */
  readonly volatilityTarget?: {
    /** Volatility wanted per year, as a fraction of equity. */
    readonly annualVolatility: number;
    /** Largest exposure, as a multiple of equity. */
    readonly maxLeverage: number;
  };
  /** Keeps positions below this part of the Kelly share, where the blend gives a probability. */
  readonly kellyPart?: number;
}

const positive = z.number().positive();
const whole = z.int().positive();
const zone = z.string().refine(isTimeZone, "must be a time zone such as America/Chicago");
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "must be HH:MM");

const riskFile = z.strictObject({
  maxContracts: z.exactOptional(z.int().min(0)),
  dailyLossUsd: z.exactOptional(positive),
  dailyLossWarning: z.exactOptional(positive.max(1)),
  trailingDrawdown: z.exactOptional(z.strictObject({
    basis: z.enum(TRAILING_BASES),
    amountUsd: positive,
    stopsAtUsd: z.number().nullable(),
  })),
  maxOrdersPerMinute: z.exactOptional(whole),
  sessionWindows: z.exactOptional(z.array(z.strictObject({
    timeZone: zone,
    from: clock,
    until: clock,
  }))),
  newsWindows: z.exactOptional(z.array(z.strictObject({
    event: z.string(),
    from: z.iso.datetime({ offset: true }),
    until: z.iso.datetime({ offset: true }),
  }))),
  priceBand: z.exactOptional(positive),
  coolDown: z.exactOptional(z.strictObject({ losses: whole, restMinutes: positive })),
  bracket: z.exactOptional(z.strictObject({
    stopLossTicks: whole,
    takeProfitTicks: z.exactOptional(whole),
  })),
  volatilityTarget: z.exactOptional(z.strictObject({
    annualVolatility: positive,
    maxLeverage: positive,
  })),
  kellyPart: z.exactOptional(positive.max(1)),
  account: z.exactOptional(z.record(z.string(), z.unknown())),
}).refine(
  ({ dailyLossUsd, dailyLossWarning }) =>
    dailyLossWarning === undefined || dailyLossUsd !== undefined,
  { path: ["dailyLossWarning"], message: "needs dailyLossUsd beside it" },
);

/**
 * Checks what a risk file says.
 *
 * @throws {InputError} naming the setting and the rule that it breaks
 * @example
 * ```ts
 * import { parseRiskRequest } from "./risk_request.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const { limits } = parseRiskRequest({ maxContracts: 3, dailyLossUsd: 500 }, "risk.json");
 * assertEquals(limits, { maxContracts: 3, dailyLossMicros: 500e6 });
 * ```
 */
export function parseRiskRequest(json: unknown, where: string): RiskRequest {
  const parsed = riskFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refused(`${issue.path.join(".") || "the file"}: ${issue.message}`, where);
  }
  const { account, kellyPart, volatilityTarget } = parsed.data;
  const limits: RiskLimits = {
    ...riskLimits(parsed.data),
    ...(account === undefined
      ? {}
      : { account: resolveAccount(parseAccountRequest(account, where), where).terms }),
  };
  try {
    checkRiskLimits(limits);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refused(error.message, where);
  }
  return {
    limits,
    ...(volatilityTarget === undefined ? {} : { volatilityTarget }),
    ...(kellyPart === undefined ? {} : { kellyPart }),
  };
}

function riskLimits(file: z.infer<typeof riskFile>): RiskLimits {
  const { coolDown, dailyLossUsd, newsWindows, sessionWindows, trailingDrawdown } = file;
  const same = [
    ...["maxContracts", "dailyLossWarning", "maxOrdersPerMinute", "priceBand", "bracket"] as const,
  ];
  return {
    ...Object.fromEntries(
      same.flatMap((name) => file[name] === undefined ? [] : [[name, file[name]]]),
    ),
    ...(dailyLossUsd === undefined ? {} : { dailyLossMicros: Math.round(dailyLossUsd * 1e6) }),
    ...(trailingDrawdown === undefined ? {} : {
      trailingDrawdown: {
        basis: trailingDrawdown.basis,
        amountMicros: Math.round(trailingDrawdown.amountUsd * 1e6),
        stopsAtMicros: trailingDrawdown.stopsAtUsd === null
          ? null
          : Math.round(trailingDrawdown.stopsAtUsd * 1e6),
      },
    }),
    ...(sessionWindows === undefined ? {} : {
      sessionWindows: sessionWindows.map(({ from, timeZone, until }) => ({
        timeZone,
        fromMinute: minuteOf(from),
        untilMinute: minuteOf(until),
      })),
    }),
    ...(newsWindows === undefined ? {} : {
      newsWindows: newsWindows.map(({ event, from, until }) => ({
        event,
        from: Date.parse(from),
        until: Date.parse(until),
      })),
    }),
    ...(coolDown === undefined ? {} : {
      coolDown: { losses: coolDown.losses, restMs: coolDown.restMinutes * 60_000 },
    }),
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return 60 * hours + minutes;
}

function refused(what: string, where: string): InputError {
  return new InputError(`Cannot use these risk rules: ${what}`, {
    where,
    remedy: "see the list of settings in docs/blend.md",
  });
}

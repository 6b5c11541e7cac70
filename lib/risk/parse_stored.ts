import { z } from "zod";
import { accountTermsSchema } from "./account/account_terms.ts";
import { InputError, type JsonValue } from "../core/mod.ts";
import { TRAILING_BASES } from "./drawdown_floor.ts";
import { checkRiskLimits, type RiskLimits } from "./risk_limits.ts";
import { checkSizing, type SizingSettings } from "./sizing.ts";

const whole = z.int();
const amount = z.number();
const kellyPart = z.exactOptional(amount);

const sizingSettings = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fixed"), lots: whole, kellyPart }),
  z.strictObject({
    kind: z.literal("volatility-target"),
    annualVolatility: amount,
    barsPerYear: amount,
    maxLeverage: amount,
    span: z.exactOptional(amount),
    kellyPart,
  }),
]);

const riskLimits = z.strictObject({
  maxContracts: z.exactOptional(whole),
  dailyLossMicros: z.exactOptional(amount),
  dailyLossWarning: z.exactOptional(amount),
  trailingDrawdown: z.exactOptional(z.strictObject({
    basis: z.enum(TRAILING_BASES),
    amountMicros: amount,
    stopsAtMicros: amount.nullable(),
  })),
  maxOrdersPerMinute: z.exactOptional(whole),
  sessionWindows: z.exactOptional(z.array(z.strictObject({
    timeZone: z.string(),
    fromMinute: whole,
    untilMinute: whole,
  }))),
  newsWindows: z.exactOptional(z.array(z.strictObject({
    event: z.string(),
    from: amount,
    until: amount,
  }))),
  priceBand: z.exactOptional(amount),
  coolDown: z.exactOptional(z.strictObject({ losses: whole, restMs: amount })),
  bracket: z.exactOptional(z.strictObject({
    stopLossTicks: whole,
    takeProfitTicks: z.exactOptional(whole),
  })),
  account: z.exactOptional(accountTermsSchema),
});

/**
 * Reads how a stored document sizes positions.
 *
 * @param where the document, for the error
 * @throws {InputError} when it is no sizing of this program
 * @example
 * ```ts
 * import { parseSizing } from "./parse_stored.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(parseSizing({ kind: "fixed", lots: 2 }, "MES-pair@1"), { kind: "fixed", lots: 2 });
 * ```
 */
export function parseSizing(value: JsonValue, where: string): SizingSettings {
  return parsed(sizingSettings, checkSizing, value, { what: "the sizing", where });
}

/**
 * Reads the rules of risk of a stored document.
 *
 * @param where the document, for the error
 * @throws {InputError} when they are no rules of this program
 */
export function parseRiskLimits(value: JsonValue, where: string): RiskLimits {
  return parsed(riskLimits, checkRiskLimits, value, { what: "the rules of risk", where });
}

function parsed<T>(
  schema: z.ZodType<T>,
  check: (value: T) => void,
  value: JsonValue,
  { what, where }: { readonly what: string; readonly where: string },
): T {
  const refused = (why: string) =>
    new InputError(`Cannot use ${what}: ${why}`, {
      where,
      remedy: "fit the system again with this version of the program",
    });
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw refused(`${issue.path.join(".") || "all of it"}: ${issue.message}`);
  }
  try {
    check(result.data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refused(error.message);
  }
  return result.data;
}

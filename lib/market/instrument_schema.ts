import { z } from "zod";
import { CALENDARS } from "./calendars/calendars.ts";
import type {
  BusinessCalendar,
  ContractDayAnchor,
  ContractDayRule,
  ContractRules,
  ContractWeekday,
  LastTradeRule,
} from "./contract_rules.ts";
import type { InstrumentDocument, InstrumentKind } from "./instrument.ts";

/** Version of the shape that this program writes and reads. */
export const INSTRUMENTS_FORMAT = 1;

/** Kinds of instruments by what decides their terms. */
export const INSTRUMENT_KINDS: readonly InstrumentKind[] = [
  ...["future", "stock", "fx", "metal", "crypto", "perpetual"] as const,
];

const WEEKDAYS: readonly ContractWeekday[] = [
  ...["monday", "tuesday", "wednesday", "thursday", "friday"] as const,
];
const BUSINESS_CALENDARS: readonly BusinessCalendar[] = [
  ...["us-exchange", "us-bank", "london", "eurex"] as const,
];

/** A file of instruments. */
export interface InstrumentFile {
  /** Where the schema lies, for editors. */
  readonly $schema?: string;
  /** Version of this shape. */
  readonly format: 1;
  /** In any order. */
  readonly instruments: readonly InstrumentDocument[];
}

/** Shapes of one instrument and of a file of them. */
interface InstrumentSchemas {
  readonly instrument: z.ZodType<InstrumentDocument>;
  readonly file: z.ZodType<InstrumentFile>;
}

let schemas: InstrumentSchemas | undefined;

/**
 * Checks the shape of instruments; what their figures must obey together is asked for apart. Made
 * when first asked for: that takes longer than reading all that ships, and hardly anybody asks.
 */
export function instrumentSchemas(): InstrumentSchemas {
  return schemas ??= makeSchemas();
}

function makeSchemas(): InstrumentSchemas {
  const date = z.iso.date();
  const text = z.string().min(1).max(200);
  const optional = z.exactOptional;
  const nth = z.int().min(-31).max(31).refine((value) => value !== 0, "must not be 0");
  const anchor: z.ZodType<ContractDayAnchor> = z.union([
    z.strictObject({ day: z.int().min(1).max(31) }),
    z.strictObject({ weekday: z.enum(WEEKDAYS), nth }),
    z.strictObject({ businessDay: nth }),
  ], 'must be { "day": 25 }, { "weekday": "friday", "nth": 3 } or { "businessDay": -3 }');
  const dayRule = {
    month: optional(z.int().min(-12).max(12)),
    from: anchor,
    clearWeekdays: optional(z.int().min(0).max(10)),
    ifClosed: optional(z.enum(["before", "after"])),
    days: optional(z.int().min(-60).max(60)),
    businessDays: optional(z.int().min(-60).max(60)),
  };
  const contractDay: z.ZodType<ContractDayRule> = z.strictObject(dayRule);
  const lastTrade: z.ZodType<LastTradeRule> = z.strictObject({
    ...dayRule,
    time: optional(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 14:30")),
    timeZone: optional(text.refine(isZone, "is no zone of the IANA list")),
    exceptions: optional(z.record(
      z.string().regex(/^[FGHJKMNQUVXZ]$/, "must be the letter of a month"),
      contractDay,
    )),
  });
  const contracts: z.ZodType<ContractRules> = z.strictObject({
    businessDays: z.array(z.enum(BUSINESS_CALENDARS)).min(1),
    lastTrade,
    firstNotice: optional(contractDay.nullable()),
  });
  const fee = z.strictObject({ from: date, usd: z.number().min(0) });
  const margin = z.strictObject({
    from: date,
    initialUsd: z.number().positive(),
    maintenanceUsd: z.number().positive(),
  });
  const instrument: z.ZodType<InstrumentDocument> = z.strictObject({
    symbol: z.string().regex(
      /^[A-Z0-9][A-Z0-9._-]{0,19}$/,
      "must be up to 20 capitals, digits, dots, hyphens or underscores",
    ),
    name: text,
    kind: z.enum(INSTRUMENT_KINDS),
    exchange: text,
    currency: z.string().regex(/^[A-Z]{3,5}$/, "must be the capitals of a currency such as USD"),
    tickSize: z.number().positive(),
    pointValue: z.number().positive(),
    quotation: optional(text),
    priceFormat: optional(z.enum(["decimal", "32nds", "8ths"])),
    lot: optional(z.strictObject({ size: z.number().positive(), unit: text })),
    calendar: z.enum(CALENDARS.map(({ name }) => name)),
    months: optional(
      z.string().regex(
        /^(?=.)F?G?H?J?K?M?N?Q?U?V?X?Z?$/,
        "must be month letters in the order FGHJKMNQUVXZ",
      ),
    ),
    feePerSideUsd: optional(z.array(fee).min(1)),
    margin: optional(z.array(margin).min(1)),
    marginKnownUntil: optional(date),
    contracts: optional(contracts),
    fundingHours: optional(z.number().positive().max(24)),
    sources: optional(z.array(z.strictObject({ of: text, page: text, date }))),
    notes: optional(z.array(z.string().min(1).max(500))),
  });
  const file: z.ZodType<InstrumentFile> = z.strictObject({
    $schema: optional(z.string()),
    format: z.literal(INSTRUMENTS_FORMAT),
    instruments: z.array(instrument),
  });
  return { instrument, file };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

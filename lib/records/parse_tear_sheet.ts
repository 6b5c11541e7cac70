import { z } from "zod";
import { InputError, parseJson } from "../core/mod.ts";
import { FINDING_SEVERITIES, METRIC_UNITS, STRATEGY_ROLES, type TearSheet } from "./tear_sheet.ts";

const numbers = z.array(z.number());
const metricValue = z.strictObject({
  value: z.number().nullable(),
  reason: z.exactOptional(z.string()),
  note: z.exactOptional(z.string()),
});
const metrics = z.record(z.string(), metricValue);
const scores = z.record(z.string(), z.number().nullable());

/** Whether parallel columns are equally long. */
function sameLength(columns: Readonly<Record<string, readonly unknown[]>>): boolean {
  return new Set(Object.values(columns).map((column) => column.length)).size === 1;
}
const LENGTHS = "columns must be equally long";

const strategy = z.strictObject({
  name: z.string(),
  role: z.enum(STRATEGY_ROLES),
  metrics,
  sharpeInterval: z.tuple([z.number(), z.number()]).nullable(),
  equity: z.strictObject({ time: numbers, usd: numbers }).refine(sameLength, LENGTHS),
  dailyReturns: z.strictObject({ day: z.array(z.iso.date()), value: numbers })
    .refine(sameLength, LENGTHS),
});

const trade = z.strictObject({
  entryTime: z.number(),
  exitTime: z.number(),
  lots: z.number(),
  entryPrice: z.number(),
  exitPrice: z.number(),
  netUsd: z.number(),
  feesUsd: z.number(),
  barsHeld: z.number(),
  exitReason: z.string(),
});

const reliabilityCurve = z.strictObject({
  name: z.string(),
  bins: z.array(z.strictObject({
    meanPredicted: z.number(),
    observed: z.number(),
    low: z.number(),
    high: z.number(),
    rows: z.number(),
  })),
});

const textSection = z.strictObject({
  title: z.string(),
  text: z.string(),
  table: z.exactOptional(z.strictObject({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  })),
});

const policySummary = z.strictObject({
  name: z.string(),
  verdict: z.string(),
  isFollowed: z.boolean(),
  members: z.array(z.strictObject({
    seed: z.number(),
    bestStep: z.number(),
    stopped: z.string(),
    evidenceMean: z.number(),
    looks: z.array(z.strictObject({
      step: z.number(),
      validation: z.number(),
      turnover: z.number(),
      entropy: z.number(),
    })),
  })),
  optimum: z.number().nullable(),
  rewardTerms: z.array(z.strictObject({ term: z.string(), sum: z.number(), share: z.number() })),
  actions: numbers,
  histogram: numbers,
  actionMaps: z.array(z.strictObject({
    feature: z.string(),
    lines: z.array(z.strictObject({ held: z.number(), value: numbers, next: numbers })),
  })),
});

const blendSummary = z.strictObject({
  name: z.string(),
  summary: z.string(),
  confidence: z.string(),
  parts: z.array(z.strictObject({
    name: z.string(),
    netUsd: z.number(),
    aloneUsd: z.number(),
    meanWeight: z.number(),
    spokeShare: z.number(),
    vetoes: z.array(z.strictObject({ reason: z.string(), share: z.number() })),
    confidence: z.strictObject({ rows: z.number(), baseRate: z.number() }).nullable(),
    text: z.string(),
  })),
  unclaimedUsd: z.number(),
  weights: z.strictObject({
    time: numbers,
    shares: z.array(z.strictObject({ name: z.string(), value: numbers })),
  }),
  limits: z.array(z.strictObject({ rule: z.string(), share: z.number() })),
  decisions: z.array(z.strictObject({ time: z.number(), text: z.string(), netUsd: z.number() })),
});

const recorded = z.strictObject({
  name: z.string(),
  version: z.int().min(1),
  sha256: z.string(),
});

const runRecord = z.strictObject({
  task: z.literal("backtest"),
  data: z.strictObject({
    path: z.string(),
    sha256: z.string(),
    request: z.json(),
    rolls: z.exactOptional(z.array(z.strictObject({
      time: z.string(),
      from: z.string(),
      to: z.string(),
      fromPrice: z.number().nullable(),
      toPrice: z.number().nullable(),
      gap: z.number(),
      rule: z.string().nullable(),
    }))),
  }),
  instruments: z.exactOptional(
    z.array(z.strictObject({ symbol: z.string(), sha256: z.string() })),
  ),
  models: z.array(recorded),
  system: z.exactOptional(recorded),
  settings: z.json(),
  codeSha256: z.string(),
  codeParts: z.exactOptional(z.record(z.string(), z.string())),
  versions: z.record(z.string(), z.string()),
  engine: z.enum(["native", "wasm"]),
});

const tearSheet = z.strictObject({
  format: z.literal(1),
  title: z.string(),
  subtitle: z.string(),
  runId: z.string(),
  createdAt: z.iso.datetime(),
  command: z.string(),
  verdict: z.string(),
  findings: z.array(z.strictObject({
    severity: z.enum(FINDING_SEVERITIES),
    text: z.string(),
    value: z.number().nullable(),
  })),
  instrument: z.strictObject({ symbol: z.string(), name: z.string(), intervalMs: z.number() }),
  period: z.strictObject({
    from: z.string(),
    to: z.string(),
    bars: z.number(),
    days: z.number(),
    outOfSample: z.boolean(),
  }),
  metricDefinitions: z.record(
    z.string(),
    z.strictObject({
      label: z.string(),
      unit: z.enum(METRIC_UNITS),
      definition: z.string(),
      better: z.enum(["higher", "lower", "neither"]),
    }),
  ),
  strategies: z.array(strategy),
  trades: z.array(trade),
  price: z.strictObject({ time: numbers, close: numbers }).refine(sameLength, LENGTHS),
  calibration: z.exactOptional(z.array(reliabilityCurve)),
  importances: z.exactOptional(z.array(z.strictObject({
    column: z.string(),
    permutation: z.number().nullable(),
    impurity: z.number().nullable(),
  }))),
  costSensitivity: z.array(z.strictObject({ factor: z.number(), metrics })),
  models: z.array(z.strictObject({
    name: z.string(),
    version: z.number(),
    kind: z.string(),
    sha256: z.string(),
    metrics: scores,
    comparisons: z.exactOptional(z.array(z.strictObject({ name: z.string(), metrics: scores }))),
    curves: z.exactOptional(z.array(z.strictObject({ training: numbers, validation: numbers }))),
    remarks: z.exactOptional(z.array(z.string())),
  })),
  policies: z.exactOptional(z.array(policySummary)),
  blend: z.exactOptional(blendSummary),
  assumptions: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  reproduce: z.array(z.string()),
  run: z.exactOptional(runRecord),
  sections: z.exactOptional(z.array(textSection)),
});

/**
 * Reads a tear sheet back from the JSON file beside a report.
 *
 * @param where name of the file, for the message
 * @throws {InputError} when the text is no tear sheet of format 1; the message names the first fault
 */
export function parseTearSheet(text: string, where = "tear sheet"): TearSheet {
  const remedy = "write the report again with this version";
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new InputError("Cannot read the tear sheet as it is no JSON", { where, remedy, cause });
  }
  const result = tearSheet.safeParse(value);
  if (result.success) return result.data;
  const [fault] = result.error.issues;
  throw new InputError(
    `Cannot read the tear sheet: ${fault?.message} at '${fault?.path.join(".")}'`,
    { where, remedy },
  );
}

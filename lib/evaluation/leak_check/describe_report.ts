import type { Bars } from "../../market/mod.ts";
import { describeLeak, type Leak } from "./leak_check.ts";
import type { PipelineReport } from "./check_pipeline.ts";
import type { TrainingReport } from "./check_training.ts";

/** A leak as `leak-check --json` prints it. */
export interface FoundLeak extends Omit<Leak, "before" | "after"> {
  /** Value with the true future; null where there is none. */
  readonly before: number | null;
  /** Value with the changed future; null where there is none. */
  readonly after: number | null;
  /** When the bar of the row opened, ISO 8601 in UTC. */
  readonly time: string;
  /** All of it in words. */
  readonly text: string;
}

/** What `leak-check --json` prints. */
export interface LeakCheckDocument {
  /** `name@version`; of a blend, all of them. */
  readonly model: string;
  readonly passed: boolean;
  /** One sentence. */
  readonly verdict: string;
  /** The earliest stage that leaks, at its first row; null when none does. */
  readonly firstLeak: FoundLeak | null;
  /** Every column that leaks, `stage.column`, earliest stage first. */
  readonly leakingColumns: readonly string[];
  /** Columns compared, by stage. */
  readonly stages: Readonly<Record<string, number>>;
  /** Whether training came out the same with another future; null when it was not asked for. */
  readonly refit: { readonly same: boolean; readonly sha256: string } | null;
  /** What was replayed. */
  readonly window: { readonly from: string; readonly to: string; readonly bars: number };
  /** Replays that were compared. */
  readonly trials: number;
  /** Single values compared. */
  readonly compared: number;
  readonly engine: "native" | "wasm";
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** What was found in words, its rows counted from the first bar of the data. */
export function describeReport(
  reference: string,
  report: PipelineReport,
  training: TrainingReport | null,
  bars: Bars,
): Omit<LeakCheckDocument, "engine" | "seconds"> {
  const { compared, leaks, outputs, trials, window } = report;
  const stages = outputs.map(({ name }) => name);
  const replayed = leaks
    .toSorted((a, b) => stages.indexOf(a.output) - stages.indexOf(b.output) || a.row - b.row)
    .map((leak) => foundLeak(leak, window.from, bars));
  const found = [...(training === null ? [] : trainingLeak(training, bars)), ...replayed];
  const instant = (row: number): string => new Date(bars.time[row]!).toISOString();
  return {
    model: reference,
    passed: found.length === 0,
    verdict: verdict(reference, report, training, found[0]),
    firstLeak: found[0] ?? null,
    leakingColumns: [...new Set(found.map(({ column, output }) => `${output}.${column}`))],
    stages: Object.fromEntries(outputs.map(({ columns, name }) => [name, columns.length])),
    refit: training === null
      ? null
      : { same: training.before === training.after, sha256: training.before },
    window: {
      from: instant(window.from),
      to: new Date(bars.time[window.to - 1]! + bars.intervalMs).toISOString(),
      bars: window.to - window.from,
    },
    trials,
    compared,
    notes: decides(report) ? [] : [
      "it held nothing on these bars: its decisions were compared, but all of them are flat",
    ],
  };
}

function verdict(
  reference: string,
  { compared, trials }: PipelineReport,
  training: TrainingReport | null,
  leak: FoundLeak | undefined,
): string {
  if (leak !== undefined) return `${reference} failed, it sees the future: ${leak.text}.`;
  const also = training === null ? "" : ", and so did the model that training gives";
  return `${reference} passed: ${compared.toLocaleString("en")} past values stayed the same to ` +
    `the bit in ${trials} replays${also}.`;
}

function foundLeak(leak: Leak, start: number, bars: Bars): FoundLeak {
  const moved = { ...leak, row: leak.row + start, end: leak.end + start };
  const { after, before, row } = moved;
  const time = new Date(bars.time[row]!).toISOString();
  return {
    ...moved,
    before: Number.isNaN(before) ? null : before,
    after: Number.isNaN(after) ? null : after,
    time,
    text: `${describeLeak(moved)} (bar of ${time})`,
  };
}

/** Training has no columns: its one output is the model. */
function trainingLeak({ after, before, border }: TrainingReport, bars: Bars): FoundLeak[] {
  if (after === before) return [];
  const time = new Date(bars.time[border]!).toISOString();
  return [{
    ...{ kind: "mutate", output: "training", column: "model" },
    ...{ row: border, end: border, before: null, after: null, time },
    text:
      `training.model: it came out another when the data from row ${border} on, which training ` +
      `must not see, were changed (bar of ${time})`,
  }];
}

function decides({ outputs }: PipelineReport): boolean {
  const account = outputs.find(({ name }) => name === "account");
  return Array.from(account?.values ?? []).some((lots) => Math.abs(lots) > 0);
}

/** What to do about an alias that points at a version that leaks. */
export function aliasNote(name: string): (alias: string) => string {
  return (alias) =>
    `it is ${alias} now: go back with \`deno task models rollback ${name} --alias ${alias} --why …\``;
}

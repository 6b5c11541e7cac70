import { openRegistry } from "../registry/mod.ts";
import { type DataRequest, readWholeFile } from "../data/mod.ts";
import {
  compareJson,
  type JsonDifference,
  RefusedError,
  sha256Hex,
  type TaskControl,
} from "../core/mod.ts";
import { codeHash, describeCodeChange } from "../core/program.ts";
import { type RunRecord, type TearSheet, tearSheetToJson } from "../records/mod.ts";
import { type BacktestSettings, runBacktest } from "./backtest.ts";
import type { StoredRun } from "./find_run.ts";

/** Where things are that may have moved since. */
export interface ReproduceOptions {
  /** Registry folder. */
  readonly models: string;
  /** The file of bars, when it is no longer where it was. */
  readonly path?: string;
}

/** What `reproduce --json` prints. */
export interface ReproduceRunDocument {
  readonly run: string;
  /** Whether every number and every word came out the same. */
  readonly same: boolean;
  /** One sentence. */
  readonly verdict: string;
  /** Numbers compared to the bit. */
  readonly numbers: number;
  /** Places that differ; the first {@linkcode LISTED} of them are listed. */
  readonly differences: number;
  readonly first: readonly JsonDifference[];
  /** What is not as it was: code, versions, runtime. */
  readonly changed: readonly string[];
  readonly seconds: number;
}

/** Most differences that are listed one by one. */
export const LISTED = 20;

/**
 * Runs a backtest again from what its JSON file records and compares every number to the bit. What
 * decides a run must be as it was; code and libraries may differ, and are named when they do.
 *
 * @throws {RefusedError} when the bars, a model or the system are not those of the run
 */
export async function reproduceRun(
  run: StoredRun,
  options: ReproduceOptions,
  control: TaskControl,
): Promise<ReproduceRunDocument> {
  const started = control.clock.now();
  const { record, sheet } = run;
  const path = options.path ?? record.data.path;
  await requireSameBars(record, path);
  await requireSameModels(record, options.models, control);
  const again = await runBacktest(
    { ...record.data.request as unknown as DataRequest, path },
    record.settings as unknown as BacktestSettings,
    options.models,
    control,
  );
  const repeated = JSON.parse(tearSheetToJson(again.sheet)) as TearSheet;
  const changed = changedSince(record, repeated.run!);
  const isSameCode = record.codeSha256 === repeated.run!.codeSha256;
  const { differences, numbers } = compareJson(
    comparable(sheet, isSameCode),
    comparable(repeated, isSameCode),
  );
  const same = differences.length === 0;
  return {
    run: sheet.runId,
    same,
    verdict: verdict(sheet.runId, numbers, differences.length, changed),
    numbers,
    differences: differences.length,
    first: differences.slice(0, LISTED),
    changed,
    seconds: (control.clock.now() - started) / 1000,
  };
}

async function requireSameBars({ data }: RunRecord, path: string): Promise<void> {
  const sha256 = await sha256Hex(await readWholeFile(path));
  if (sha256 === data.sha256) return;
  throw new RefusedError(
    `${path}: the bars have changed since the run: they had SHA-256 ${data.sha256} and now have ` +
      `${sha256} (give the file as it was with --data)`,
  );
}

async function requireSameModels(
  { models, system }: RunRecord,
  folder: string,
  control: TaskControl,
): Promise<void> {
  using registry = openRegistry({ folder, clock: control.clock, readOnly: true });
  for (const { name, sha256, version } of models) {
    const { onnxSha256 } = await registry.load(`${name}@${version}`);
    if (onnxSha256 === sha256) continue;
    throw new RefusedError(
      `${name}@${version} is another model than that of the run: it had SHA-256 ${sha256} and this ` +
        `one has ${onnxSha256} (give the registry of the run with --models)`,
    );
  }
  if (system === undefined) return;
  const { name, version } = system;
  const { sha256 } = registry.resolveSystem(`${name}@${version}`);
  if (sha256 === system.sha256) return;
  throw new RefusedError(
    `${name}@${version} is another system than that of the run: it had SHA-256 ${system.sha256} ` +
      `and this one has ${sha256} (give the registry of the run with --models)`,
  );
}

function changedSince(before: RunRecord, now: RunRecord): string[] {
  const code = describeCodeChange(
    { sha256: before.codeSha256, parts: before.codeParts },
    codeHash(),
  );
  const libraries = new Set([...Object.keys(before.versions), ...Object.keys(now.versions)]);
  return [
    ...(code === null ? [] : [code]),
    ...(before.engine === now.engine ? [] : [`ONNX Runtime ${before.engine} → ${now.engine}`]),
    ...[...libraries].filter((name) => before.versions[name] !== now.versions[name]).map((name) =>
      `${name} ${before.versions[name] ?? "unknown"} → ${now.versions[name] ?? "none"}`
    ),
  ];
}

/**
 * All that the same bars, models and settings must give again; not when and by which code. The id
 * covers the code too.
 */
function comparable(
  { createdAt: _, run, runId, assumptions, ...sheet }: TearSheet,
  isSameCode: boolean,
): object {
  // The bars were compared by their hash, whatever the name of the file.
  const incidental = new Set(["Data", "Code", ...Object.keys(run!.versions)]);
  return {
    ...sheet,
    ...(isSameCode ? { runId } : {}),
    assumptions: assumptions.filter(({ name }) => !incidental.has(name)),
  };
}

function verdict(
  run: string,
  numbers: number,
  differences: number,
  changed: readonly string[],
): string {
  const count = numbers.toLocaleString("en");
  const others = changed.length === 0 ? "" : `, though ${changed.join(", ")} changed`;
  if (differences === 0) {
    return `${run} came out the same: all ${count} numbers agree to the bit${others}.`;
  }
  const cause = changed.length === 0
    ? "bars, models, settings and code are as they were, so the file was edited or this is a fault"
    : `what changed since: ${changed.join(", ")}`;
  return `${run} did not come out the same: ${differences.toLocaleString("en")} of its values ` +
    `differ, ${count} numbers compared; ${cause}.`;
}

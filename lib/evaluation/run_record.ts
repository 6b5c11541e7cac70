import type { JsonValue } from "../core/mod.ts";
import { codeHash, versions } from "../core/program.ts";
import { recordedInstruments } from "../market/mod.ts";
import type { RunRecord } from "../records/mod.ts";
import type { LoadedSystem, TradedModel } from "../system/mod.ts";
import { type OpenedData, rollTable } from "../data/mod.ts";

/** What `reproduce` needs of a backtest; references are pinned to the versions that they meant. */
export function runRecord(
  parts: Pick<RunRecord, "codeSha256" | "engine"> & {
    readonly opened: OpenedData;
    readonly models: readonly TradedModel[];
    /** The registered system that they belong to; null where models were named. */
    readonly system: LoadedSystem | null;
    /** All that the flags of the command say. */
    readonly settings: object;
  },
): RunRecord {
  const { codeSha256, engine, models, opened, settings, system } = parts;
  const { path, request, sha256 } = opened.source;
  const rolls = rollTable(opened.bars);
  const instruments = recordedInstruments([opened.bars.instrument]);
  const pinned = system === null
    ? { models: models.map(referenceOf) }
    : { models: [], system: referenceOf(system) };
  return {
    task: "backtest",
    data: { path, sha256, request, ...(rolls === undefined ? {} : { rolls }) },
    ...(instruments.length === 0 ? {} : { instruments }),
    models: models.map(({ name, onnxSha256, version }) => ({ name, version, sha256: onnxSha256 })),
    ...(system === null ? {} : {
      system: { name: system.name, version: system.version, sha256: system.sha256 },
    }),
    settings: JSON.parse(JSON.stringify({ ...settings, ...pinned })) as JsonValue,
    codeSha256,
    codeParts: codeHash().parts,
    versions: versions(),
    engine,
  };
}

function referenceOf({ name, version }: Pick<TradedModel, "name" | "version">): string {
  return `${name}@${version}`;
}

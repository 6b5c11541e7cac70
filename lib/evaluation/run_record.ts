import type { JsonValue } from "../core/json.ts";
import type { RunRecord } from "../records/run_record.ts";
import type { TradedModel } from "../system/traded_model.ts";
import type { OpenedData } from "../data/open_data.ts";
import { codeHash } from "../core/code_hash.ts";
import { versions } from "../core/versions.ts";

/** What `reproduce` needs of a backtest; references are pinned to the versions that they meant. */
export function runRecord(
  parts: Pick<RunRecord, "codeSha256" | "engine"> & {
    readonly opened: OpenedData;
    readonly models: readonly TradedModel[];
    /** All that the flags of the command say. */
    readonly settings: object;
  },
): RunRecord {
  const { codeSha256, engine, models, opened, settings } = parts;
  const { path, request, sha256 } = opened.source;
  const pinned = models.map(({ name, version }) => `${name}@${version}`);
  return {
    task: "backtest",
    data: { path, sha256, request },
    models: models.map(({ name, onnxSha256, version }) => ({ name, version, sha256: onnxSha256 })),
    settings: JSON.parse(JSON.stringify({ ...settings, models: pinned })) as JsonValue,
    codeSha256,
    codeParts: codeHash().parts,
    versions: versions(),
    engine,
  };
}

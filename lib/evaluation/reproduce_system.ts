import { InputError, sha256Hex, type TaskControl } from "../core/mod.ts";
import { codeSha256 } from "../core/program.ts";
import { type DataRequest, openData } from "../data/mod.ts";
import { rowAt } from "../market/mod.ts";
import { systemBytes, type TradingSystem } from "../records/mod.ts";
import type { Registry } from "../registry/mod.ts";
import {
  loadSystem,
  makeSystem,
  modelPredictions,
  type PredictedModel,
  requireSameInstrument,
  type SystemModel,
  type SystemRequest,
  systemSettings,
} from "../system/mod.ts";
import { costRequestOf } from "../trading/mod.ts";

/** What `system reproduce --json` prints. */
export interface ReproduceSystemDocument {
  /** `name@version` */
  readonly system: string;
  /** Whether the document came out the same to the byte. */
  readonly same: boolean;
  /** SHA-256 of the registered document. */
  readonly registeredSha256: string;
  /** SHA-256 of the document made now, that of the code apart. */
  readonly reproducedSha256: string;
  /** What is not as it was: code, ONNX Runtime. */
  readonly changed: readonly string[];
  readonly seconds: number;
}

/**
 * Makes a registered system again of its models and the bars that taught it, and compares the
 * documents.
 *
 * @param path the file of bars; its hash has to be the recorded one
 * @throws {InputError} when the bars are others, or a part is gone
 */
export async function reproduceSystem(
  registry: Registry,
  reference: string,
  path: string,
  control: TaskControl,
): Promise<ReproduceSystemDocument> {
  const started = control.clock.now();
  const { models, name, sha256, system, version } = await loadSystem(registry, reference);
  const { data, inference } = system.evidence;
  const opened = await openData({ ...data.request as unknown as DataRequest, path });
  requireSameInstrument(system, opened.bars);
  if (opened.source.sha256 !== data.sha256) {
    throw new InputError(
      `Cannot reproduce ${name}@${version} as it was made of bytes with SHA-256 ${data.sha256}, ` +
        `and these have ${opened.source.sha256}`,
      { where: path, remedy: "give the file as it was with --data" },
    );
  }
  const predicted: PredictedModel<SystemModel>[] = [];
  for (const model of models) {
    control.signal?.throwIfAborted();
    predicted.push({ model, signals: await modelPredictions(model.onnx, model.manifest, opened) });
  }
  const history = taughtRows(system, opened.bars);
  const made = makeSystem(predicted, opened, requestOf(system), history);
  const reproducedSha256 = await sha256Hex(
    systemBytes({ ...made, codeSha256: system.codeSha256 }),
  );
  const engine = made.evidence.inference;
  return {
    system: `${name}@${version}`,
    same: reproducedSha256 === sha256,
    registeredSha256: sha256,
    reproducedSha256,
    changed: [
      ...(codeSha256() === system.codeSha256 ? [] : ["the code"]),
      ...(engine === inference ? [] : [`ONNX Runtime ${inference} → ${engine}`]),
    ],
    seconds: (control.clock.now() - started) / 1000,
  };
}

/** The rows that taught a system; without a blend none, at the row that its sizes are of. */
function taughtRows(
  { evidence: { history }, lastBarSeen }: TradingSystem,
  bars: Parameters<typeof rowAt>[0],
): { readonly from: number; readonly to: number } {
  const after = (time: string): number => rowAt(bars, Date.parse(time) + 1);
  if (history === null) return { from: after(lastBarSeen), to: after(lastBarSeen) };
  return { from: rowAt(bars, Date.parse(history.firstTime)), to: after(history.lastTime) };
}

/** What asks for the same costs, sizes, rules and blender. */
function requestOf(system: TradingSystem): SystemRequest {
  const { costs, flattenAtSessionEnd, marginUsd, name } = system;
  const { limits, rule, sizing } = systemSettings(system);
  const { kellyPart } = sizing;
  return {
    name,
    ...(rule === null ? {} : { blend: { kind: rule.kind, confidenceShare: 1 } }),
    market: {
      costs: costRequestOf(costs),
      // Sizes are settled: no cash has to find them.
      cashUsd: 1,
      flattenAtSessionEnd,
      ...(marginUsd === undefined ? {} : { marginUsd }),
      ...(sizing.kind === "fixed" ? { lots: sizing.lots } : {}),
    },
    risk: {
      limits,
      ...(kellyPart === undefined ? {} : { kellyPart }),
      ...(sizing.kind === "fixed" ? {} : {
        volatilityTarget: {
          annualVolatility: sizing.annualVolatility,
          maxLeverage: sizing.maxLeverage,
        },
      }),
    },
  };
}

import type { TaskControl } from "../../core/mod.ts";
import { codeSha256 } from "../../core/program.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { LeakVerdict, Registry, StoredModel } from "../../registry/mod.ts";
import {
  type AccountSettings,
  type LoadedSystem,
  loadSystem,
  openModel,
  systemSettings,
} from "../../system/mod.ts";
import { costRequestOf } from "../../trading/mod.ts";
import { systemPipeline } from "./blend_pipeline.ts";
import { checkPipeline, type PipelineCheck } from "./check_pipeline.ts";
import { describeReport } from "./describe_report.ts";
import type { LoadedModel } from "./pipeline.ts";

/** How a registered system is checked. */
export interface SystemCheckSettings extends Pick<PipelineCheck, "bars" | "ends" | "seed"> {
  /** Costs and sizes are the system's own; of the account only cash and margin count. */
  readonly market: AccountSettings;
}

/** A system is replayed as it is: nothing of it is learnt, and costs and sizes are its own. */
export function systemCheck(
  loaded: readonly LoadedModel<StoredModel>[],
  { system }: LoadedSystem,
  { market }: Pick<SystemCheckSettings, "market">,
): Pick<PipelineCheck, "decides" | "market" | "pipeline" | "testFrom"> {
  const { costs, flattenAtSessionEnd } = system;
  return {
    testFrom: Date.parse(system.lastBarSeen) + 1,
    market: {
      ...market,
      ...{ flattenAtSessionEnd, lots: 1 },
      costs: costRequestOf(costs),
    },
    decides: systemSettings(system),
    pipeline: () => systemPipeline(loaded, system),
  };
}

/**
 * Replays a registered system on cut and changed futures, and records the verdict in the registry.
 *
 * @throws {InputError} when it does not fit the data or the bars are too few
 */
export async function checkSystem(
  registry: Registry,
  reference: string,
  opened: OpenedData,
  settings: SystemCheckSettings,
  control: TaskControl,
): Promise<Omit<LeakVerdict, "at">> {
  const code = codeSha256();
  const system = await loadSystem(registry, reference);
  const loaded: LoadedModel<StoredModel>[] = [];
  try {
    for (const model of system.models) {
      loaded.push({ model, session: await openModel(model.onnx, model.manifest) });
    }
    const report = await checkPipeline({
      ...settings,
      opened,
      ...systemCheck(loaded, system, settings),
      onProgress: (fraction) => control.onProgress?.("changed futures", fraction),
      ...(control.signal === undefined ? {} : { signal: control.signal }),
    });
    const { compared, firstLeak, passed, trials } = describeReport(
      `${system.name}@${system.version}`,
      report,
      null,
      opened.bars,
    );
    const verdict = {
      ...{ passed, trials, compared, dataSha256: opened.source.sha256, codeSha256: code },
      leak: firstLeak?.text ?? null,
    };
    registry.recordLeakCheck(reference, verdict);
    return verdict;
  } finally {
    for (const { session } of loaded) await session.dispose();
  }
}

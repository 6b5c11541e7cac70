import {
  type Bars,
  rowAt,
  type RowRange,
  type SessionCalendar,
  sessionMarks,
  sliceBars,
} from "../../market/mod.ts";
import { InputError } from "../../core/mod.ts";
import { barsProbe, checkLeaksAsync, type LeakReport, type PipelineOutput } from "./leak_check.ts";
import {
  type AccountSettings,
  createRunConditions,
  decidedConditions,
  type SystemSettings,
} from "../../system/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import { type Pipeline, type PipelineData, runPipeline } from "./pipeline.ts";

/** What a check of a pipeline needs to know. */
export interface PipelineCheck {
  readonly opened: OpenedData;
  /** When the last training stopped, epoch milliseconds. */
  readonly testFrom: number;
  readonly market: AccountSettings;
  /** Sizes and rules of risk of a system; fixed lots and no rules when absent. */
  readonly decides?: Pick<SystemSettings, "limits" | "sizing">;
  /** Share of the replayed rows after training that are not traded, as a blend learns from them. */
  readonly confidenceShare?: number;
  /** Makes the pipeline; `history` are the rows not traded. */
  readonly pipeline: (history: RowRange) => Pipeline;
  /** Most bars that are replayed. */
  readonly bars: number;
  /** Futures that are changed; each is cut off once and made random once. */
  readonly ends: number;
  readonly seed: number;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** What a check of a pipeline found. */
export interface PipelineReport extends LeakReport {
  /** Rows of the data that were replayed; rows of leaks count from the first of them. */
  readonly window: RowRange;
  /** What the pipeline says with the true future. */
  readonly outputs: readonly PipelineOutput[];
}

/** Fewer decisions than this say nothing. */
const FEWEST_BARS = 50;

/**
 * Replays a pipeline on the bars around the end of training, with futures cut off or made random.
 *
 * @throws {InputError} when fewer bars remain than warming up and learning take
 */
export async function checkPipeline(check: PipelineCheck): Promise<PipelineReport> {
  const { ends, market, opened, seed, testFrom } = check;
  const window = replayedRows(check);
  const { calendar } = opened;
  const data = pipelineData(sliceBars(opened.bars, window.from, window.to), calendar);
  const { bars } = data;
  const border = rowAt(bars, testFrom);
  const history = historyRows(check, border, bars.length);
  const pipeline = check.pipeline(history);
  const warm = Math.max(
    ...pipeline.models.map(({ frame, manifest }) =>
      frame(data).firstValidRow + manifest.window - 1
    ),
  );
  const from = Math.max(warm, history.to);
  if (from + FEWEST_BARS > bars.length) {
    throw new InputError(
      `Cannot check for leaks on ${bars.length} bars as the first ${from} warm up or teach`,
      {
        where: opened.source.path,
        remedy: `give at least ${from + FEWEST_BARS} bars, and --bars as many`,
      },
    );
  }
  const { conditions: plain } = createRunConditions({ ...opened, ...data }, market, {
    from,
    to: bars.length,
  });
  const conditions = check.decides === undefined ? plain : decidedConditions(plain, check.decides);
  let outputs: readonly PipelineOutput[] | undefined;
  const probe = barsProbe(bars, async (changed) => {
    check.signal?.throwIfAborted();
    const found = await runPipeline(pipeline, pipelineData(changed, calendar), conditions);
    outputs ??= found;
    return found;
  });
  const boundaries = [warm + 1, border, from + 1, ...quarters(from, bars.length)];
  const report = await checkLeaksAsync({ ...probe, boundaries }, {
    ends,
    from: warm + 1,
    seed,
    ...(check.onProgress === undefined ? {} : { onProgress: check.onProgress }),
  });
  return { ...report, window, outputs: outputs! };
}

/** Cuts that meet any fit on a long stretch of the traded rows, wherever chance puts the others. */
function quarters(from: number, to: number): number[] {
  return [1, 2, 3].map((part) => from + Math.floor(part * (to - from) / 4));
}

/** The border of training is in the middle of them where the data reach that far on both sides. */
function replayedRows({ bars: most, opened: { bars }, testFrom }: PipelineCheck): RowRange {
  const to = Math.min(bars.length, Math.max(rowAt(bars, testFrom) + Math.ceil(most / 2), most));
  return { from: Math.max(0, to - most), to };
}

/** The oldest rows after training, of which a pipeline that learns from them trades none. */
function historyRows(
  { confidenceShare = 0 }: PipelineCheck,
  border: number,
  rows: number,
): RowRange {
  const length = Math.floor((rows - border) * confidenceShare);
  return length === 0 ? { from: 0, to: 0 } : { from: border, to: border + length };
}

function pipelineData(bars: Bars, calendar: SessionCalendar): PipelineData {
  return { bars, calendar, session: sessionMarks(bars, calendar) };
}

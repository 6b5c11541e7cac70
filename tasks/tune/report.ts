import { dirname, join } from "node:path";
import { parameterImportances, type Study, type Trial } from "../../lib/tuning/mod.ts";
import { type Clock, InputError } from "../../lib/core/mod.ts";
import { loadCartesianPlotly, renderStudyReport } from "../../lib/report/mod.ts";

/** The page of a study, written again while the study goes on. */
export interface LiveReport {
  readonly path: string;
  /** Writes the page unless that was done a moment ago. */
  update(study: Study): Promise<void>;
  /** Writes the page for the last time. */
  finish(study: Study): Promise<void>;
}

/** Seconds between two versions of the page; a browser loads it again as often. */
const REFRESH_SECONDS = 10;

/**
 * Makes the folder of a study's page, `index.html`, which any of several workers may write.
 *
 * @throws {InputError} when the folder cannot be written
 */
export async function openLiveReport(folder: string, clock: Clock): Promise<LiveReport> {
  const path = join(folder, "index.html");
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Deno.errors.NotCapable) throw cause;
    throw new InputError(`Cannot write the report: ${cause.message}`, {
      where: folder,
      remedy: "choose a --reports folder that you may write to",
      cause,
    });
  }
  const plotly = await loadCartesianPlotly();
  let writtenAt = -Infinity;
  const write = async (current: Study, refreshSeconds: number | null): Promise<void> => {
    writtenAt = clock.now();
    await writeWhole(
      path,
      await renderStudyReport(await summaryOf(current, refreshSeconds), plotly),
    );
  };
  return {
    path,
    update: async (current) => {
      if (clock.now() - writtenAt >= 1000 * REFRESH_SECONDS) await write(current, REFRESH_SECONDS);
    },
    finish: (current) => write(current, null),
  };
}

/** Writes a file beside its place and renames it: nobody sees half of it. Makes its folder. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${Deno.pid}.part`;
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(part, text);
  await Deno.rename(part, path);
}

async function summaryOf(study: Study, refreshSeconds: number | null) {
  const trials = await study.trials();
  return {
    name: study.name,
    metrics: ["net Sharpe ratio: mean of the folds less one standard error"],
    directions: study.directions,
    trials,
    importances: parameterImportances(trials, study.directions),
    logParameters: logParameters(trials),
    refreshSeconds,
  };
}

function logParameters(trials: readonly Trial[]): ReadonlySet<string> {
  const names = trials.flatMap(({ distributions }) =>
    Object.entries(distributions).filter(([, { type }]) => type !== "categorical")
      .filter(([, distribution]) => "log" in distribution && distribution.log)
      .map(([name]) => name)
  );
  return new Set(names);
}

import { join } from "node:path";
import type { TaskControl, TimerClock } from "../lib/core/mod.ts";
import { type DataRequest, openData } from "../lib/data/mod.ts";
import {
  type FinishedNight,
  type NightPlaces,
  type NightSettings,
  runNight,
} from "../lib/improve/mod.ts";
import { systemRecipe } from "../lib/evaluation/mod.ts";
import { type Alert, openOutbox } from "../lib/monitor/mod.ts";
import type { NightRecord } from "../lib/records/mod.ts";
import { requireWritable } from "../lib/registry/mod.ts";
import { writeNightReport, writeNightsReport } from "../lib/report/mod.ts";
import { nightChangeSet } from "./nightly/change_set.ts";

/** Where a night finds and leaves things. */
export interface NightlyPlaces extends NightPlaces {
  /** Folder of the pages. */
  readonly reports: string;
  /** Folder of the outbox. */
  readonly outbox: string;
}

/** What `nightly --json` prints. */
export interface NightlyDocument {
  /** The night. */
  readonly night: NightRecord;
  /** Whether this run finished it; false for one that was there. */
  readonly isNew: boolean;
  /** Its file. */
  readonly path: string;
  /** Its page. */
  readonly report: string;
  /** The page of all nights: what served when, week by week. */
  readonly history: string;
  /** What it moved as a change set for `generate-changes`; null where nothing moved. */
  readonly changes: string | null;
}

/** What a night runs under. */
export interface NightlyControl extends Omit<TaskControl, "clock"> {
  /** Tells the time; tries alerts again. */
  readonly clock: TimerClock;
}

/**
 * Runs the night of a system on the bars as they stand, writes its page and puts what a person should
 * hear of into the outbox. The champion serves on whatever fails.
 *
 * @throws {InputError} when system, bars or settings cannot be used
 * @throws {RefusedError} when no bar is new
 */
export async function nightly(
  system: string,
  request: DataRequest,
  settings: NightSettings,
  places: NightlyPlaces,
  control: NightlyControl,
): Promise<NightlyDocument> {
  requireWritable(places.models);
  requireWritable(places.reports);
  const opened = await openData(request);
  const { isNew, night, nights, path } = await runNight(system, opened, settings, places, control);
  const report = join(places.reports, `${system}-night-${night.id.slice(0, 16)}.html`);
  await writeNightReport(night, report);
  const history = join(places.reports, `${system}-nights.html`);
  await writeNightsReport(nights, history);
  const changes = await writeChanges(night, places, control);
  // Told again it is told once: a night that was killed after its end has said nothing yet.
  tell(alertsOf(night), places.outbox, control.clock);
  return { night, isNew, path, report, history, changes };
}

async function writeChanges(
  night: NightRecord,
  { models, reports }: NightlyPlaces,
  control: NightlyControl,
): Promise<string | null> {
  const [move] = night.moves;
  if (move === undefined) return null;
  const recipe = await systemRecipe(models, `${night.system}@${move.toVersion}`, control);
  const set = nightChangeSet(night, recipe);
  const path = join(reports, `${night.system}-night-${night.id.slice(0, 16)}.changes.json`);
  await Deno.writeTextFile(`${path}.part`, `${JSON.stringify(set, null, 2)}\n`);
  await Deno.rename(`${path}.part`, path);
  return path;
}

/** Lets a person hear of a night that could not be; once a day, however often it is tried. */
export function tellFailedNight(
  system: string,
  message: string,
  { outbox }: Pick<NightlyPlaces, "outbox">,
  clock: TimerClock,
): void {
  const at = clock.now();
  tell(
    [{
      ...{ id: `night/${system}/failed/${new Date(at).toISOString().slice(0, 10)}`, at },
      ...{ severity: "warning", source: system, text: message },
      title: `the night of ${system} failed; what served serves on`,
    }],
    outbox,
    clock,
  );
}

function tell(alerts: readonly Alert[], folder: string, clock: TimerClock): void {
  if (alerts.length === 0) return;
  using outbox = openOutbox({ folder, clock });
  for (const alert of alerts) outbox.add(alert);
}

/** What a person should hear of: what moved, what is in alarm, what the world has changed. */
function alertsOf(night: FinishedNight["night"]): Alert[] {
  const { decisions, drift, finishedAt, headline, id, moves, system } = night;
  const alert = (
    part: string,
    severity: Alert["severity"],
    title: string,
    text: string,
  ): Alert => ({
    ...{ id: `night/${id.slice(0, 16)}/${part}`, at: Date.parse(finishedAt), severity },
    ...{ source: system, title, text },
  });
  const alarms = drift.filter((finding) => finding.alarm);
  return [
    ...moves.map(({ kind }) =>
      alert("move", kind === "rollback" ? "warning" : "info", headline, reasonsOf(decisions))
    ),
    ...decisions.filter(({ outcome }) => outcome === "alarm").map((decision) =>
      alert(
        "alarm",
        "critical",
        `${system} does harm and has nothing to go back to`,
        reasonsOf([
          decision,
        ]),
      )
    ),
    ...(alarms.length === 0 ? [] : [
      alert(
        "drift",
        "warning",
        `${system}: the world has drifted (${alarms.length} of ${drift.length} looks)`,
        alarms.map(({ detector, subject, text }) => `${detector} of ${subject}: ${text}`).join(
          "\n",
        ),
      ),
    ]),
  ];
}

function reasonsOf(decisions: NightRecord["decisions"]): string {
  return decisions.map(({ conditions, outcome, question }) =>
    `${question}, ${outcome}: ${conditions.map(({ text }) => text).join("; ")}`
  ).join("\n");
}

import { join } from "node:path";
import { InputError, type TaskControl } from "../lib/core/mod.ts";
import { codeSha256, versions } from "../lib/core/program.ts";
import { type DataRequest, openData, requestedInstrument } from "../lib/data/mod.ts";
import { type AuditFindings, auditSession, type SessionStory } from "../lib/evaluation/mod.ts";
import {
  type JournaledSettings,
  journaledSettings,
  type JournaledSystems,
  journaledSystems,
  readWholeSession,
} from "../lib/improve/mod.ts";
import type { Bars } from "../lib/market/mod.ts";
import type { SessionAudit } from "../lib/records/mod.ts";
import { journalFiles } from "../lib/journal/mod.ts";
import { type RecordedBars, recordedBars } from "../lib/feeds/mod.ts";
import { requireWritable } from "../lib/registry/mod.ts";
import { writeAudit } from "../lib/report/mod.ts";

/** What `audit --json` prints. */
export interface AuditDocument extends SessionAudit {
  /** The page. */
  readonly report: string;
  /** The same numbers. */
  readonly json: string;
}

/** Folders that an audit reads from and writes to. */
export interface AuditFolders {
  readonly sessions: string;
  readonly models: string;
  readonly reports: string;
}

/**
 * Says why a session earned something else than its backtest, from its journal alone, or against
 * bars that count as true.
 *
 * @param reference gives the request of those bars, by the instrument of the session; null for none
 * @throws {InputError} for a session that is not there or has not traded, a system that is gone, and
 * bars of something else
 * @throws {CorruptArtifactError} when the journal is not the one that was written
 */
export async function audit(
  name: string,
  reference: ((symbol: string, intervalMs: number) => DataRequest) | null,
  folders: AuditFolders,
  control: TaskControl,
): Promise<AuditDocument> {
  const { journal, story } = await readWholeSession(folders.sessions, name);
  const settings = journaledSettings(story.started.settings, name);
  const systems = await journaledSystems(story, settings, folders.models, control.clock);
  requireWritable(folders.reports);
  const truth = reference === null ? null : await openReference(story, reference);
  const framed = truth === null
    ? await framesOf(folders.sessions, name, { story, settings, systems })
    : null;
  const findings = await auditSession(story, {
    systems,
    reference: truth === null ? null : () => truth.bars,
    frames: framed === null ? null : (slot) => framed[slot]!.bars,
    program: {
      codeSha256: codeSha256(),
      inference: story.programs[0]?.inference ?? null,
      versions: versions(),
    },
  }, control);
  const all = story.bars.flat().map(({ bar }) => bar.time).toSorted((a, b) => a - b);
  const document: SessionAudit = {
    session: name,
    mode: story.started.mode,
    createdAt: new Date(control.clock.now()).toISOString(),
    period: { from: all[0]!, to: all.at(-1)!, bars: all.length },
    systems: story.deployments.map(({ sha256, system }, slot) => (
      { symbol: story.slots[slot]!.symbol, system, sha256 }
    )),
    inference: story.programs[0]?.inference ?? "none",
    reference: truth?.path ?? null,
    journal: { entries: journal.entries, sha256: journal.hash },
    ...findings,
    verdict: verdictOf(findings, all.length),
    notes: [
      ...notesOf(story, settings, findings),
      ...new Set(framed?.flatMap(({ notes }) => notes) ?? []),
    ],
  };
  const paths = await writeAudit(document, folders.reports, `audit-${name}`);
  return { ...document, report: paths.html, json: paths.json };
}

/** What the session's own recordings say of the bars of each slot; null where none lie beside the journal. */
async function framesOf(
  sessions: string,
  name: string,
  { settings: { feed }, story, systems }: {
    readonly story: SessionStory;
    readonly settings: JournaledSettings;
    readonly systems: JournaledSystems;
  },
): Promise<readonly RecordedBars[] | null> {
  const { instruments = [feed], simulation } = feed;
  const folder = join(journalFiles(sessions, name).folder, "frames");
  const lookBacks = story.deployments.map((deployment) => {
    const { lookBack } = systems.loaded(deployment).system;
    return lookBack.featureBars + lookBack.signalBars;
  });
  const recorded = new Map<string, RecordedBars | null>();
  for (const { data } of instruments) {
    const { symbol } = requestedInstrument(data);
    const own = instruments.length === 1 ? folder : join(folder, symbol);
    const request = { data, simulation, history: Math.max(...lookBacks), lookBack: 1, speed: null };
    recorded.set(symbol, await recordedBars(own, request));
  }
  const each = story.slots.map(({ symbol }) => recorded.get(symbol) ?? null);
  return each.includes(null) ? null : each as RecordedBars[];
}

/** @throws {InputError} when the bars are not those of the session */
async function openReference(
  { slots }: SessionStory,
  request: (symbol: string, intervalMs: number) => DataRequest,
): Promise<{ readonly bars: Bars; readonly path: string }> {
  const [{ intervalMs, symbol }] = slots as readonly [SessionStory["slots"][number]];
  const symbols = [...new Set(slots.map((slot) => slot.symbol))];
  if (symbols.length > 1) {
    throw new InputError(`Cannot hold a session of ${symbols.join(" and ")} against one file`, {
      where: "--data",
      remedy: "leave --data out: the bars of the journal count then",
    });
  }
  const { bars, source } = await openData(request(symbol, intervalMs));
  if (bars.instrument.symbol === symbol && bars.intervalMs === intervalMs) {
    return { bars, path: source.path };
  }
  throw new InputError(
    `Cannot take bars of ${bars.instrument.symbol} (${bars.intervalMs / 1000} s) for those of a ` +
      `session of ${symbol} (${intervalMs / 1000} s)`,
    { where: source.path, remedy: "give the bars that the session traded" },
  );
}

/** What happened, plainly: what was earned, how far from the backtest, why, and whether that is all. */
function verdictOf(
  { causes, differences, pnl, residual }: AuditFindings,
  bars: number,
): string {
  if (differences.length === 0 && pnl.differenceMicros === 0) {
    return causes.length === 0
      ? `Nothing differs: on ${bars} bars the session did what its backtest does.`
      : "Nothing differs, though not everything went as in a backtest.";
  }
  const { difference, differenceMicros, replay, session } = pnl;
  const much = dollars(Math.abs(difference));
  const how = differenceMicros === 0
    ? `The session ${earned(session)}, as its backtest does, by other trades`
    : `The session ${earned(session)}, its backtest ${earned(replay)}: ${much} ${
      differenceMicros < 0 ? "less" : "more"
    }`;
  const [largest] = causes.toSorted((a, b) => Math.abs(b.micros) - Math.abs(a.micros));
  const most = largest === undefined
    ? "The journal shows no cause"
    : largest.micros === 0
    ? "None of its causes moved the profit by itself"
    : `The largest cause is ${largest.name} (${largest.means}): ${signed(largest.usd)}`;
  const rest = residual === 0
    ? "All of it is explained"
    : `${dollars(residual)} is unexplained, which is a fault to report`;
  return `${how}. ${most}. ${rest}.`;
}

function earned(usd: number): string {
  return `${usd < 0 ? "lost" : "earned"} ${dollars(Math.abs(usd))}`;
}

function signed(usd: number): string {
  return `${usd > 0 ? "+" : ""}${dollars(usd)}`;
}

function dollars(usd: number): string {
  const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${usd < 0 ? "-" : ""}$${Math.abs(usd).toLocaleString("en", cents)}`;
}

function notesOf(
  { books, decisions }: SessionStory,
  { inSample }: JournaledSettings,
  { causes }: AuditFindings,
): string[] {
  const chosen = decisions.reduce(
    (sum, slot) => sum + slot.values().filter(({ chosen }) => chosen !== null).toArray().length,
    0,
  );
  return [
    ...(chosen > 0
      ? [
        `Explored: in ${chosen} decisions other positions had a chance; the backtest draws the same.`,
      ]
      : []),
    ...(books.session?.isOpen === true
      ? [`The session has not ended: audited up to entry ${books.sequence}.`]
      : []),
    ...(inSample
      ? ["In sample: its systems had seen these bars. No profit here is evidence."]
      : []),
    ...(causes.some(({ isRepaired }) => !isRepaired)
      ? ["What bars that never came would have changed is not known: give them with --data."]
      : []),
  ];
}

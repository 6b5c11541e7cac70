import { type Clock, InputError, type JsonValue } from "../../core/mod.ts";
import { requestedInstrument } from "../../data/mod.ts";
import type { AuditedSlot, AuditSystems, SessionStory } from "../../evaluation/mod.ts";
import { FEED_KINDS } from "../../feeds/mod.ts";
import { createSystemDecider, exploredPositions } from "../../live/mod.ts";
import { createCalendar, type Instrument, sessionMark } from "../../market/mod.ts";
import type { OnnxEngine } from "../../onnx/mod.ts";
import { openRegistry } from "../../registry/mod.ts";
import { joinLimits, scaleSizing, shareLimits } from "../../risk/mod.ts";
import {
  type LoadedSystem,
  loadSystem,
  systemSettings,
  systemTradingConditions,
} from "../../system/mod.ts";
import type { JournaledDeployment } from "../../trading/mod.ts";
import type { JournaledSettings } from "./journaled_settings.ts";

/** What traded in a session, loaded from the registry, with its hash checked. */
export interface JournaledSystems extends AuditSystems {
  /** What was traded in a slot. */
  instrumentOf(slot: number): Instrument;
  /** A system as the registry has it. */
  loaded(deployment: JournaledDeployment): LoadedSystem;
}

/**
 * Opens the systems of a session as its journal names them, to decide again on its inference engine.
 *
 * @throws {InputError} when one is gone from the registry, or is another one now
 */
export async function journaledSystems(
  story: SessionStory,
  settings: JournaledSettings,
  folder: string,
  clock: Clock,
): Promise<JournaledSystems> {
  const { data, instruments = [{ data }] } = settings.feed;
  const traded = instruments.map((each) => requestedInstrument(each.data));
  const instrumentOf = (slot: number): Instrument =>
    traded.find(({ symbol }) => symbol === story.slots[slot]!.symbol) ?? traded[0]!;
  const named = [...story.deployments, ...story.takeovers.map(({ deployment }) => deployment)];
  const loaded = new Map<string, LoadedSystem>();
  using registry = openRegistry({ folder, clock, readOnly: true });
  for (const { sha256, system } of named) {
    const found = await loadSystem(registry, system);
    if (found.sha256 !== sha256) {
      throw new InputError(
        `Cannot audit with ${system} as it is another system now: the session traded sha256 ` +
          `${sha256.slice(0, 12)}, the registry has ${found.sha256.slice(0, 12)}`,
        { where: folder, remedy: "give the registry that the session traded from with --models" },
      );
    }
    loaded.set(system, found);
  }
  const calendars = story.slots.map((_, slot) => createCalendar(instrumentOf(slot)));
  const dayOf = (slot: number, time: number): number =>
    sessionMark(time, story.slots[slot]!.intervalMs, calendars[slot]!).tradeDay;
  const inference = story.programs[0]?.inference ?? "wasm";
  return {
    instrumentOf,
    loaded: ({ system }) => loaded.get(system)!,
    slotOf: (slot, deployment, since) =>
      slotOf(loaded.get(deployment.system)!, deployment, instrumentOf(slot), {
        ...{ settings, day: dayOf(slot, since ?? beginning(story, slot, settings)) },
      }),
    start: (slot, deployment, saved) =>
      startDecider(loaded.get(deployment.system)!, instrumentOf(slot), {
        ...{ saved, inference, from: story.bars[slot]![0]!.bar.time },
        deployment,
      }),
  };
}

/** Costs, margin, sizes and limits, as a backtest of the system in this account has them. */
function slotOf(
  { system }: LoadedSystem,
  { sizeFactor }: JournaledDeployment,
  instrument: Instrument,
  { day, settings: { account, risk } }: {
    readonly settings: JournaledSettings;
    readonly day: number;
  },
): AuditedSlot {
  const ready = { system, settings: systemSettings(system) };
  const conditions = systemTradingConditions(ready, instrument, account, day);
  const { costs, flattenAtSessionEnd, limits = {}, margin, marginPerLotUsd } = conditions;
  const sizing = scaleSizing(conditions.sizing, sizeFactor);
  return {
    ...{ instrument, intervalMs: system.intervalMs, costs, margin, marginPerLotUsd },
    ...{ sizing, flattenAtSessionEnd },
    maxLots: sizing.kind === "fixed" ? sizing.lots : conditions.maxLots,
    limits: risk === null
      ? limits
      : joinLimits(limits, shareLimits(risk.request.limits).ofInstrument, risk.file),
  };
}

/** The moment whose costs and margin count: of stored bars that of the first, else of the start. */
function beginning(
  { bars, startedAt }: SessionStory,
  slot: number,
  { feed: { instruments, name: only } }: JournaledSettings,
): number {
  // Those of one session are of one sort.
  const name = instruments?.[0]?.name ?? only;
  const isLive = FEED_KINDS.some((kind) => kind.isLive && name.startsWith(`${kind.name}:`));
  return isLive ? startedAt : bars[slot]![0]!.bar.time;
}

async function startDecider(
  { models, system }: LoadedSystem,
  instrument: Instrument,
  { deployment: { exploration, sizeFactor }, from, inference, saved }: {
    readonly deployment: JournaledDeployment;
    readonly saved: JsonValue;
    readonly inference: OnnxEngine;
    readonly from: number;
  },
) {
  const parts = models.map(({ manifest, name, onnx, onnxSha256, version }) => (
    { name, version, onnxSha256, manifest, onnx }
  ));
  const sizing = scaleSizing(systemSettings(system).sizing, sizeFactor);
  const exploring = exploration === undefined
    ? {}
    : { exploration: { ...exploration, ...exploredPositions(system, parts, sizing) } };
  const deciding = { system, models: parts, instrument, from, ...exploring };
  return await createSystemDecider(deciding, saved, inference);
}

import { dateFlag, InputError, RefusedError, type TimerClock } from "../../lib/core/mod.ts";
import type { DataRequest } from "../../lib/data/mod.ts";
import {
  type CheckedSystem,
  type DeployedSystem,
  type SessionSlot,
  systemSlot,
  type SystemSlotStart,
} from "../../lib/live/mod.ts";
import { type Bars, createCalendar, rowAt, sessionMark } from "../../lib/market/mod.ts";
import { type LeakVerdict, openRegistry } from "../../lib/registry/mod.ts";
import {
  type AccountSettings,
  type LoadedSystem,
  loadSystem,
  systemSettings,
  systemTradingConditions,
} from "../../lib/system/mod.ts";
import type { Exploration } from "../../lib/trading/mod.ts";

/** Cash and margin of a session's account. */
export type TradedAccount = Pick<AccountSettings, "cashUsd" | "marginUsd">;

/** An instrument and the length of its bars. */
export type TradedMarket = Pick<Bars, "instrument" | "intervalMs">;

/** A system that may explore. */
export interface ExploringSystem extends LoadedSystem {
  /** How it explores; absent where it does not. */
  readonly exploration?: Exploration;
}

/** A system that a session may trade, with what was looked at when it was registered. */
export interface TradedSystem extends ExploringSystem {
  /** Newest leak check of its whole stack; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
}

/**
 * Opens systems as they are registered now.
 *
 * @param exploration how each is to explore; null for not at all
 */
export async function loadSystems(
  folder: string,
  references: readonly string[],
  clock: TimerClock,
  exploration: Exploration | null,
): Promise<readonly TradedSystem[]> {
  using registry = openRegistry({ folder, clock, readOnly: true });
  const loaded: TradedSystem[] = [];
  for (const reference of references) {
    const system = await loadSystem(registry, reference);
    const { leakCheck } = registry.resolveSystem(`${system.name}@${system.version}`);
    loaded.push({ ...system, leakCheck, ...(exploration === null ? {} : { exploration }) });
  }
  return loaded;
}

/** What is looked at of systems before a session begins. */
export function checkedSystems(systems: readonly TradedSystem[]): readonly CheckedSystem[] {
  return systems.map(({ leakCheck, name, sha256, system, version }) => ({
    ...{ reference: `${name}@${version}`, sha256, leakCheck },
    fittedBy: system.codeSha256,
    symbol: system.instrument.symbol,
  }));
}

/** @throws {InputError} where one system is named twice: together they would be one of twice the size */
export function requireDifferent(systems: readonly LoadedSystem[]): void {
  const twice = systems.find(({ sha256 }, index) =>
    systems.findIndex((other) => other.sha256 === sha256) !== index
  );
  if (twice === undefined) return;
  throw new InputError(`Cannot trade ${twice.name}@${twice.version} twice in one session`, {
    where: "--system",
    remedy: "name it once, or fit it with more lots",
  });
}

/** Says where bars are read otherwise than those that a system was fitted on; a line each. */
export function readingRemarks(
  { load }: Pick<DataRequest, "load">,
  systems: readonly LoadedSystem[],
): readonly string[] {
  return systems.flatMap(({ name, system, version }) => {
    const request = system.evidence.data.request as {
      readonly load?: { readonly stamp?: string };
    } | null;
    const fitted = request?.load?.stamp, now = load.stamp;
    if (fitted === now) return [];
    const word = (stamp: string | undefined): string =>
      stamp === undefined ? "without --stamp" : `with --stamp ${stamp}`;
    return [
      `${name}@${version} was fitted on a file that was read ${word(fitted)}, and this one is ` +
      `read ${word(now)}`,
    ];
  });
}

/** Open of the first bar that a system may trade. @throws {RefusedError} when it has seen it */
export function firstTraded(
  { name, system }: LoadedSystem,
  { from, inSample }: { readonly from?: string; readonly inSample: boolean },
): number {
  const unseen = Date.parse(system.lastBarSeen) + 1;
  const asked = from === undefined ? unseen : dateFlag("--from", from);
  if (asked >= unseen || inSample) return asked;
  throw new RefusedError(
    `--from ${from} lies before ${system.lastBarSeen}, the last bar that ${name} has seen: the ` +
      "result would flatter (give a later day, or --in-sample to see it marked as such)",
  );
}

/** Bars that a system looks back on before the first that it trades. */
export function lookBackOf({ system: { lookBack } }: LoadedSystem): number {
  return lookBack.featureBars + lookBack.signalBars;
}

/**
 * A system as a slot of a session on bars that are there already: it trades from the row on that it
 * would trade from in a backtest.
 *
 * @throws {InputError} when the bars end before it
 */
export function storedSlot(
  loaded: ExploringSystem,
  bars: Bars,
  account: TradedAccount,
  { asked, where }: { readonly asked: number; readonly where: string },
): SessionSlot {
  const { name, system } = loaded;
  const lookBack = lookBackOf(loaded);
  const from = Math.max(rowAt(bars, asked), lookBack);
  if (from >= bars.length) {
    throw new InputError(
      `Cannot trade as the bars end at ${
        minuteOf(bars.time.at(-1) ?? 0)
      } and ${name} trades from ` +
        `${minuteOf(asked)} on, with ${lookBack} bars before`,
      { where, remedy: "give newer bars, or an earlier --from; --in-sample for bars it has seen" },
    );
  }
  const first = bars.time[from]!;
  return slotOf(loaded, bars, account, {
    ...{ at: first, from: first },
    signalsFrom: bars.time[from - system.lookBack.signalBars]!,
  });
}

function minuteOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

/** A system as a slot of a session on bars that still happen, with the history that it looks back on. */
export function liveSlot(
  loaded: DeployedSystem,
  market: TradedMarket,
  account: TradedAccount,
  { asked, now }: { readonly asked: number; readonly now: number },
): SessionSlot {
  return slotOf(loaded, market, account, {
    ...{ at: now, from: asked, signalsFrom: -Infinity },
    quietBars: loaded.system.lookBack.featureBars,
  });
}

function slotOf(
  loaded: DeployedSystem,
  { instrument, intervalMs }: TradedMarket,
  account: TradedAccount,
  { at, ...start }: Pick<SystemSlotStart, "from" | "quietBars" | "signalsFrom"> & {
    readonly at: number;
  },
): SessionSlot {
  const { system } = loaded;
  const { tradeDay } = sessionMark(at, intervalMs, createCalendar(instrument));
  const ready = { system, settings: systemSettings(system) };
  return systemSlot(loaded, {
    market: { instrument, intervalMs },
    conditions: systemTradingConditions(ready, instrument, account, tradeDay),
    ...start,
  });
}

import { RefusedError, type TimerClock } from "../../lib/core/mod.ts";
import {
  type DeploymentSource,
  requireAutomationAllowed,
  type SessionSlot,
} from "../../lib/live/mod.ts";
import { openRegistry, type Registry } from "../../lib/registry/mod.ts";
import {
  type LoadedSystem,
  loadSystem,
  requireSameInstrument,
  systemSettings,
} from "../../lib/system/mod.ts";
import type { Exploration, JournaledDeployment } from "../../lib/trading/mod.ts";
import type { RiskSettings } from "./account_risk.ts";
import {
  type ExploringSystem,
  liveSlot,
  type TradedAccount,
  type TradedMarket,
} from "./traded_systems.ts";

/** What deployments are watched for. */
export interface WatchOptions {
  /** Folder of the registry. */
  readonly models: string;
  /** How the systems were asked for, a slot each. */
  readonly references: readonly string[];
  /** What they were then. */
  readonly systems: readonly LoadedSystem[];
  /** What is traded, a slot each. */
  readonly markets: readonly TradedMarket[];
  readonly settings: {
    readonly account: TradedAccount;
    readonly inSample: boolean;
    readonly risk: Pick<RiskSettings, "attended"> | null;
    readonly exploration: Exploration | null;
  };
  /** Whether an alias that is not there means nobody, not what was asked for. */
  readonly isOptional?: true;
  /** What the account and the contract make of a slot. */
  readonly prepare: (slot: SessionSlot, index: number) => SessionSlot;
  readonly clock: TimerClock;
}

/** The registry is looked at once in so many milliseconds, however fast bars come. */
const LOOK_EVERY_MS = 1_000;

/** Watches where the aliases point by which a session was started; it reads the registry alone. */
export class WatchedDeployments implements DeploymentSource, Disposable {
  readonly #options: WatchOptions;
  readonly #registry: Registry;
  #current: readonly (JournaledDeployment | null)[];
  #lookedAt: number;

  constructor(options: WatchOptions) {
    const { clock, models: folder, systems } = options;
    this.#options = options;
    this.#registry = openRegistry({ folder, clock, readOnly: true });
    this.#current = systems.map((system, slot) =>
      options.isOptional ? this.#look(slot) : deploymentOf(system, options.settings.exploration)
    );
    this.#lookedAt = clock.now();
  }

  /** What a slot is to be traded by, as it was seen within the last second. */
  current(slot: number): JournaledDeployment | null {
    const now = this.#options.clock.now();
    if (now - this.#lookedAt >= LOOK_EVERY_MS) {
      this.#lookedAt = now;
      const { isOptional } = this.#options;
      this.#current = this.#current.map((known, index) =>
        this.#look(index) ?? (isOptional ? null : known)
      );
    }
    return this.#current[slot] ?? null;
  }

  /** Opens a system for a slot of the session. */
  async open(
    slot: number,
    { alias, exploration, sizeFactor, system: reference }: JournaledDeployment,
    at: number,
  ): Promise<SessionSlot> {
    const { markets, prepare, settings, systems } = this.#options;
    const market = markets[slot]!;
    const { account, inSample, risk } = settings;
    const known = systems.find(({ name, version }) => `${name}@${version}` === reference);
    const found: ExploringSystem = known ?? await loadSystem(this.#registry, reference);
    const { exploration: _, ...loaded } = found;
    const { system } = loaded;
    requireSameInstrument(system, market);
    requireAutomationAllowed(reference, systemSettings(system).limits, risk?.attended ?? false);
    if (at <= Date.parse(system.lastBarSeen) && !inSample) {
      throw new RefusedError(
        `it has seen bars up to ${system.lastBarSeen}: the result would flatter (--in-sample ` +
          "allows it)",
      );
    }
    const deployed = {
      ...loaded,
      deployment: alias === null ? null : { alias, sizeFactor },
      ...(exploration === undefined ? {} : { exploration }),
    };
    return prepare(liveSlot(deployed, market, account, { asked: at, now: at }), slot);
  }

  /** Closes the registry. */
  [Symbol.dispose](): void {
    this.#registry[Symbol.dispose]();
  }

  /** Null where the alias cannot be read now, or is gone: what trades goes on. */
  #look(slot: number): JournaledDeployment | null {
    try {
      const found = this.#registry.deployment(this.#options.references[slot]!);
      if (found === null) return null;
      const { alias, name, sha256, sizeFactor, version } = found;
      const { exploration } = this.#options.settings;
      return {
        ...{ system: `${name}@${version}`, sha256, alias, sizeFactor },
        ...(exploration === null ? {} : { exploration }),
      };
    } catch {
      return null;
    }
  }
}

function deploymentOf(
  { deployment, name, sha256, version }: LoadedSystem,
  exploration: Exploration | null,
): JournaledDeployment {
  return {
    ...{ system: `${name}@${version}`, sha256 },
    ...{ alias: deployment?.alias ?? null, sizeFactor: deployment?.sizeFactor ?? 1 },
    ...(exploration === null ? {} : { exploration }),
  };
}

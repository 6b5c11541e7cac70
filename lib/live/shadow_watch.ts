import {
  isSameDeployment,
  type JournaledBar,
  type JournaledDeployment,
  nextExposure,
} from "../trading/mod.ts";
import { CutOff, within } from "./cut_off.ts";
import type { TakerOptions } from "./deployment_taker.ts";
import { WarmingSystem } from "./warming_system.ts";

/** So long a challenger may take to open, while bars go on without it. */
const OPENING_MS = 120_000;

/** A challenger beside the system that trades a slot. */
interface Shadow {
  readonly system: WarmingSystem;
  /** When it began to open, epoch milliseconds. */
  readonly since: number;
  /** Whether a bar has waited for it to open: the later ones do not. */
  wasAwaited: boolean;
  /** What it would hold had all that it said been done at once. */
  exposure: number;
  /** What went wrong with it: it is asked no more. */
  fault: string | null;
}

/**
 * Asks a challenger at every close what it would hold, and writes it down. It never sends an order
 * and never makes what trades wait: it is asked once that has been dealt with. The first bar waits
 * for it to open; where that takes longer it joins at the bar at which it is ready. One that fails,
 * or once open does not answer, is written down as such and asked no more.
 */
export class ShadowWatch implements Disposable {
  readonly #options: TakerOptions;
  readonly #shadows = new Map<number, Shadow>();

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /** A bar of a slot came in. */
  take(slot: number, bar: JournaledBar): void {
    this.#shadows.get(slot)?.system.take(bar);
  }

  /** Asks the challenger of a slot, if there is one and it is warm. */
  async decide(slot: number, time: number): Promise<void> {
    const shadow = this.#follow(slot, time);
    if (shadow === null || shadow.fault !== null) return;
    const { deployment: { system: by } } = shadow.system;
    const { clock, cutOffMs, write } = this.#options;
    try {
      if (!await this.#isReady(shadow)) return;
      const { exposure, system: { opened } } = shadow;
      const held = { exposure, positionLots: exposure, acts: true };
      const said = await within(clock, cutOffMs, opened!.decider.decide(held));
      if (said instanceof CutOff) throw new Error(`no answer within ${cutOffMs} ms`);
      const { forecast, why } = said;
      shadow.exposure = nextExposure(forecast, shadow.exposure);
      write({ kind: "shadow", slot, by, forecast, why });
    } catch (error) {
      shadow.fault = (error as Error).message;
      shadow.system[Symbol.dispose]();
      write({ kind: "shadow", slot, by, forecast: null, why: shadow.fault });
    }
  }

  /** Ends all of them. */
  [Symbol.dispose](): void {
    for (const slot of [...this.#shadows.keys()]) this.#drop(slot);
  }

  /** The challenger that is wanted now; null where nobody challenges what trades. */
  #follow(slot: number, time: number): Shadow | null {
    const { runners, source } = this.#options, runner = runners[slot]!;
    const wanted = source.current(slot);
    const isChallenger = wanted !== null && wanted.sha256 !== runner.options.deployment.sha256;
    const known = this.#shadows.get(slot);
    if (known !== undefined && isChallenger && isKnown(known, wanted)) return known;
    this.#drop(slot);
    if (!isChallenger) return null;
    const system = new WarmingSystem(source, runner, { deployment: wanted, slot, time });
    const since = this.#options.clock.now();
    const shadow: Shadow = { system, since, wasAwaited: false, exposure: 0, fault: null };
    this.#shadows.set(slot, shadow);
    return shadow;
  }

  /** Whether it is open and warm. @throws when it cannot be opened, or not in time */
  async #isReady(shadow: Shadow): Promise<boolean> {
    const { system, since, wasAwaited } = shadow;
    const { clock, cutOffMs } = this.#options;
    shadow.wasAwaited = true;
    const opening = wasAwaited
      ? await Promise.race([system.opening, Promise.resolve(new CutOff())])
      : await within(clock, cutOffMs, system.opening);
    if (!(opening instanceof CutOff)) return system.isWarm;
    if (clock.now() - since <= OPENING_MS) return false;
    throw new Error(`it was not open within ${OPENING_MS / 1_000} s`);
  }

  #drop(slot: number): void {
    this.#shadows.get(slot)?.system[Symbol.dispose]();
    this.#shadows.delete(slot);
  }
}

function isKnown({ system }: Shadow, wanted: JournaledDeployment): boolean {
  return isSameDeployment(system.deployment, wanted);
}

import type { TimerClock } from "../core/mod.ts";
import {
  exploresAlike,
  isSameDeployment,
  type JournaledBar,
  type JournaledDeployment,
  type JournalFact,
} from "../trading/mod.ts";
import { carryState } from "./carry_state.ts";
import { CutOff, within } from "./cut_off.ts";
import type { Decider } from "./decider.ts";
import type { DeploymentSource, SessionSlot } from "./session_options.ts";
import type { SlotRunner } from "./session_slot.ts";
import { WarmingSystem } from "./warming_system.ts";

/** A system that is to trade a slot from the next bar on. */
export interface TakenUp {
  readonly options: SessionSlot;
  readonly decider: Decider;
  /** Where its running state comes from, in words. */
  readonly state: string;
}

/** What a taker of deployments is made of. */
export interface TakerOptions {
  readonly source: DeploymentSource;
  readonly runners: readonly SlotRunner[];
  readonly clock: TimerClock;
  /** Milliseconds for which a bar waits while a system opens. */
  readonly cutOffMs: number;
  readonly write: (fact: JournalFact) => void;
}

/**
 * Follows what the slots of a session are to be traded by. Another system opens beside the one that
 * trades, takes the bars in that the session has kept and those that come, and takes over once it is
 * warm. One that cannot is refused in words, and the old one goes on.
 */
export class DeploymentTaker implements Disposable {
  readonly #options: TakerOptions;
  readonly #candidates = new Map<number, WarmingSystem>();
  readonly #refused = new Map<number, JournaledDeployment>();

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /** A bar of a slot came in. */
  take(slot: number, bar: JournaledBar): void {
    this.#candidates.get(slot)?.take(bar);
  }

  /** The system that takes over in a slot now; null while the old one goes on. */
  async next(slot: number, time: number): Promise<TakenUp | null> {
    const { clock, cutOffMs, runners, source } = this.#options;
    const wanted = source.current(slot), runner = runners[slot]!;
    const candidate = this.#candidates.get(slot);
    if (candidate !== undefined && !isWanted(candidate.deployment, wanted)) this.#drop(slot);
    if (wanted === null || isSameDeployment(wanted, runner.options.deployment)) return null;
    if (isWanted(this.#refused.get(slot), wanted)) return null;
    try {
      if (wanted.sha256 === runner.options.deployment.sha256) {
        return await this.#resize(slot, await source.open(slot, wanted, time));
      }
      const opening = this.#candidates.get(slot) ?? this.#open(slot, wanted, time);
      if (await within(clock, cutOffMs, opening.opening) instanceof CutOff) return null;
      if (!opening.isWarm) return null;
      return await this.#handOver(slot, opening.opened!);
    } catch (error) {
      this.refuse(slot, wanted, (error as Error).message);
      return null;
    }
  }

  /** A deployment that cannot be taken up is said once; the old one goes on. */
  refuse(slot: number, deployment: JournaledDeployment, reason: string): void {
    this.#drop(slot);
    this.#refused.set(slot, deployment);
    const { system } = this.#options.runners[slot]!.options.deployment;
    this.#options.write({
      ...{ kind: "deployment-refused", slot, deployment },
      reason: `${deployment.system} is not taken up, ${system} goes on: ${reason}`,
    });
  }

  /** Ends what warms up. */
  [Symbol.dispose](): void {
    for (const slot of [...this.#candidates.keys()]) this.#drop(slot);
  }

  #open(slot: number, deployment: JournaledDeployment, time: number): WarmingSystem {
    const { runners, source } = this.#options;
    const candidate = new WarmingSystem(source, runners[slot]!, { deployment, slot, time });
    this.#candidates.set(slot, candidate);
    return candidate;
  }

  /** Weights go over from the old system, which has decided on its last bar. */
  async #handOver(slot: number, opened: NonNullable<WarmingSystem["opened"]>): Promise<TakenUp> {
    const { decider, options } = opened;
    const runner = this.#options.runners[slot]!;
    const [fresh, saved] = await this.#inTime(
      Promise.all([decider.save(), runner.decider.save()]),
    );
    const { system: before } = runner.options;
    if (options.system === undefined || before === undefined) {
      this.#release(slot);
      return { options, decider, state: "begun" };
    }
    const { kept, state } = carryState(fresh, options.system, { system: before, saved });
    const carrying = state === fresh ? decider : await this.#inTime(options.start(state));
    if (carrying !== decider) decider.close();
    this.#release(slot);
    return { options, decider: carrying, state: kept };
  }

  /** It trades now: it is no candidate any more, and not to be ended as one. */
  #release(slot: number): void {
    this.#candidates.get(slot)?.release();
    this.#candidates.delete(slot);
  }

  /** The same system goes on in other sizes, or explores otherwise. */
  async #resize(slot: number, options: SessionSlot): Promise<TakenUp> {
    const { decider, options: { deployment: before } } = this.#options.runners[slot]!;
    const explores = options.deployment.exploration !== undefined;
    if (!explores && exploresAlike(options.deployment, before)) {
      return { options, decider, state: "kept: only its size is another one" };
    }
    const saved = await this.#inTime(decider.save());
    const state = "kept: only its size, or how it explores, is another one";
    return { options, decider: await this.#inTime(options.start(saved)), state };
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, cutOffMs } = this.#options;
    const value = await within(clock, cutOffMs, answer);
    if (value instanceof CutOff) throw new Error(`it took longer than ${cutOffMs} ms`);
    return value;
  }

  #drop(slot: number): void {
    this.#candidates.get(slot)?.[Symbol.dispose]();
    this.#candidates.delete(slot);
  }
}

function isWanted(
  deployment: JournaledDeployment | undefined,
  wanted: JournaledDeployment | null,
): boolean {
  return deployment !== undefined && wanted !== null && isSameDeployment(deployment, wanted);
}

import type { JournaledBar, JournalFact } from "../trading/mod.ts";
import type { BegunSession } from "./begun_session.ts";
import { DeploymentTaker } from "./deployment_taker.ts";
import type { SessionOptions } from "./session_options.ts";
import { ShadowWatch } from "./shadow_watch.ts";

/** What changes of systems are made with. */
export interface SystemActions {
  /** Milliseconds for which a bar waits while a system opens. */
  readonly cutOffMs: number;
  readonly write: (fact: JournalFact) => void;
  /** Keeps a state, with what it begins. */
  readonly saveState: (fact: JournalFact) => Promise<void>;
}

/** Systems beside those that trade: the ones that take over, and challengers that are only asked. */
export class SessionSystems implements Disposable {
  readonly #session: Pick<BegunSession, "engine" | "rules" | "runners">;
  readonly #actions: SystemActions;
  readonly #taker: DeploymentTaker | null;
  readonly #shadows: ShadowWatch | null;

  constructor(
    { clock, deployments, shadows }: Pick<SessionOptions, "clock" | "deployments" | "shadows">,
    session: Pick<BegunSession, "engine" | "rules" | "runners">,
    actions: SystemActions,
  ) {
    const { cutOffMs, write } = actions, { runners } = session;
    const beside = { runners, clock, cutOffMs, write };
    this.#session = session;
    this.#actions = actions;
    this.#taker = deployments === undefined
      ? null
      : new DeploymentTaker({ ...beside, source: deployments });
    this.#shadows = shadows === undefined ? null : new ShadowWatch({ ...beside, source: shadows });
  }

  /** A bar of a slot came in. */
  take(slot: number, bar: JournaledBar): void {
    this.#taker?.take(slot, bar);
    this.#shadows?.take(slot, bar);
  }

  /** Asks the challenger of a slot. */
  async askShadow(slot: number, time: number): Promise<void> {
    await this.#shadows?.decide(slot, time);
  }

  /** Another system trades from the next bar on: written down with the state that it begins with. */
  async takeUp(slot: number, time: number): Promise<void> {
    if (this.#taker === null) return;
    const taken = await this.#taker.next(slot, time);
    if (taken === null) return;
    const { engine, rules, runners } = this.#session;
    const { decider, options, state } = taken, runner = runners[slot]!, old = runner.decider;
    try {
      engine.redeploy(slot, options);
    } catch (error) {
      if (decider !== old) decider.close();
      return this.#taker.refuse(slot, options.deployment, (error as Error).message);
    }
    runner.redeploy(options, engine.slot(slot), decider);
    rules.redeploy();
    if (decider !== old) old.close();
    const { deployment } = options;
    await this.#actions.saveState({ kind: "deployment", slot, deployment, state });
  }

  /** Ends all that are beside. */
  [Symbol.dispose](): void {
    this.#taker?.[Symbol.dispose]();
    this.#shadows?.[Symbol.dispose]();
  }
}

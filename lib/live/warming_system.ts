import type { JournaledBar, JournaledDeployment } from "../trading/mod.ts";
import type { Decider } from "./decider.ts";
import type { DeploymentSource, SessionSlot } from "./session_options.ts";
import type { SlotRunner } from "./session_slot.ts";

/**
 * A system that opens beside the one that trades a slot and takes in the bars that the session has
 * kept, and then those that come.
 */
export class WarmingSystem implements Disposable {
  /** What it is. */
  readonly deployment: JournaledDeployment;
  /** Settles when it has opened, or cannot be. */
  readonly opening: Promise<void>;
  /** Null while it opens. */
  opened: { readonly options: SessionSlot; readonly decider: Decider } | null = null;
  #taken = 0;
  #isOver = false;

  /** @param time epoch milliseconds of the session */
  constructor(
    source: DeploymentSource,
    runner: SlotRunner,
    { deployment, slot, time }: {
      readonly deployment: JournaledDeployment;
      readonly slot: number;
      readonly time: number;
    },
  ) {
    this.deployment = deployment;
    this.opening = this.#open(source, runner, slot, time);
  }

  /** Whether as many bars have come as it looks back on. */
  get isWarm(): boolean {
    return this.opened !== null && this.#taken >= this.opened.options.warmupBars;
  }

  /** A bar of its slot came in. */
  take(bar: JournaledBar): void {
    if (this.opened === null) return;
    this.opened.decider.take(bar);
    this.#taken++;
  }

  /** What decides goes to somebody else. */
  release(): void {
    this.#isOver = true;
    this.opened = null;
  }

  /** Ends it, also while it opens. */
  [Symbol.dispose](): void {
    this.opened?.decider.close();
    this.release();
    this.opening.catch(() => {});
  }

  async #open(
    source: DeploymentSource,
    runner: SlotRunner,
    slot: number,
    time: number,
  ): Promise<void> {
    const options = await source.open(slot, this.deployment, time);
    const decider = await options.start(null);
    if (this.#isOver) return decider.close();
    // In one turn: whatever comes after these is told by `take`.
    for (const bar of runner.history) decider.take(bar);
    this.opened = { options, decider };
    this.#taken = runner.history.length;
  }
}

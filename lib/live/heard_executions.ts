import type { BrokerReport, KeptEntry } from "../trading/mod.ts";

/** Executions that a session has heard of: what it is told twice is one. */
export class HeardExecutions {
  readonly #ids = new Set<string>();

  /** Their numbers. */
  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  /** Whether something is to be heard: false for an execution that was. It is known from now on. */
  isNews(said: BrokerReport | KeptEntry): boolean {
    if (said.kind === "session-started" && said.books === "new") this.#ids.clear();
    if (said.kind !== "filled" || said.executionId === undefined) return true;
    if (this.#ids.has(said.executionId)) return false;
    this.#ids.add(said.executionId);
    return true;
  }
}

import type { TransportRequest } from "../../trading/mod.ts";
import type { Alert } from "./alert.ts";

/** A variable of the environment that a channel reads. */
export interface ChannelVariable {
  /** Its name. */
  readonly name: string;
  /** What it says, for help. */
  readonly says: string;
  /** Whether its value may be shown nowhere. */
  readonly isSecret: boolean;
  /** What it is where it is not set. */
  readonly default?: string;
}

/** A kind of way to a person. It is switched on by its first variable. */
export interface AlertChannel {
  /** Its name, in the outbox too. */
  readonly name: string;
  /** What it needs, the necessary one first. */
  readonly variables: readonly [ChannelVariable, ...ChannelVariable[]];
  /**
   * What is asked of its server for an alert.
   *
   * @param values of its variables, by name; what is not set and has no default is not there
   */
  request(alert: Alert, values: Readonly<Record<string, string>>): TransportRequest;
}

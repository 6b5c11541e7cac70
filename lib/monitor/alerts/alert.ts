/** How much it matters, the least first. */
export const ALERT_SEVERITIES = ["info", "warning", "critical"] as const;

/** How much an alert matters. */
export type AlertSeverity = typeof ALERT_SEVERITIES[number];

/** Something that a person should hear of. */
export interface Alert {
  /**
   * The same for the same thing, whoever says it and however often: it is told once. An entry of a
   * journal has one by itself, for example `paper-1/482`.
   */
  readonly id: string;
  /** Epoch milliseconds at which it happened. */
  readonly at: number;
  /** How much it matters. */
  readonly severity: AlertSeverity;
  /** Who says it, for example the account. */
  readonly source: string;
  /** A line. */
  readonly title: string;
  /** More of it. */
  readonly text: string;
}

/** How far an alert has come on one channel. */
export type DeliveryState =
  /** It is still to be sent, or sent again. */
  | "waiting"
  /** The channel's server took it. */
  | "sent"
  /** It became too old before anybody took it. */
  | "given-up";

/** An alert on its way through one channel. */
export interface Delivery {
  /** Name of the channel. */
  readonly channel: string;
  /** How far it has come. */
  readonly state: DeliveryState;
  /** How often it was tried. */
  readonly attempts: number;
  /** Why it was not taken last; null where it was. */
  readonly problem: string | null;
}

/**
 * Log of a process, alerts on their way to a person, and what both hear of a session.
 *
 * @module
 */
export {
  type Alert,
  ALERT_SEVERITIES,
  type AlertSeverity,
  type Delivery,
  type DeliveryState,
} from "./alerts/alert.ts";
export type { AlertChannel, ChannelVariable } from "./alerts/alert_channel.ts";
export { ALERT_CHANNELS, type OpenChannel, openChannels } from "./alerts/alert_channels.ts";
export {
  ALERT_LIFE_MS,
  type AlertOutbox,
  type DueAlert,
  type ListedAlert,
  openOutbox,
  type OutboxSettings,
} from "./alerts/alert_outbox.ts";
export {
  sendAlerts,
  type SendEvent,
  type SendReport,
  type SendSettings,
} from "./alerts/send_alerts.ts";
export { freeBytes } from "./log/free_space.ts";
export {
  LOG_LEVELS,
  type LogMethod,
  logOf,
  type LogSettings,
  type LogSeverity,
  type OpenedLog,
  openLog,
  type PartLog,
} from "./log/log.ts";
export type { LogFileSettings } from "./log/log_file.ts";
export { entryAlert } from "./session/entry_alert.ts";
export { SessionWatch, type SessionWatchOptions } from "./session/session_watch.ts";
export { redactByName, type Redaction, Secrets } from "./log/secrets.ts";

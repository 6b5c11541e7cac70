import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  type LogLevel,
  type LogRecord,
  resetSync,
} from "@logtape/logtape";
import { join } from "node:path";
import { type Clock, InputError } from "../../core/mod.ts";
import { explainStorageError } from "../../db/mod.ts";
import { LogFile, type LogFileSettings } from "./log_file.ts";
import { HIDDEN, redactByName, type Secrets } from "./secrets.ts";

/** From which severity on something is written. */
export const LOG_LEVELS = ["debug", "info", "warning", "error", "fatal"] as const;

/** How severe a line is. */
export type LogSeverity = typeof LOG_LEVELS[number];

/** Says one line of a severity: values stand in the message where it has their names in braces. */
export type LogMethod = (message: string, values?: Record<string, unknown>) => void;

/** Where a part of the program logs to: a method for each severity. */
export type PartLog = Readonly<Record<LogSeverity, LogMethod>>;

/** How the log of a process is kept. */
export interface LogSettings
  extends Pick<LogFileSettings, "mostBytes" | "files" | "floorBytes" | "freeBytes" | "onTrouble"> {
  /** Folder of the files. */
  readonly folder: string;
  /** Name of the newest file, without `.log`. */
  readonly name: string;
  /** Where the time of a line comes from. */
  readonly clock: Clock;
  /** Lines of less are not written. @default {"info"} */
  readonly level?: LogSeverity;
  /** What no line may say. */
  readonly secrets: Secrets;
  /** Is shown each line too, for example on a terminal. */
  readonly onLine?: (line: string) => void;
}

/** The log of a process while it is open. */
export interface OpenedLog extends Disposable {
  /** The newest file. */
  readonly path: string;
  /** Lines that were not written as the disk had no room to spare. */
  readonly missing: number;
}

/** Everything of this program is below it; what a package logs is not written. */
const ROOT = "trading-ai";

/**
 * Where a part of the program logs to. Nothing is written until `openLog` was called, so any part may
 * log whether or not somebody listens.
 *
 * @param part for example `session` or `broker`
 */
export function logOf(part: string): PartLog {
  return getLogger([ROOT, part]);
}

let isOpen = false;

/**
 * Opens the log of this process: one JSON document a line. Values under the names of secrets are not
 * written, nor is any value that `secrets` knows. Logging never throws and never waits for the disk.
 *
 * @throws {InputError} when one is open already, or the file cannot be written
 * @example
 * ```ts
 * import { assertEquals } from "../../../tests/assert.ts";
 * import { logOf, openLog } from "./log.ts";
 * import { Secrets } from "./secrets.ts";
 *
 * const folder = Deno.makeTempDirSync();
 * {
 *   const clock = { now: () => Date.UTC(2026, 10, 30) };
 *   using log = openLog({ folder, name: "session", clock, secrets: new Secrets() });
 *   logOf("broker").info("Order {id} was sent", { id: 7, token: "abc" });
 *   assertEquals(JSON.parse(Deno.readTextFileSync(log.path)), {
 *     "@timestamp": "2026-11-30T00:00:00.000Z",
 *     level: "INFO",
 *     message: "Order 7 was sent",
 *     logger: "trading-ai.broker",
 *     properties: { id: 7, token: "[hidden]" },
 *   });
 * }
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function openLog(settings: LogSettings): OpenedLog {
  if (isOpen) throw new InputError("Cannot open a log as this process has one already");
  const { clock, folder, level = "info", name, onLine, onTrouble, secrets } = settings;
  const path = join(folder, `${name}.log`);
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainStorageError(error, folder);
  }
  const file = new LogFile({
    ...settings,
    path,
    onTrouble: (reason) => onTrouble?.(reason === null ? null : secrets.hide(reason)),
  });
  const format = getJsonLinesFormatter();
  const lineOf = (record: LogRecord): string =>
    secrets.hide(format(redacted({ ...record, timestamp: clock.now() }, secrets)));
  const missingLine = (missing: number): string =>
    lineOf({
      ...{ category: [ROOT, "log"], level: "warning", timestamp: 0, properties: { missing } },
      ...{ message: [`${missing} lines are missing here`], rawMessage: "" },
    });
  configureSync<"file", never>({
    sinks: {
      file: (record) => {
        const line = lineOf(record);
        file.write(line, missingLine);
        onLine?.(line);
      },
    },
    loggers: [
      { category: [ROOT], sinks: ["file"], lowestLevel: level satisfies LogLevel },
      // What it says of itself, for example that a sink failed, is said here too.
      { category: ["logtape", "meta"], sinks: ["file"], lowestLevel: "warning" },
    ],
  });
  isOpen = true;
  return {
    path,
    get missing() {
      return file.missing;
    },
    [Symbol.dispose]: () => {
      if (!isOpen) return;
      isOpen = false;
      resetSync();
      file[Symbol.dispose]();
    },
  };
}

/**
 * A value stands in the message too where a template names it. Texts are looked through before they
 * are written as JSON, which in a message happens twice.
 */
function redacted(record: LogRecord, secrets: Secrets): LogRecord {
  const hide = (text: string): string => secrets.hide(text);
  const { hidden, values } = redactByName(record.properties, hide);
  const message = record.message.map((part) =>
    hidden.has(part) ? HIDDEN : redactByName({ part }, hide).values["part"]
  );
  return { ...record, message, properties: values };
}

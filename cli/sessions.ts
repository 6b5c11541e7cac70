import { Command, InvalidArgumentError } from "commander";
import { SESSIONS_FOLDER } from "../lib/core/program.ts";
import type { JournalCheck } from "../lib/journal/mod.ts";
import { CONTROL_KINDS } from "../lib/live/mod.ts";
import {
  backupSession,
  daysOfSession,
  listSessions,
  type SessionDaysDocument,
  type SessionDocument,
  type SessionListDocument,
  showSession,
  tellSession,
} from "../tasks/sessions.ts";
import { DISTANCE_HEADS, distanceCells } from "./breach_text.ts";
import { dollarsAndCents, table } from "./console.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { baseCommand, integer, userPath } from "./options.ts";
import { experienceCommand } from "./session_experience.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";

interface SessionFlags {
  readonly json?: true;
  readonly sessions: string;
}

const TOLD: Readonly<Record<typeof CONTROL_KINDS[number], string>> = {
  halt: "Enter nothing any more until it is resumed; a restart stays halted.",
  "reduce-only": "Let positions only become smaller until it is resumed.",
  pause: "Enter nothing until a time, or until it is resumed.",
  resume: "Lift a halt, a pause, reduce-only, and a breach of limits of your own.",
  flatten: "Close every position at once and halt.",
  stop: "End the session in order; positions stay as they are.",
};

/** `deno task sessions`. */
export function command(): Command {
  const sessions = new Command("sessions")
    .description("Look at sessions, and tell one that runs what to do.");
  for (
    const child of [list(), show(), days(), backup(), experience(), ...CONTROL_KINDS.map(tell)]
  ) {
    sessions.addCommand(child);
  }
  return sessions;
}

function list(): Command {
  return sessionCommand("list", "Accounts that have a journal, and how they stand.")
    .action((options: SessionFlags) =>
      runCommand(options, async (context) => {
        const document = await listSessions(options.sessions);
        context.result(document, () => sessionListText(document));
      })
    );
}

function show(): Command {
  return sessionCommand("show", "One account: its books, rebuilt from its journal alone.")
    .argument("<name>", "the session")
    .option("--newest <n>", "newest entries to show", integer(0), 15)
    .action((name: string, options: SessionFlags & { readonly newest: number }) =>
      runCommand(options, async (context) => {
        const document = await showSession(options.sessions, name, options.newest);
        context.result(document, () => sessionText(document));
        if (document.journal.fault !== null) throw new ExitWith(EXIT.failed);
      })
    );
}

function days(): Command {
  return sessionCommand("days", "What an account did day by day, from its journal alone.")
    .argument("<name>", "the session")
    .option("--newest <n>", "newest days to show; --json has all", integer(1), 30)
    .action((name: string, options: SessionFlags & { readonly newest: number }) =>
      runCommand(options, async (context) => {
        const document = await daysOfSession(options.sessions, name);
        context.result(document, () => daysText(document, options.newest));
        if (document.journal.fault !== null) throw new ExitWith(EXIT.failed);
      })
    );
}

function backup(): Command {
  return sessionCommand(
    "backup",
    "Copy the journal of a session, which may run, and check the copy.",
  )
    .argument("<name>", "the session")
    .argument("<file>", "a file that is not there yet, in the sessions folder", userPath)
    .action((name: string, file: string, options: SessionFlags) =>
      runCommand(options, async (context) => {
        const check = await backupSession(options.sessions, name, file);
        context.result({ file, ...check }, () => copyText(file, check));
        if (check.fault !== null) throw new ExitWith(EXIT.failed);
      })
    );
}

function experience(): Command {
  return experienceCommand(
    sessionCommand(
      "experience",
      "Make a log of decisions of a session, which `rl --experience` reads.",
    ),
  );
}

function copyText(file: string, { entries, fault }: JournalCheck): string {
  if (fault === null) return `${entries} entries copied to ${file}`;
  return `copied to ${file} as it is, DAMAGED: ${fault.text}; the ${entries} entries before are whole`;
}

interface TellFlags extends SessionFlags {
  readonly why: string;
  readonly until?: number;
}

function tell(kind: typeof CONTROL_KINDS[number]): Command {
  const command = sessionCommand(kind, TOLD[kind])
    .argument("<name>", "the session")
    .option("--why <text>", "the reason, for the journal", "");
  if (kind === "pause") {
    command.option(
      "--until <time>",
      "when it is over, by the time of the session's bars, for example 2026-12-01T14:30Z",
      instant,
    );
  }
  return command
    .action((name: string, { until, why: reason, ...options }: TellFlags) =>
      runCommand(options, (context) => {
        const isRunning = tellSession(options.sessions, name, {
          ...{ kind, reason },
          ...(until === undefined ? {} : { until }),
        });
        context.result(
          { session: name, told: kind, isRunning },
          () =>
            isRunning
              ? `told ${name} to ${kind}`
              : `${name} does not run: nothing is done now, it hears of ${kind} when it is started`,
        );
      })
    );
}

/** A time with its offset, epoch milliseconds. */
function instant(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new InvalidArgumentError("write a time with its offset, for example 2026-12-01T14:30Z");
  }
}

function sessionCommand(name: string, summary: string): Command {
  return baseCommand(name, summary)
    .option("--sessions <folder>", "where journals lie", userPath, SESSIONS_FOLDER);
}

/** Lots in the same account that somebody else has traded. */
function besideText(strangerLots = 0): string {
  return strangerLots === 0 ? "" : ` (${strangerLots} of somebody else)`;
}

/** Accounts and how they stand, for people. */
export function sessionListText({ sessions }: SessionListDocument): string {
  if (sessions.length === 0) return "no sessions yet (run `deno task trade`)";
  const rows = table(
    ["session", "state", "position", "orders", "equity", "profit"],
    sessions.map(({ account, books, damage, fault, isRunning, orders }) =>
      books === null ? [account.name, `unreadable: ${fault}`, "", "", "", ""] : [
        account.name,
        stateOf(books, isRunning) + (damage === null ? "" : ", DAMAGED"),
        books.slots.map(({ positionLots, strangerLots, symbol }) =>
          `${symbol} ${positionLots === 0 ? "flat" : positionLots}${besideText(strangerLots)}`
        ).join(", "),
        String(orders),
        ...(books.session === null ? ["", ""] : [
          dollarsAndCents(books.equityMicros),
          dollarsAndCents(books.profitMicros),
        ]),
      ]
    ),
  );
  const damaged = sessions.flatMap(({ account, damage }) =>
    damage === null ? [] : [`${account.name} is damaged: ${damage.text}`]
  );
  return [rows, ...damaged].join("\n");
}

/** Shorter words for a table. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  "session-started": "start",
  "user-command": "command",
};

function daysText({ account, days, journal }: SessionDaysDocument, newest: number): string {
  const damage = journal.fault === null ? [] : [`journal: DAMAGED: ${journal.fault.text}`];
  if (days.length === 0) return [`${account.name} has taken no bar in yet`, ...damage].join("\n");
  const shown = days.slice(-newest);
  const rows = shown.map((
    { day, equityMicros, events, fills, lowestMicros, orders, positions, profitMicros },
  ) => [
    ...[day, String(orders), String(fills), dollarsAndCents(profitMicros)],
    ...[dollarsAndCents(lowestMicros), dollarsAndCents(equityMicros)],
    Object.entries(positions).map(([symbol, lots]) => `${symbol} ${lots === 0 ? "flat" : lots}`)
      .join(", "),
    Object.entries(events).map(([kind, count]) => `${count} ${EVENT_NAMES[kind] ?? kind}`)
      .join(", "),
  ]);
  const left = days.length - shown.length;
  return [
    table(
      ["day", "orders", "fills", "profit", "low", "equity", "position", "events"],
      rows,
    ),
    ...(left === 0 ? [] : [`${left} earlier days: --newest ${days.length}`]),
    ...damage,
  ].join("\n");
}

/** A session that has not said that it stopped, and that nobody writes, was killed. */
function stateOf({ halted, session }: SessionDocument["books"], isRunning: boolean): string {
  const ended = session === null ? "never began" : session.isOpen ? "killed" : "stopped";
  const begins = session?.isOpen === true ? "runs" : "starts";
  const state = isRunning ? begins : ended;
  return halted === null ? state : `${state}, HALTED`;
}

function sessionText(
  { account, books, counts, isRunning, journal, newest, standing }: SessionDocument,
): string {
  const { halted, slots } = books;
  return [
    paint(
      "bold",
      `${account.name} (${account.mode}, ${account.broker}): ${stateOf(books, isRunning)}`,
    ),
    ...(halted === null ? [] : [`halted: ${halted}`]),
    "",
    table(
      ["instrument", "lots", "open orders", "last close"],
      slots.map(({ markTicks, orders, positionLots, strangerLots, symbol, tickSize }) => [
        ...[symbol, `${positionLots}${besideText(strangerLots)}`, String(orders.length)],
        String(Number((markTicks * tickSize).toPrecision(12))),
      ]),
    ),
    ...(standing === null ? [] : [
      "",
      table(
        ["instrument", ...DISTANCE_HEADS],
        standing.slots.map(({ distance, symbol }) => [symbol, ...distanceCells(distance)]),
      ),
    ]),
    "",
    `equity ${dollarsAndCents(books.equityMicros)}, cash ${dollarsAndCents(books.cashMicros)}`,
    `profit ${dollarsAndCents(books.profitMicros)} since the books began with ` +
    dollarsAndCents(books.initialMicros),
    `journal: ${journal.entries} entries, ` +
    (journal.fault === null ? "whole" : `DAMAGED: ${journal.fault.text}`),
    `entries: ${Object.entries(counts).map(([kind, count]) => `${count} ${kind}`).join(", ")}`,
    "",
    ...newest.map((entry) => {
      const { at, kind, note: _note, sequence, sessionTime, ...fact } = entry;
      const time = new Date(sessionTime ?? at).toISOString().slice(0, 19) + "Z";
      return `${sequence}  ${time}  ${kind}  ${JSON.stringify(fact).slice(0, 90)}`;
    }),
  ].join("\n");
}

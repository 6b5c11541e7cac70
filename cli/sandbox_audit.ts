import type { Command } from "commander";
import {
  auditSandbox,
  type ExplainedDifference,
  type SandboxAuditDocument,
} from "../tasks/sandbox_audit.ts";
import { table } from "./console.ts";
import { baseCommand } from "./options.ts";
import { paint } from "./paint.ts";
import { recordingFolder } from "./recorded_way.ts";
import { runCommand } from "./run.ts";

/** Differences of one explanation that the text shows. */
const SHOWN = 5;
/** Answers whose waiting the text shows: the slowest at the venue. */
const SLOWEST = 12;

/** `deno task sandbox-audit`. */
export function command(): Command {
  return baseCommand(
    "sandbox-audit",
    "Lay a recording of a venue beside its double: where the double is wrong.",
  )
    .argument("<recording>", "name that it was recorded by, with --record")
    .action((recording: string, options: { readonly json?: true }) =>
      runCommand(options, async (context) => {
        const document = await auditSandbox(recordingFolder(recording), {
          ...{ signal: context.signal, onProgress: context.progress },
        });
        context.result(document, () => sandboxAuditText(document));
      })
    );
}

/** What a recording shows, for people. */
export function sandboxAuditText(document: SandboxAuditDocument): string {
  const { askedOnce, broker, differences, first, frames, holes, isOfDouble, last } = document;
  const { recordings, waits } = document;
  const byCause = new Map<string, ExplainedDifference[]>();
  for (const difference of differences) {
    const cause = causeOf(difference);
    byCause.set(cause, [...byCause.get(cause) ?? [], difference]);
  }
  const slowest = waits.toSorted((a, b) => b.venue.medianMs - a.venue.medianMs).slice(0, SLOWEST);
  return [
    `${broker}: ${recordings} recorded, ${frames} frames, ${first} to ${last}`,
    ...(isOfDouble ? ["recorded at a double: its own faults and guesses are what differs"] : []),
    ...holes.map((reason) => `frames are missing: ${reason}`),
    "",
    differences.length === 0
      ? "nothing that the venue showed is strange to the double"
      : `${differences.length} differences from the double`,
    ...[...byCause].flatMap(([cause, all]) => [
      "",
      paint("bold", cause),
      ...all.slice(0, SHOWN).flatMap(lines),
      ...(all.length > SHOWN ? [`  … and ${all.length - SHOWN} more, see --json`] : []),
    ]),
    "",
    table(
      ["milliseconds", "times", "median", "longest", "double's median"],
      slowest.map(({ double, message, venue }) => [
        ...[message, `${venue.times}`, `${Math.round(venue.medianMs)}`],
        ...[`${Math.round(venue.longestMs)}`, `${Math.round(double.medianMs)}`],
      ]),
    ),
    ...askedOnce.venue.map((name) => `never rehearsed at the double: ${name}`),
    ...(askedOnce.double.length === 0 ? [] : ["", `not recorded: ${askedOnce.double.join(", ")}`]),
  ].join("\n");
}

function causeOf({ faults, guesses }: ExplainedDifference): string {
  if (guesses.length > 0) return `the double does so with --guess ${guesses.join(" or ")}`;
  if (faults.length > 0) return `the double does so under --fault ${faults.join(" or ")}`;
  return "the double never does so";
}

function lines(
  { chances, example, field, kind, message, shownBy, times, value }: ExplainedDifference,
): string[] {
  const who = `the ${shownBy} shows`, other = shownBy === "venue" ? "double" : "venue";
  const said = {
    message: `${who} ${message}`,
    field: `${who} ${field} in ${message}`,
    absence: `${who} ${message} without ${field}`,
    type: `${who} ${field} of ${message} as ${value}`,
    value: `${who} ${field} ${value} in ${message}`,
    order: `${who} ${message} before ${field}`,
  }[kind];
  const never = kind === "message" ? "" : `; the ${other} never in ${chances}`;
  return [
    `  ${said}: ${times}×${never}`,
    ...(example === null ? [] : [`    ${example}`]),
  ];
}

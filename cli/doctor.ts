import type { Command } from "commander";
import { SESSIONS_FOLDER } from "../lib/core/program.ts";
import { diagnose } from "../tasks/doctor.ts";
import { diagnoseVenue } from "../tasks/doctor/venue_checks.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { baseCommand } from "./options.ts";
import { paint } from "./paint.ts";
import { recordedWay } from "./recorded_way.ts";
import { runCommand } from "./run.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";
import { addVenueOptions, type VenueFlags, venueRequest } from "./venue_options.ts";

interface DoctorFlags extends VenueFlags {
  readonly json?: true;
  readonly symbol: string;
}

/** `deno task doctor`, `deno task doctor:tradovate` and `deno task doctor:projectx`. */
export function command(): Command {
  const base = baseCommand("doctor", "Say what is wrong with this set-up, by trying each part.");
  return addVenueOptions(base)
    .option("--symbol <symbol>", "root whose prices are looked for at a venue", "MES")
    .action((options: DoctorFlags) =>
      runCommand(options, async (context) => {
        const venue = venueRequest(options);
        using way = await recordedWay(venue, options.record, SYSTEM_CLOCK, context.note);
        const document = venue === null ? await diagnose(context) : await diagnoseVenue(venue, {
          ...{ clock: SYSTEM_CLOCK, sessions: SESSIONS_FOLDER, symbol: options.symbol },
          transport: way.transport,
        });
        context.result(document, () =>
          document.checks.map((check) =>
            `${check.ok ? paint("green", "ok  ") : paint("red", "FAIL")} ${check.name}: ` +
            check.found + (check.remedy === null ? "" : `\n     -> ${check.remedy}`)
          ).join("\n"));
        if (!document.ok) {
          throw new ExitWith(EXIT.failed);
        }
      })
    );
}

import { type Command, Option } from "commander";
import { dateFlag, InputError } from "../lib/core/mod.ts";
import { SESSIONS_FOLDER } from "../lib/core/program.ts";
import { DAY_MS, MINUTE_MS } from "../lib/market/mod.ts";
import { downloadHistory } from "../tasks/download.ts";
import { barsRequest, baseCommand, duration, durationText, userPath } from "./options.ts";
import { recordedWay } from "./recorded_way.ts";
import { runCommand } from "./run.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";
import { addVenueOptions, type VenueFlags, venueRequest } from "./venue_options.ts";

interface DownloadFlags extends VenueFlags {
  readonly json?: true;
  readonly symbol: string;
  readonly from: string;
  readonly to?: string;
  readonly interval: number;
  readonly edge: "open" | "close";
  readonly out: string;
}

/** `deno task download:tradovate`, and `download:projectx`. */
export function command(): Command {
  return addVenueOptions(baseCommand("download", "Save the history of a venue as a file of bars."))
    .requiredOption("--symbol <symbol>", "contract, or the root of the one that is traded most")
    .requiredOption("--from <date>", "first day")
    .option("--to <date>", "first day that is left out (default: up to now)")
    .addOption(
      new Option("--interval <duration>", "length of a bar, whole minutes").argParser(duration)
        .default(MINUTE_MS, durationText(MINUTE_MS)),
    )
    .addOption(
      new Option("--edge <edge>", "which edge of a bar Tradovate stamps: no document says it")
        .choices(["open", "close"]).default("open"),
    )
    .requiredOption("--out <file>", "where to, .csv or .parquet", userPath)
    .action((flags: DownloadFlags) =>
      runCommand(flags, async (context) => {
        const venue = venueRequest(flags);
        if (venue === null) {
          throw new InputError("Cannot download without a venue", {
            where: "--venue",
            remedy: "start it by its task: `deno task download:tradovate`",
          });
        }
        const { edge: stamp, from, interval, out, record, symbol, to } = flags;
        const data = barsRequest({ symbol, interval, timeFormat: "auto" }, () => symbol);
        using way = await recordedWay(venue, record, SYSTEM_CLOCK, context.note);
        const document = await downloadHistory(venue, {
          ...{ data, stamp, out, from: dateFlag("--from", from) },
          until: to === undefined ? context.now() + DAY_MS : dateFlag("--to", to),
        }, {
          ...{ clock: SYSTEM_CLOCK, sessions: SESSIONS_FOLDER, signal: context.signal },
          transport: way.transport,
        });
        context.result(document, () =>
          `${document.bars} bars of ${document.contract} from ${document.first} to ` +
          `${document.last}: ${document.out}`);
      })
    );
}

import { type Command, Option } from "commander";
import { OUTBOX_FOLDER } from "../lib/core/program.ts";
import { ALERT_CHANNELS, type ListedAlert } from "../lib/monitor/mod.ts";
import { listAlerts, sendAlertsOf } from "../tasks/alerts.ts";
import { table } from "./console.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { baseCommand, integer, userPath } from "./options.ts";
import { runCommand } from "./run.ts";

interface AlertsFlags {
  readonly json?: true;
  readonly once?: true;
  readonly test?: true;
  readonly list?: true;
  readonly most: number;
  readonly outbox: string;
}

/** `deno task alerts`. */
export function command(): Command {
  return baseCommand("alerts", "Send what a person should hear of, until stopped.")
    .option("--once", "end once what is due has been tried")
    .option("--test", "put an alert in first that only says that it works")
    .option("--list", "show the newest alerts and what became of them; send nothing")
    .option("--most <n>", "--list: how many", integer(1), 20)
    .addOption(
      new Option("--outbox <folder>", "folder of the outbox")
        .argParser(userPath).default(OUTBOX_FOLDER, "outbox/"),
    )
    .addHelpText("after", `\n${variablesText()}\n\n${EXAMPLES}`)
    .action((options: AlertsFlags) =>
      runCommand(options, async (context) => {
        if (options.list ?? false) {
          const alerts = listAlerts(options.outbox, context, options.most);
          return context.result({ alerts }, () => listing(alerts));
        }
        const report = await sendAlertsOf({
          outbox: options.outbox,
          once: options.once ?? false,
          test: options.test ?? false,
          read: (name) => Deno.env.get(name),
          onStart: (channels) =>
            context.note(
              `sending to ${channels.map(({ host, name }) => `${name} (${host})`).join(", ")}`,
            ),
          onAttempt: ({ againInMs, alert, channel, problem }) =>
            context.note(
              problem === null
                ? `${channel}: sent "${alert.title}"`
                : `${channel}: ${problem}; again in ${againInMs! / 1_000} s ("${alert.title}")`,
            ),
        }, { clock: context, signal: context.signal });
        context.result(report, () => `${report.sent} sent, ${report.failed} attempts failed`);
        if (context.signal.aborted) throw new ExitWith(EXIT.interrupted);
        if (report.failed > 0) throw new ExitWith(EXIT.failed);
      })
    );
}

const EXAMPLES = `Examples:
  ALERT_NTFY_TOPIC=… deno task alerts --test --once   does it arrive?
  deno task alerts                                    send until stopped
  deno task alerts --list                             what became of the last ones`;

function variablesText(): string {
  const lines = ALERT_CHANNELS.flatMap(({ name, variables }) =>
    variables.map((variable, i) => {
      const otherwise = variable.default === undefined ? "" : ` (default: ${variable.default})`;
      const switches = i === 0 ? `; switches ${name} on` : "";
      return `  ${variable.name.padEnd(22)}${variable.says}${otherwise}${switches}`;
    })
  );
  return ["Environment:", ...lines].join("\n");
}

function listing(alerts: readonly ListedAlert[]): string {
  if (alerts.length === 0) return "no alerts yet";
  const columns = ["at", "severity", "source", "title", "sent"];
  const rows = alerts.map(({ at, deliveries, severity, source, title }) => [
    new Date(at).toISOString().slice(0, 19),
    severity,
    source,
    title,
    deliveries.map(({ attempts, channel, state }) =>
      `${channel} ${state}${attempts > 1 ? `, ${attempts} attempts` : ""}`
    ).join("; ") || "not yet",
  ]);
  return table(columns, rows);
}

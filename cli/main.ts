import { Command, CommanderError, Help } from "commander";
import { nearestName } from "../lib/core/mod.ts";
import { VERSION } from "../lib/core/program.ts";
import { endingOf, EXIT, ExitWith } from "./exit.ts";
import { commandPrefix, inStartedForm, startedName } from "./started_as.ts";

/** Commands by name; each module is loaded only when its command runs. */
export const COMMANDS: Readonly<
  Record<string, readonly [string, () => Promise<{ command(): Command }>]>
> = {
  demo: ["the whole story on simulated bars, in one report", () => import("./demo.ts")],
  data: ["look at, convert, simulate or roll bars", () => import("./data.ts")],
  instruments: ["list, show and add what can be traded", () => import("./instruments.ts")],
  train: ["train a model without look-ahead and register it", () => import("./train.ts")],
  rl: ["learn a trading policy offline and test it", () => import("./rl.ts")],
  tune: ["search for better settings and examine the winner", () => import("./tune.ts")],
  system: ["make a trading system of models, and look at it", () => import("./system.ts")],
  backtest: ["test a model on bars it has not seen", () => import("./backtest.ts")],
  "walk-forward": [
    "refit and test window by window, as one result",
    () => import("./walk_forward.ts"),
  ],
  "leak-check": [
    "change the future and see whether a model's past decisions notice",
    () => import("./leak_check.ts"),
  ],
  trade: ["trade a system in time, on paper", () => import("./trade.ts")],
  download: ["save the history of a venue", () => import("./download.ts")],
  sandbox: ["a double of a venue on this machine, to rehearse with", () => import("./sandbox.ts")],
  "sandbox-audit": [
    "say where the double of a venue is wrong, by a recording",
    () => import("./sandbox_audit.ts"),
  ],
  sessions: ["look at sessions, and tell one what to do", () => import("./sessions.ts")],
  nightly: [
    "let a system improve itself, where the evidence allows it",
    () => import("./nightly.ts"),
  ],
  audit: ["say why a session differs from its backtest", () => import("./audit.ts")],
  compare: ["two backtest runs side by side", () => import("./compare.ts")],
  reproduce: ["run a backtest again, to the bit", () => import("./reproduce.ts")],
  models: ["list, promote, roll back, verify the registry", () => import("./models.ts")],
  alerts: ["send what a person should hear of", () => import("./alerts.ts")],
  "generate-changes": [
    "change code and settings so that it can always be undone",
    () => import("./generate_changes.ts"),
  ],
  doctor: ["say what is wrong with this set-up", () => import("./doctor.ts")],
};

/** Runs one command line and returns its exit code. Never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const name = args[0] ?? "";
  const program = new Command(commandPrefix())
    .description("Market bars in, an honestly tested trading model out.")
    .version(VERSION, "-V, --version")
    .exitOverride();
  let command: Command | null = null;
  for (const [known, [summary, load]] of Object.entries(COMMANDS)) {
    if (known === name) {
      command = (await load()).command();
      strict(command, args);
      command.configureHelp({
        commandUsage: (shown) =>
          new Help().commandUsage(shown).replace(` ${name} `, ` ${startedName(args)} `),
      });
      program.addCommand(command);
    } else {
      program.command(known).description(summary);
    }
  }
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
    return 0;
  } catch (error) {
    const ending = endingOf(error, args);
    const misspelt = command === null ? null : misspeltFlag(command, args, error);
    if (ending.line !== null) console.error(`error: ${inStartedForm(ending.line)}`);
    if (args.includes("--json") && ending.code !== EXIT.done && !(error instanceof ExitWith)) {
      const message = ending.line ?? misspelt ??
        (error instanceof Error ? error.message : String(error));
      console.log(JSON.stringify({ error: message, exitCode: ending.code }, null, 2));
    }
    return ending.code;
  }
}

/** Usage errors end in our own exit code, with a hint instead of the whole help. */
function strict(command: Command, args: readonly string[]): void {
  command.exitOverride();
  command.configureOutput({
    outputError: (text, write) => {
      const misspelt = /required option/.test(text) ? unknownFlag(command, args) : null;
      write(misspelt === null ? text : `error: ${misspelt}\n`);
    },
  });
  command.showHelpAfterError("(add --help for the flags)");
  for (const child of command.commands) strict(child, args);
}

/** The flag behind a required one that is missing: more often misspelt than forgotten. */
function misspeltFlag(command: Command, args: readonly string[], error: unknown): string | null {
  const isMissing = error instanceof CommanderError &&
    error.code === "commander.missingMandatoryOptionValue";
  if (!isMissing) return null;
  const child = command.commands.find((candidate) => candidate.name() === args[1]);
  return unknownFlag(child ?? command, args);
}

/** Says which flag a command does not know, and which one was probably meant; null for none. */
function unknownFlag(command: Command, args: readonly string[]): string | null {
  const known = command.options.flatMap(({ long }) => long ?? []);
  const flags = args.flatMap((word) => /^--[a-z][\w-]*/i.exec(word)?.[0] ?? []);
  const unknown = flags.find((flag) => flag !== "--help" && !known.includes(flag));
  if (unknown === undefined) return null;
  const meant = nearestName(unknown, known);
  return `unknown option '${unknown}'` + (meant === null ? "" : ` (did you mean ${meant}?)`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));

import { dirname, join, relative } from "node:path";
import { shellWord } from "../lib/core/mod.ts";
import { PROJECT_FOLDER } from "../lib/core/program.ts";

/** How the user has started the program. */
type Start = "task" | "npx" | "run";

/** `deno task` leaves the user's folder in a variable, and `npx` its own name in another. */
function start(): Start {
  if (variable("INIT_CWD") === "") return "run";
  return variable("npm_lifecycle_event") === "npx" ? "npx" : "task";
}

/** Words in front of a command's name, as the user has typed them. */
export function commandPrefix(): string {
  return start() === "run" ? `deno run … ${mainPath()}` : `${denoWords().join(" ")} task`;
}

/**
 * A text with the commands in it, which are written `deno task NAME`, in the form in which the user
 * has started the program, so that they can be pasted.
 */
export function inStartedForm(text: string): string {
  const form = start();
  if (form === "task") return text;
  if (form === "npx") return text.replace(/\bdeno task\b/g, `${npxDeno()} task`);
  return text.replace(
    /\bdeno task ([a-z][a-z:-]+[a-z])\b/g,
    (whole, task: string) => TASKS_WITHOUT_COMMAND.includes(task) ? whole : runCommandLine(task),
  );
}

/** Tasks of developers, which are no commands of the program. */
const TASKS_WITHOUT_COMMAND = ["bench", "check", "docs", "fmt", "kernels", "lint", "ok", "test"];

/** Tasks that may not read everywhere: their command is loaded before their set binds. */
export const PRELOADED_TASKS: readonly string[] = [
  ...["alerts", "doctor", "generate-changes", "instruments", "trade:feed", "tune:postgres"],
  ...["doctor:tradovate", "download:tradovate", "trade:tradovate-sandbox"],
  ...["trade:tradovate-paper", "trade:tradovate-demo", "trade:tradovate-live"],
  ...["doctor:projectx", "download:projectx", "trade:projectx-sandbox"],
  ...["trade:projectx-paper", "trade:projectx-demo", "trade:projectx-live"],
];

/**
 * The line that starts a command without its task, under the task's own permission set.
 *
 * @param task for example `tune:postgres`
 * @param grants further permission flags
 */
export function runCommandLine(task: string, grants: readonly string[] = []): string {
  const command = task.split(":")[0]!;
  const main = mainPath();
  const flags = [
    ...["-q", "--no-prompt", "--cached-only", "--frozen", `-P=${task.replace(":", "-")}`],
    ...PRELOADED_TASKS.includes(task)
      ? [`--preload=${join(dirname(main), `${command.replaceAll("-", "_")}.ts`)}`]
      : [],
  ];
  const words = [...flags, ...grants, main, command, ...venueFlags(task)];
  return [...denoWords(), "run", ...words.map(shellWord)].join(" ");
}

/** What a task of a venue adds to its command. */
export function venueFlags(task: string): readonly string[] {
  const [, venue = ""] = task.split(":");
  return /^(tradovate|projectx)/.test(venue) ? ["--venue", venue] : [];
}

/** Name of the task that has started a command: `trade:tradovate-demo` adds a venue to `trade`. */
export function startedName(args: readonly string[]): string {
  const [command = "", flag, venue] = args;
  return start() !== "run" && flag === "--venue" ? `${command}:${venue}` : command;
}

/** A command of this program as it was started, to be kept and pasted. */
export function taskCommandLine(command: string): string {
  return ["deno task", command, ...Deno.args.slice(1).map(shellWord)].join(" ");
}

function denoWords(): readonly string[] {
  return start() === "npx" ? npxDeno().split(" ") : ["deno"];
}

function npxDeno(): string {
  return `npx -y deno@${Deno.version.deno}`;
}

/** The program's file, as the user would name it. */
function mainPath(): string {
  return shortPath(join(PROJECT_FOLDER, "cli", "main.ts"));
}

/** A path from the folder in which the user stands, where it lies below. */
export function shortPath(path: string): string {
  const short = relative(variable("INIT_CWD") || Deno.cwd(), path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}

/** Empty where it is not set, or may not be read. */
function variable(name: string): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return (state === "granted" ? Deno.env.get(name) : undefined) ?? "";
}

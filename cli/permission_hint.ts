import { basename, dirname, join, resolve, sep } from "node:path";
import { shellWord } from "../lib/core/mod.ts";
import { grantedPlaces, PROJECT_FOLDER } from "../lib/core/program.ts";
import { userPath } from "./options.ts";
import { runCommandLine, shortPath } from "./started_as.ts";

/**
 * What was denied, and the line to paste that grants it for one run: the folder that the user asked
 * for, and no more. What a set denies for good is said to be so, as no flag grants it.
 *
 * @param command name of the command that was denied something
 * @param args the whole command line
 */
export function permissionHint(error: Error, command: string, args: readonly string[]): string {
  const [what = error.message] = error.message.split(", run again");
  const kind = /Requires (\w+) access/.exec(error.message)?.[1] ?? "read";
  const target = /access to "([^"]+)"/.exec(error.message)?.[1];
  const task = taskOf(command);
  if (target === undefined || stateOf(kind, target) === "denied") {
    return `${what} (\`deno task ${task}\` never may: its permission set in deno.json denies it)`;
  }
  const place = kind === "write" ? grantedFolder(target, error, args) : target;
  if (place.includes(",")) {
    return `${what} (not granted to \`deno task ${task}\`, and no flag can name a path with a comma)`;
  }
  const grants = [`--allow-${kind}=${place}`, ...earlierGrants(args)];
  if (kind === "write") grants.push(...laterGrants(args));
  const kinds = FLAG_KINDS.filter((flag) =>
    grants.some((grant) => grant.startsWith(`--allow-${flag}=`))
  );
  const line = [
    runCommandLine(task, [
      ...new Set([...kinds.flatMap((flag) => setGrants(task, flag)), ...grants]),
    ]),
    ...withoutVenue(args).map(shellWord),
  ].join(" ");
  const granted = kind === "read"
    ? grantedPlaces(task, "read").map((place) => basename(place))
    : [];
  const readable = granted.filter((place) => FILE_FOLDERS.includes(place));
  // Whether it is there cannot be seen from here: a wrong path is met as often as a folder elsewhere.
  const why = readable.length === 0
    ? `not granted to \`deno task ${task}\``
    : `it may not be there, and it lies outside the folders that \`deno task ${task}\` may read: ` +
      `${readable.join(", ")}; see that the path is right`;
  return `${what} (${why}; to grant it for one run: \`${line}\`)`;
}

/** Folders of the project that a user's own files lie in. */
const FILE_FOLDERS = ["data", "models", "sessions", "reports", "outbox", "recordings", "keys"];

/** Kinds of access that a flag names places for. */
const FLAG_KINDS = ["read", "write"] as const;

/** What the set of a task grants of a kind: a flag of that kind stands in its place, not beside it. */
function setGrants(task: string, kind: typeof FLAG_KINDS[number]): string[] {
  const places = grantedPlaces(task, kind).map((place) => shortPath(join(PROJECT_FOLDER, place)));
  return places.length === 0 ? [] : [`--allow-${kind}=${places.join(",")}`];
}

/** The flags of a command, without those that its task adds. */
function withoutVenue(args: readonly string[]): readonly string[] {
  return args.slice(1).filter((word, index, words) =>
    word !== "--venue" && words[index - 1] !== "--venue"
  );
}

/**
 * `tune` and `trade` run under two sets each: only one of them denies the network for good, and only
 * one may read everywhere.
 */
function taskOf(command: string): string {
  const readsAll = Deno.permissions.querySync({ name: "read" }).state === "granted";
  const venue = Deno.args[Deno.args.indexOf("--venue") + 1];
  if (Deno.args.includes("--venue")) return `${command}:${venue}`;
  if (command === "trade" && !readsAll) return "trade:feed";
  const hasNetwork = Deno.permissions.querySync({ name: "net" }).state !== "denied";
  return command === "tune" && hasNetwork ? "tune:postgres" : command;
}

/**
 * The folder that a flag names, when the denied file lies in it. Otherwise the file's own: files are
 * written beside their place first, under another name.
 */
function grantedFolder(target: string, { stack = "" }: Error, args: readonly string[]): string {
  const folders = namedPaths(args).filter((path) => isBelow(target, path));
  if (folders.length > 0) return folders.toSorted((a, b) => b.length - a.length)[0]!;
  return /\bmkdir/.test(stack) ? target : dirname(target);
}

/** What flags of Deno have granted for this run: a second hint must not lose it. */
function earlierGrants(args: readonly string[]): string[] {
  const kinds = ["read", "write"] as const;
  const outside = namedPaths(args).filter((path) => !isBelow(path, PROJECT_FOLDER));
  return kinds.flatMap((kind) => {
    if (Deno.permissions.querySync({ name: kind }).state === "granted") return [];
    return outside.filter((path) => stateOf(kind, path) === "granted" && !path.includes(","))
      .map((path) => `--allow-${kind}=${path}`);
  });
}

/** Flags whose folder is written to, as soon as the one before it may be. */
const WRITTEN_FLAGS = ["--sessions", "--outbox", "--reports"];

/** What would be denied next: one line grants it all. */
function laterGrants(args: readonly string[]): string[] {
  const folders = args.flatMap((word, index) => {
    const [flag = "", value = args[index + 1] ?? ""] = word.split("=", 2);
    return WRITTEN_FLAGS.includes(flag) && value !== "" ? [resolve(userPath(value))] : [];
  });
  return folders.filter((path) => stateOf("write", path) === "prompt" && !path.includes(","))
    .map((path) => `--allow-write=${path}`);
}

/** Every word of a command line that can be a path, absolute. */
function namedPaths(args: readonly string[]): string[] {
  return args.slice(1).map((word) => word.replace(/^--[\w-]+=/, ""))
    .filter((word) => word !== "" && !word.startsWith("-"))
    .map((word) => resolve(userPath(word)));
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function stateOf(kind: string, target: string): Deno.PermissionState {
  const descriptors: Readonly<Record<string, () => Deno.PermissionDescriptor>> = {
    env: () => ({ name: "env", variable: target }),
    ffi: () => ({ name: "ffi", path: target }),
    import: () => ({ name: "import" }),
    net: () => ({ name: "net", host: target }),
    read: () => ({ name: "read", path: target }),
    run: () => ({ name: "run", command: target }),
    write: () => ({ name: "write", path: target }),
  };
  const descriptor = descriptors[kind];
  return descriptor === undefined ? "prompt" : Deno.permissions.querySync(descriptor()).state;
}

import { join } from "node:path";
import { assert, assertEquals } from "./assert.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";
import { PROJECT } from "./fixtures/run_command.ts";

interface End {
  readonly code: number;
  readonly stderr: string;
  readonly stdout: string;
}

async function run(program: string, args: readonly string[], cwd: string, env = {}): Promise<End> {
  const { code, stderr, stdout } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", npm_lifecycle_event: "", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stderr: decoder.decode(stderr), stdout: decoder.decode(stdout) };
}

/** A command as its task starts it, from the folder of somebody who stands elsewhere. */
function asTask(folder: string, command: string, ...args: readonly string[]): Promise<End> {
  const flags = ["run", "-q", "--no-prompt", `-P=${command}`, "cli/main.ts", command, ...args];
  return run(Deno.execPath(), flags, PROJECT, { INIT_CWD: folder });
}

/** Pastes the line that a refusal names, as long as one follows another. */
async function paste(folder: string, refused: End): Promise<{ end: End; lines: string[] }> {
  const lines: string[] = [];
  let end = refused;
  while (lines.length < 4) {
    const line = /to grant it for one run: `([^`]+)`/.exec(end.stderr)?.[1];
    if (line === undefined) break;
    lines.push(line);
    const path = `${join(Deno.execPath(), "..")}:${Deno.env.get("PATH")}`;
    end = await run("sh", ["-c", line], folder, { PATH: path, INIT_CWD: "" });
  }
  return { end, lines };
}

const SIMULATE = ["simulate", "--symbol", "MES", "--bars", "200"];

Deno.test("a denied folder is granted by the line that is printed, as pasted", async () => {
  await inFolder(async (folder) => {
    const odd = join(folder, "it's a $HOME folder");
    Deno.mkdirSync(odd);
    const refused = await asTask(odd, "data", ...SIMULATE, "--out", "bars 1.csv");
    assertEquals(refused.code, 3, refused.stderr);
    const { end, lines } = await paste(odd, refused);
    assertEquals(end.code, 0, `${lines.join("\n")}\n${end.stderr}`);
    assertEquals(lines.length, 1);
    assert(Deno.statSync(join(odd, "bars 1.csv")).size > 0);
  });
});

Deno.test("the folder asked for is granted, not the one above, and a second one beside it", async () => {
  await inFolder(async (folder) => {
    const bars = join(folder, "bars.csv");
    const made = await asTask(folder, "data", ...SIMULATE, "--out", bars);
    assertEquals((await paste(folder, made)).end.code, 0);
    const models = join(folder, "new", "models");
    const flags = ["--models", models, "--why", "a test"];
    const refused = await asTask(folder, "models", "promote", "none@1", ...flags);
    assertEquals(refused.code, 3, refused.stderr);
    const { end, lines } = await paste(folder, refused);
    assert(lines[0]!.includes(`--allow-write=${models} `), lines[0]);
    // The registry was made, and what was asked of it is not there.
    assertEquals([end.code, lines.length], [2, 1], end.stderr);
    assert(Deno.statSync(models).isDirectory);
  });
});

Deno.test("what a set grants stays granted where a flag adds a file, and a venue is named once", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(join(folder, "settings.json"), "{}");
    const asked = ["--config", "settings.json", "--feed", "replay:bars.csv", "--system", "none"];
    const start = (set: string, ...venue: readonly string[]) => {
      const flags = ["run", "-q", "--no-prompt", `-P=${set}`, "--preload=cli/trade.ts"];
      const words = [...flags, "cli/main.ts", "trade", ...venue, "--symbol", "MES", ...asked];
      return run(Deno.execPath(), words, PROJECT, { INIT_CWD: folder });
    };
    const refused = await start("trade-feed");
    const outside =
      "it may not be there, and it lies outside the folders that `deno task trade:feed`" +
      " may read: data, models, outbox, sessions; see that the path is right";
    assert(refused.stderr.includes(outside), refused.stderr);
    const { end, lines } = await paste(folder, refused);
    // It got as far as the registry, which the set lets it read.
    assertEquals([end.code, lines.length], [2, 1], end.stderr);
    const venue = ["--venue", "tradovate-sandbox"];
    const { stderr } = await start("trade-tradovate-sandbox", ...venue);
    const line = /to grant it for one run: `([^`]+)`/.exec(stderr)?.[1];
    assertEquals(line?.split(venue.join(" ")).length, 2, stderr);
    assert(line!.includes(`,${join(PROJECT, "sessions")},`), line);
  });
});

Deno.test("what a set denies for good is not offered", async () => {
  const probe = `import { permissionHint } from "../cli/permission_hint.ts";
    const args = ["train", "--name", "it's"];
    const attempts = [() => fetch("http://127.0.0.1:1024/"), () => new Deno.Command("x").output()];
    for (const attempt of attempts) {
      try { await attempt(); } catch (error) { console.log(permissionHint(error, "train", args)); }
    }`;
  const file = await Deno.makeTempFile({ dir: join(PROJECT, "tests"), suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, probe);
    const { stdout } = await run(
      Deno.execPath(),
      ["run", "-q", "--no-prompt", "-P=train", file],
      PROJECT,
    );
    const lines = stdout.trim().split("\n");
    assertEquals(lines.length, 2);
    for (const line of lines) assert(line.includes("`deno task train` never may"), line);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("printed commands have the form in which the program was started", async () => {
  const version = Deno.version.deno;
  const forms = {
    task: [{ INIT_CWD: PROJECT }, "deno task"],
    npx: [{ INIT_CWD: PROJECT, npm_lifecycle_event: "npx" }, `npx -y deno@${version} task`],
    run: [{ INIT_CWD: "" }, "deno run … cli/main.ts"],
  } as const;
  for (const [form, [env, prefix]] of Object.entries(forms)) {
    const start = (set: string, ...args: readonly string[]) =>
      run(
        Deno.execPath(),
        ["run", "-q", "--no-prompt", `-P=${set}`, "cli/main.ts", ...args],
        PROJECT,
        env,
      );
    const help = await start("models", "models", "list", "--help");
    assert(help.stdout.startsWith(`Usage: ${prefix} models list `), help.stdout);
    const venue = await start(
      "trade-tradovate-sandbox",
      ..."trade --venue tradovate-sandbox --help".split(" "),
    );
    const name = form === "run" ? "trade" : "trade:tradovate-sandbox";
    assert(
      venue.stdout.startsWith(`Usage: ${prefix} ${name} [options]`),
      venue.stdout + venue.stderr,
    );
    const { stderr } = await start("generate-changes", "generate-changes", "show", "none");
    const hint = form === "run"
      ? "`deno run -q --no-prompt --cached-only --frozen -P=generate-changes --preload=cli/generate_changes.ts cli/main.ts generate-changes log`"
      : `\`${prefix} generate-changes log\``;
    assert(stderr.includes(hint), stderr);
  }
});

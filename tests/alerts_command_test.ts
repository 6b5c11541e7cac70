import { join } from "node:path";
import { openOutbox } from "../lib/monitor/mod.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { assert, assertEquals } from "./assert.ts";
import { PROJECT } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const SECRET = "/very-secret-path", TOKEN = "very-secret-token";

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the task under its own permission set, with a local server as a channel's host. */
function start(
  folder: string,
  port: number,
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--cached-only", "-P=alerts"],
      `--preload=${join(PROJECT, "cli/alerts.ts")}`,
      ...[`--allow-net=127.0.0.1:${port}`, `--allow-read=${folder}`, `--allow-write=${folder}`],
      ...[join(PROJECT, "cli/main.ts"), "alerts", "--outbox", folder, ...flags],
    ],
    cwd: PROJECT,
    env: {
      ...{ INIT_CWD: PROJECT, NO_COLOR: "1" },
      ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}${SECRET}`,
      ALERT_WEBHOOK_TOKEN: TOKEN,
      ...environment,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function ended(child: Deno.ChildProcess): Promise<Run> {
  const { code, stderr, stdout } = await child.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(!`${out}${err}`.includes("very-secret"), `${out}${err}`);
  return { code, stdout: out!, stderr: err! };
}

/** Serves a webhook and keeps what it was told. */
function serve(answer: (count: number) => number) {
  const ids: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      ids.push((await request.json()).id);
      return new Response(null, { status: answer(ids.length) });
    },
  );
  return { ids, port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

function fill(folder: string, ids: readonly string[]): void {
  using outbox = openOutbox({ folder, clock: new VirtualClock() });
  for (const id of ids) {
    outbox.add({
      ...{ id, at: Date.now(), severity: "warning", source: "paper-1" },
      ...{ title: `Alert ${id}`, text: "" },
    });
  }
}

Deno.test("alerts sends what is due to the one host it may reach, then what is new, until stopped", () =>
  inFolder(async (folder) => {
    await using webhook = serve(() => 204);
    fill(folder, ["a", "b"]);
    const child = start(folder, webhook.port, ["--json"]);
    while (webhook.ids.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    fill(folder, ["a", "c"]);
    while (webhook.ids.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGTERM");
    const { code, stderr, stdout } = await ended(child);
    assertEquals([code, JSON.parse(stdout)], [130, { sent: 3, failed: 0 }], stderr);
    assertEquals(webhook.ids, ["a", "b", "c"]);
    assert(stderr.startsWith(`sending to webhook (127.0.0.1:${webhook.port})\n`), stderr);
  }));

Deno.test("alerts --test --once says whether it arrives, and --list what became of it", () =>
  inFolder(async (folder) => {
    await using webhook = serve((count) => count === 1 ? 401 : 200);
    const failed = await ended(start(folder, webhook.port, ["--test", "--once"]));
    assertEquals(failed.code, 1);
    assert(failed.stderr.includes("answered 401: the token is not known; again in 1 s"));
    const listed = await ended(start(folder, webhook.port, ["--list", "--json"]));
    assertEquals(listed.code, 0, listed.stderr);
    const [alert] = JSON.parse(listed.stdout).alerts;
    assertEquals([alert.title, alert.deliveries[0].attempts], ["A test", 1]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const sent = await ended(start(folder, webhook.port, ["--once"]));
    assertEquals([sent.code, sent.stdout], [0, "1 sent, 0 attempts failed\n"]);
    assertEquals(new Set(webhook.ids).size, 1);
  }));

Deno.test("an alert that was being sent when the task was killed is sent again", () =>
  inFolder(async (folder) => {
    const held = Promise.withResolvers<void>();
    const ids: string[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        ids.push((await request.json()).id);
        if (ids.length === 1) await held.promise;
        return new Response();
      },
    );
    fill(folder, ["a"]);
    const first = start(folder, server.addr.port, ["--once"]);
    while (ids.length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
    first.kill("SIGKILL");
    await ended(first);
    held.resolve();
    assertEquals((await ended(start(folder, server.addr.port, ["--once"]))).code, 0);
    assertEquals(ids, ["a", "a"]);
  }));

Deno.test("alerts says in one line what it cannot do, before anything is sent", () =>
  inFolder(async (folder) => {
    const cases = [
      [{ ALERT_WEBHOOK_URL: "" }, 2, "no channel is switched on (set ALERT_WEBHOOK_URL or"],
      [{ ALERT_WEBHOOK_URL: "nonsense" }, 2, "ALERT_WEBHOOK_URL: Cannot read as an address"],
      [
        { ALERT_WEBHOOK_URL: "https://hooks.example.com/very-secret" },
        ...[3, "Cannot send alerts to hooks.example.com as this task may not reach it"] as const,
      ],
    ] as const;
    for (const [environment, expected, says] of cases) {
      const { code, stderr } = await ended(start(folder, 1, ["--once"], environment));
      assertEquals([code, stderr.trim().split("\n").length], [expected, 1], stderr);
      assert(stderr.includes(says), stderr);
    }
  }));

import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { assert, assertEquals } from "./assert.ts";
import { PROJECT } from "./fixtures/run_command.ts";

const tasks: Readonly<Record<string, { readonly command: string }>> = config.tasks;

/** Tasks of users, who may run code of others in them; the rest are for developers. */
const USER_TASKS = Object.entries(tasks).filter(([, { command }]) =>
  command.includes("cli/main.ts")
);

/** Nothing else tells that no byte left: an answer of a network, even a refusal, is a failure. */
const KEPT_IN = /not found in cache|Requires \w+ access|NotCapable|EPERM/;

/** The command of a task as words, with the probe in place of the program. */
function probed(command: string, args: readonly string[]): { env: Env; args: string[] } {
  const words = command.split(/ && | \| /).at(-1)!.split(" ");
  const start = words.indexOf("deno");
  const env = words.slice(0, start).map((word) => word.split("=", 2) as [string, string]);
  const flags = words.slice(start + 1, words.indexOf("cli/main.ts"))
    .map((word) => word.replace('"$PGHOST"', "db.invalid"));
  const probe = join(PROJECT, "tests/fixtures/send_out_probe.ts");
  return { env: Object.fromEntries(env), args: [...flags, probe, ...args] };
}

type Env = Readonly<Record<string, string>>;

/** What a task may not reach: a session has its paper broker on 127.0.0.1, and no other address. */
function hostFor(task: string): string {
  const sets: Readonly<Record<string, object>> = config.permissions;
  const { net } = (sets[task.replace(":", "-")] ?? {}) as { readonly net?: unknown };
  const reachesItself = Array.isArray(net) && net.includes("127.0.0.1");
  return reachesItself ? "127.0.0.2" : "127.0.0.1";
}

for (const [name, { command }] of USER_TASKS) {
  Deno.test(`code inside task ${name} cannot send out what it has read`, async () => {
    // A secret that the task may read; one task may read its outbox alone.
    const place = name === "alerts" ? "outbox" : "models";
    const folder = await Deno.makeTempDir({ dir: join(PROJECT, place) });
    const heard: string[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => {
        heard.push(request.url);
        return new Response("{}");
      },
    );
    const { port } = server.addr;
    try {
      await Deno.writeTextFile(join(folder, "secret.txt"), crypto.randomUUID().replaceAll("-", ""));
      const host = hostFor(name);
      const { args, env } = probed(command, [join(folder, "secret.txt"), String(port), host]);
      const output = await new Deno.Command(Deno.execPath(), {
        args,
        cwd: PROJECT,
        env: {
          // A user's own telemetry must not carry away what a task prints.
          OTEL_DENO: "true",
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
          OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
          BROKER_PASSWORD: "hunter2",
          ...env,
        },
      }).output();
      const decoder = new TextDecoder();
      assert(output.success, decoder.decode(output.stderr));
      const reasons: Record<string, string | null> = JSON.parse(decoder.decode(output.stdout));
      const sent = Object.entries(reasons).filter(([, reason]) => !KEPT_IN.test(reason ?? ""));
      assertEquals(sent, []);
      assertEquals(heard, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

import { assert, assertEquals } from "./assert.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FEED_KINDS } from "../lib/feeds/mod.ts";
import { PRELOADED_TASKS, venueFlags } from "../cli/started_as.ts";
import { TOPSTEPX, TRADOVATE_DEMO, TRADOVATE_LIVE } from "../lib/venues/mod.ts";
import config from "../deno.json" with { type: "json" };

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** All that each task may do; whatever is not listed here must be denied. */
const GRANTED: Readonly<Record<string, readonly string[]>> = {
  demo: ["read anywhere", "read project", "write models", "write reports", "native onnx"],
  data: ["read anywhere", "read project", "write data"],
  instruments: ["read project"],
  train: ["read anywhere", "read project", "write models"],
  rl: ["read anywhere", "read project", "write models", "write reports"],
  tune: ["read anywhere", "read project", "write models", "write reports"],
  "tune-postgres": ["read project", "write models", "write reports"],
  paper: ["write sessions", "network"],
  "postgres-host": [],
  backtest: ["read anywhere", "read project", "write reports", "native onnx"],
  "walk-forward": [
    "read anywhere",
    "read project",
    "write models",
    "write reports",
    "native onnx",
  ],
  system: ["read anywhere", "read project", "write models", "native onnx"],
  trade: ["read anywhere", "read project", "write sessions", "write outbox", "network"],
  "trade-feed": ["read project", "write sessions", "write outbox", "network"],
  "trade-tradovate-sandbox": [
    "read project",
    "write sessions",
    "write outbox",
    "write recordings",
    "network",
  ],
  "trade-tradovate-paper": [
    "read project",
    "write sessions",
    "write outbox",
    "write recordings",
    "network",
  ],
  "trade-tradovate-demo": ["read project", "write sessions", "write outbox", "write recordings"],
  "trade-tradovate-live": ["read project", "write sessions", "write outbox", "write recordings"],
  "download-tradovate": ["read project", "write data", "write recordings"],
  "doctor-tradovate": ["read project", "write recordings"],
  "trade-projectx-sandbox": [
    "read project",
    "write sessions",
    "write outbox",
    "write recordings",
    "network",
  ],
  "trade-projectx-paper": [
    "read project",
    "write sessions",
    "write outbox",
    "write recordings",
    "network",
  ],
  "trade-projectx-demo": ["read project", "write sessions", "write outbox", "write recordings"],
  "trade-projectx-live": ["read project", "write sessions", "write outbox", "write recordings"],
  "download-projectx": ["read project", "write data", "write recordings"],
  "doctor-projectx": ["read project", "write recordings"],
  sandbox: ["read anywhere", "read project", "network"],
  "sandbox-audit": ["read anywhere", "read project"],
  sessions: ["read anywhere", "read project", "write sessions"],
  "leak-check": ["read anywhere", "read project", "write models", "native onnx"],
  nightly: ["read anywhere", "read project", "write models", "write reports", "write outbox"],
  compare: ["read anywhere", "read project"],
  audit: ["read anywhere", "read project", "write reports", "native onnx"],
  reproduce: ["read anywhere", "read project", "native onnx"],
  models: ["read anywhere", "read project", "write models"],
  alerts: ["write outbox"],
  "generate-changes": [
    "read project",
    "write models",
    "write reports",
    "write data",
    "write sessions",
    "write outbox",
    "write recordings",
    "write source",
  ],
  doctor: ["read project", "write models", "write reports", "write data", "native onnx"],
};

for (const [task, granted] of Object.entries(GRANTED)) {
  Deno.test(`task ${task} can do what it needs and nothing else`, async () => {
    const outside = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(outside, "secret.txt"), "secret");
      const output = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-q",
          "--no-prompt",
          `-P=${task}`,
          join(PROJECT, "tests/fixtures/permission_probe.ts"),
          outside,
          PROJECT,
        ],
        env: { BROKER_PASSWORD: "hunter2" },
      }).output();
      assert(output.success, new TextDecoder().decode(output.stderr));
      assertEquals(JSON.parse(new TextDecoder().decode(output.stdout)), granted);
      assertEquals([...Deno.readDirSync(outside)].map((entry) => entry.name), ["secret.txt"]);
    } finally {
      await Deno.remove(outside, { recursive: true });
    }
  });
}

Deno.test("every task that runs the command line names its own permission set", () => {
  const tasks: Record<string, { command: string }> = config.tasks;
  const sets: Record<string, { import?: unknown; read?: unknown }> = config.permissions;
  for (const [name, { command }] of Object.entries(tasks)) {
    if (!command.includes("cli/main.ts")) continue;
    const set = name.replace(":", "-");
    assert(set in GRANTED, `task ${name} has no line in this test`);
    const program = (set: string, rest: string): string =>
      "DENO_NO_PROMPT=1 OTEL_DENO=false deno run -q --cached-only --frozen " +
      `-P=${set} ${rest}`;
    // The one host is named by whoever starts it, and looked at before it is granted.
    const [before, host] = name === "tune:postgres"
      ? [`${program("postgres-host", "cli/postgres_host.ts")} && `, '--allow-net="$PGHOST" ']
      // What keeps the books of a session says where it is by writing into the session; one that was
      // killed is started again.
      : ["trade", "trade:feed", "trade:tradovate-paper", "trade:projectx-paper"].includes(name)
      ? [`(${Array(3).fill(program("paper", "cli/paper_broker.ts")).join(" || ")}) | `, ""]
      : ["", ""];
    const [verb] = name.split(":");
    // Where not everything may be read, the command is loaded before the set binds.
    // A flag that grants a folder takes the place of what the set lets read.
    const readsAll = sets[set]?.read === true;
    assertEquals(PRELOADED_TASKS.includes(name), !readsAll, name);
    const preload = readsAll ? "" : `--preload=./cli/${verb!.replaceAll("-", "_")}.ts `;
    const main = [`${preload}${host}cli/main.ts ${verb}`, ...venueFlags(name)].join(" ");
    assertEquals(command, before + program(set, main));
  }
});

Deno.test("sessions reach this machine alone, and those of a public feed its hosts beside", async () => {
  const reach = FEED_KINDS.flatMap(({ hosts }) => hosts.map((host) => `${host}:443`)).toSorted();
  assert(reach.length > 0, "no feed names a host");
  const allowed = async (set: string): Promise<readonly string[]> => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", `-P=${set}`],
        join(PROJECT, "tests/fixtures/reach_probe.ts"),
        ...["127.0.0.1:1", ...reach, ...reach.map((host) => host.replace(":443", ":80"))],
        ...["localhost:1", "[::1]:1", "example.com:443", "binance.com:443", "0.0.0.0:1"],
      ],
    }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  };
  for (const set of ["paper", "sandbox", "trade"]) {
    assertEquals(await allowed(set), ["127.0.0.1:1"]);
  }
  assertEquals(await allowed("trade-feed"), ["127.0.0.1:1", ...reach]);
  const sets: Record<string, { import?: unknown; net?: unknown }> = config.permissions;
  assertEquals(sets["trade-feed"]?.net, ["127.0.0.1", ...reach]);
});

Deno.test("a set of a venue names the hosts of its mode and no other", () => {
  const hostsOf = (
    { auth, marketData, rest, user }: typeof TRADOVATE_DEMO,
  ): string[] => [
    ...new Set([auth, rest, user, marketData].map((url) => `${new URL(url).host}:443`)),
  ];
  // Practice and all other accounts of ProjectX are behind the same hosts.
  const topstepx = [
    ...new Set(
      [TOPSTEPX.rest, TOPSTEPX.userHub, TOPSTEPX.marketHub].map((url) =>
        `${new URL(url).host}:443`
      ),
    ),
  ];
  const [demo, live] = [hostsOf(TRADOVATE_DEMO), hostsOf(TRADOVATE_LIVE)];
  const sets: Record<string, { import?: unknown; net?: unknown }> = config.permissions;
  const expected = {
    ...{ "trade-tradovate-sandbox": ["127.0.0.1"], "trade-tradovate-demo": demo },
    ...{ "trade-tradovate-paper": ["127.0.0.1", ...demo], "trade-tradovate-live": live },
    ...{ "download-tradovate": demo, "doctor-tradovate": demo },
    ...{ "trade-projectx-sandbox": ["127.0.0.1"], "trade-projectx-demo": topstepx },
    ...{ "trade-projectx-paper": ["127.0.0.1", ...topstepx], "trade-projectx-live": topstepx },
    ...{ "download-projectx": topstepx, "doctor-projectx": topstepx },
  };
  for (const [set, hosts] of Object.entries(expected)) assertEquals(sets[set]?.net, hosts, set);
});

Deno.test("what runs, tests or checks code takes no module from outside, and no other lock", () => {
  const tasks: Record<string, { command: string }> = config.tasks;
  const calls = Object.values(tasks).flatMap(({ command }) => command.split(" && "))
    .map((call) => [...call.matchAll(/(?:^|\s)deno (\w+)(.*)/g)][0]!);
  for (const [call, verb, flags = ""] of calls) {
    if (verb === "task" || verb === "fmt" || verb === "lint") continue;
    // `deno doc` runs nothing and has no such flag.
    const closed = verb === "doc" ? /--frozen --no-remote / : /--cached-only --frozen /;
    assert(closed.test(flags), call);
  }
  const sets: Record<string, { import?: unknown }> = config.permissions;
  // From the cache only is not enough: a module taken as text is asked for at its host all the same.
  for (const set of Object.values(sets)) assertEquals(set.import, { deny: true });
  assertEquals(config.lock, { path: "./deno.lock", frozen: true });
  assertEquals(config.allowScripts.allow, []);
});

const HOSTS: Readonly<Record<string, boolean>> = {
  "db": true,
  "db.example": true,
  "my_db-1.example": true,
  "127.0.0.1": true,
  "[::1]": true,
  "": false,
  "*": false,
  "*.example": false,
  "a,b": false,
  "db:5432": false,
  "10.0.0.0/8": false,
  "/var/run/postgresql": false,
  "db --allow-read": false,
  'db" --allow-run "x': false,
  "$(touch pwned)": false,
  "db;id": false,
  "db\n--allow-all": false,
  "-db": false,
  "a..b": false,
};

for (const [host, isOne] of Object.entries(HOSTS)) {
  Deno.test(`tune:postgres ${isOne ? "takes" : "refuses"} ${JSON.stringify(host)} as its host`, async () => {
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "tune:postgres", "--help"],
      cwd: PROJECT,
      env: { PGHOST: host },
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, isOne ? 0 : 2, text);
    if (isOne) return;
    assertEquals(stdout.length, 0);
    assertEquals(
      [...text.matchAll(/^error: PGHOST: Cannot take .* \(name one server/gm)].length,
      1,
    );
  });
}

Deno.test("a copy without packages sets itself up in one command, from the lock alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const file of ["deno.json", "deno.lock"]) {
      await Deno.copyFile(join(PROJECT, file), join(folder, file));
    }
    await Deno.mkdir(join(folder, "cli"));
    await Deno.writeTextFile(
      join(folder, "cli/main.ts"),
      'import { z } from "zod"; console.log(z.string().parse("set up"));',
    );
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "compare"],
      cwd: folder,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), "set up\n");
    assertEquals(
      await Deno.readTextFile(join(folder, "deno.lock")),
      await Deno.readTextFile(join(PROJECT, "deno.lock")),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the ffi grants name the installed ONNX Runtime package and nothing else", () => {
  const version = config.imports["onnxruntime-node"].split("@").at(-1);
  const folder = `./node_modules/.deno/onnxruntime-node@${version}`;
  const sets: Record<string, { ffi?: unknown }> = config.permissions;
  for (const [name, { ffi }] of Object.entries(sets)) {
    assert(
      JSON.stringify(ffi) === JSON.stringify([folder]) || JSON.stringify(ffi) === '{"deny":true}',
      `${name}: ${JSON.stringify(ffi)}`,
    );
  }
});

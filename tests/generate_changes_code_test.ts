import { join } from "node:path";
import { command as backtest } from "../cli/backtest.ts";
import { command as data } from "../cli/data.ts";
import { command as demo } from "../cli/demo.ts";
import { command as leakCheck } from "../cli/leak_check.ts";
import { command as rl } from "../cli/rl.ts";
import { command as train } from "../cli/train.ts";
import { command as tune } from "../cli/tune.ts";
import { command as walkForward } from "../cli/walk_forward.ts";
import type { Change } from "../lib/codegen/change_set.ts";
import { codeChanges } from "../lib/codegen/code_changes.ts";
import { CONFIGURATION_KEYS } from "../lib/codegen/configuration_keys.ts";
import { createFileSystem } from "../lib/codegen/file_system.ts";
import { fileContent, PLAIN_MODE, PROGRAM_MODE } from "../lib/codegen/file_step.ts";
import { applyChanges, openTree, planChanges } from "../lib/codegen/generate_code_changes.ts";
import { InputError, RefusedError } from "../lib/core/errors.ts";
import { createRandom, type Random } from "../lib/core/random.ts";
import { applyDocument } from "../tasks/generate_changes.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  changeSet,
  NOON,
  type PlacedFiles,
  placeFiles,
  snapshot,
  VOUCHED,
} from "./fixtures/change_tree.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";

const files = createFileSystem();

/** Whether a file that becomes `after` from `before` is code. */
async function isCode(
  path: string,
  before: string | null,
  after: string | null,
  mode = PLAIN_MODE,
) {
  const version = (text: string | null, mode: number) =>
    text === null ? null : fileContent(new TextEncoder().encode(text), mode);
  const step = {
    path,
    before: await version(before, PLAIN_MODE),
    after: await version(after, mode),
  };
  return codeChanges([step]).length > 0;
}

Deno.test("only known keys of a user's configuration change without consent", async () => {
  const free: readonly (readonly [string, string | null, string | null])[] = [
    ["settings.json", '{"lots": 1}', '{"lots": 2}'],
    ["my/settings.jsonc", '{\n  // two\n  "lots": 1 }', '{ "lots": 2, "slippage-ticks": 2 }'],
    ["settings.json", null, '{"slippageTicks": 2, "trees": 300, "flatten": true}'],
    ["settings.json", '{"edge": 0.1}', null],
    ["settings.json", '{"model": "a", "lots": 1}', '{"model": "a", "lots": 3}'],
  ];
  for (const row of free) assertEquals(await isCode(...row), false, row.join(" | "));
  const code: readonly (readonly [string, string | null, string | null, number?])[] = [
    ["lib/a.ts", "1", "2"],
    ["a.js", "1", "2"],
    ["a.wasm", null, "x"],
    ["notes.md", "1", "2"],
    ["bars.csv", "1", "2"],
    ["deno.json", '{"lots": 1}', '{"lots": 2}'],
    ["DENO.jsonc", "{}", '{"lots": 2}'],
    ["deno.lock", "{}", '{"lots": 2}'],
    ["package.json", "{}", '{"lots": 2}'],
    ["sub/package.json", "{}", '{"lots": 2}'],
    ["import_map.json", "{}", '{"lots": 2}'],
    ["tsconfig.json", "{}", '{"lots": 2}'],
    [".npmrc", null, "registry=x"],
    [".ci/run", "1", "2"],
    [".ci/settings.json", "{}", '{"lots": 2}'],
    [".github/hooks/x.json", "{}", '{"lots": 2}'],
    [".vscode/settings.json", "{}", '{"lots": 2}'],
    ["lib/market/instruments.json", '{"lots": 1}', '{"lots": 2}'],
    ["tests/fixtures/golden.json", '{"lots": 1}', '{"lots": 2}'],
    ["settings.json", '{"lots": 1}', '{"lots": 1, "model": "other@2"}'],
    ["settings.json", '{"lots": 1}', '{"lots": 1, "storage": "postgresql://elsewhere/x"}'],
    ["settings.json", '{"lots": 1}', '{"lots": 1, "unchecked": true}'],
    ["settings.json", '{"lots": 1}', '{"lots": {"then": 1}}'],
    ["settings.json", '{"lots": 1}', '{"lots": 1, "__proto__": {"x": 1}}'],
    ["settings.json", '{"lots": 1}', "[1]"],
    ["settings.json", '{"lots": 1}', '{"lots": '],
    ["settings.json", '{"lots": 1}', '{"lots": 2}', PROGRAM_MODE],
    ["settings.json", "[1]", '{"lots": 2}'],
    ["settings.json", "[".repeat(1e5), '{"lots": 2}'],
  ];
  for (const row of code) assertEquals(await isCode(...row), true, row.join(" | ").slice(0, 200));
});

Deno.test("the known keys are flags of commands", () => {
  const commands = [backtest, data, demo, leakCheck, rl, train, tune, walkForward]
    .flatMap((command) => [command(), ...command().commands]);
  const flags = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));
  assertEquals(CONFIGURATION_KEYS.filter((key) => !flags.has(`--${key}`)), []);
});

const PROGRAM: PlacedFiles = {
  "deno.json": JSON.stringify(
    {
      exports: "./mod.ts",
      imports: { zod: "npm:zod@4.6.7" },
      tasks: { start: "deno run -q --no-lock --cached-only -P=start main.ts" },
      permissions: { start: { read: ["."] } },
    },
    null,
    2,
  ) + "\n",
  "deno.lock": '{"version": "5", "specifiers": {"npm:zod@4.6.7": "4.6.7"}}\n',
  "mod.ts": 'export { twice } from "./lib/twice.ts";\nexport type { Pair } from "./lib/pair.ts";\n',
  "main.ts": 'import { sum } from "./lib/sum.ts";\n' +
    'import words from "./lib/words.json" with { type: "json" };\n' +
    'const { greet } = await import("./lib/greet.ts");\n' +
    "console.log(greet(words.hello), sum([1, 2, 3]));\n",
  "lib/sum.ts": 'import { twice } from "./twice.ts";\n' +
    "export function sum(values: readonly number[]): number {\n" +
    "  return values.reduce((total, value) => total + twice(value), 0);\n}",
  "lib/twice.ts": "export const FACTOR = 2;\r\n\r\nexport function twice(value: number): number " +
    "{\r\n  return FACTOR * value;\r\n}\r\n",
  "lib/greet.ts": 'import type { Pair } from "./pair.ts";\n' +
    "export function greet(word: string): string {\n  const pair: Pair = [word, '!'];\n" +
    "  return pair.join('');\n}\n",
  "lib/pair.ts": "export type Pair = readonly [string, string];\n",
  "lib/größe.ts":
    'export const thread = () => new Worker(new URL("./worker.ts", import.meta.url));\n',
  "lib/worker.ts": "postMessage(1);\n",
  "lib/words.json": '{ "hello": "hej" }\n',
};

const edit = (path: string, search: string, replace: string): Change => ({
  kind: "edit",
  path,
  search,
  replace,
});

/** Changes after which the program does not load, and what is said of them. */
const UNLOADABLE: Readonly<Record<string, readonly [Change, string]>> = {
  "a syntax error": [edit("lib/sum.ts", "=> total", "=> => total"), "lib/sum.ts: "],
  "an export that is gone": [
    edit("lib/twice.ts", "export function twice", "function twice"),
    "'twice'",
  ],
  "an import of nothing": [
    edit("main.ts", "import { sum }", "import { sum, difference }"),
    "'difference'",
  ],
  "a module that is gone": [{ kind: "delete", path: "lib/twice.ts" }, "names lib/twice.ts"],
  "a module that is loaded late and gone": [
    { kind: "delete", path: "lib/greet.ts" },
    "names lib/greet.ts",
  ],
  "a thread that is gone": [{ kind: "delete", path: "lib/worker.ts" }, "names lib/worker.ts"],
  "a module that has moved": [
    { kind: "rename", path: "lib/sum.ts", to: "lib/total.ts" },
    "names lib/sum.ts",
  ],
  "a package that nobody maps": [
    edit("main.ts", "const { greet", 'import "left-pad";\nconst { greet'),
    "left-pad",
  ],
  "JSON that is none": [edit("lib/words.json", "}", ""), "lib/words.json"],
  "a configuration that is none": [edit("deno.json", '"exports"', '"exports'), "deno.json"],
  "a set with a misspelt right": [
    edit("deno.json", '"read": [', '"raed": ['),
    "deno.json: permissions.start",
  ],
  "a task without its set": [edit("deno.json", "-P=start", "-P=begin"), "begin, which is not"],
  "a task without its program": [{ kind: "delete", path: "main.ts" }, "runs main.ts"],
  "an export of the package that is gone": [{ kind: "delete", path: "mod.ts" }, "exports mod.ts"],
  "a package that is not locked": [edit("deno.json", "zod@4.6.7", "zod@4.6.8"), "not in deno.lock"],
  "a lock that is none": [
    { kind: "file", path: "deno.lock", content: "{" },
    "lock, deno.lock, cannot",
  ],
};

Deno.test("a change after which the project would not load is not made", async (t) => {
  for (const [name, [change, words]] of Object.entries(UNLOADABLE)) {
    await t.step(name, () =>
      inFolder(async (root) => {
        placeFiles(files, root, PROGRAM);
        const before = snapshot(files, root, { times: true });
        const tree = openTree(root, { now: () => NOON });
        const consent = { ...VOUCHED, allowPermissionChanges: true };
        const applied = applyChanges(tree, changeSet(change), consent);
        await assertRejects(applied, InputError, "would no longer load");
        await assertRejects(applyChanges(tree, changeSet(change), consent), InputError, words);
        assertEquals(snapshot(files, root, { times: true }), before);
      }));
  }
});

Deno.test("what loads, and what did not load before, is let through", async () => {
  const fine: readonly (readonly Change[])[] = [
    [edit("lib/greet.ts", "import type { Pair }", "import { type Pair }")],
    [edit("lib/greet.ts", "import type { Pair }", "import { Pair }")],
    [
      edit("lib/twice.ts", "export function twice", "export function double"),
      edit("lib/sum.ts", "import { twice }", "import { double as twice }"),
      edit("mod.ts", "export { twice }", "export { double }"),
    ],
    [edit("main.ts", "const { greet", 'import { z } from "zod";\nconst { greet')],
    [{ kind: "file", path: "lib/later.ts", content: 'export * from "node:path";\n' }],
  ];
  for (const changes of fine) {
    await inFolder(async (root) => {
      placeFiles(files, root, { ...PROGRAM, "lib/broken.ts": "const = 1;\n" });
      const tree = openTree(root, { now: () => NOON });
      const { record } = await applyChanges(tree, changeSet(...changes), VOUCHED);
      assert(record.files.length > 0);
    });
  }
});

Deno.test("code changes only by the hash of the plan that was looked at", async () => {
  await inFolder(async (root) => {
    placeFiles(files, root, { ...PROGRAM, "settings.json": '{"lots": 1}\n' });
    const tree = openTree(root, { now: () => NOON });
    const code = changeSet(edit("lib/sum.ts", "0)", "1)"));
    const { codeChanges, sha256 } = await planChanges(tree, code);
    assertEquals(codeChanges, ["lib/sum.ts"]);
    await assertRejects(applyChanges(tree, code), RefusedError, `--allow-code ${sha256}`);
    const wrong = "0".repeat(64);
    await assertRejects(
      applyChanges(tree, code, { allowCode: wrong }),
      RefusedError,
      `${wrong} is another plan`,
    );
    const settings = changeSet({
      kind: "settings",
      path: "settings.json",
      set: [{ at: ["lots"], value: 2 }],
    });
    assertEquals((await planChanges(tree, settings)).codeChanges, []);
    await applyChanges(tree, settings);
    await applyChanges(tree, code, { allowCode: sha256 });
    assert(Deno.readTextFileSync(join(root, "lib/sum.ts")).includes("1)"));
  });
});

/** Edits that load and break what runs, for a random place of the program. */
const BREAKING: readonly ((random: Random, index: number) => readonly Change[])[] = [
  (random, index) => {
    const [path, ...search] = pick(random, [
      ["main.ts", "console.log("],
      ["lib/sum.ts", "export function"],
      ["lib/twice.ts", "export const"],
      ["lib/greet.ts", "export function"],
    ]);
    return [edit(path!, search[0]!, `throw new Error("broken ${index}");\n${search[0]}`)];
  },
  (random, index) => {
    const [path, search] = pick(random, [
      ["main.ts", "greet(words"],
      ["lib/sum.ts", "twice(value"],
      [
        "lib/greet.ts",
        "pair.join",
      ],
    ]);
    return [edit(path!, search!, `missing${index}.${search}`)];
  },
  (_, index) => [
    { kind: "file", path: `lib/new ${index}/é.ts`, content: `Deno.exit(${1 + index % 9});` },
    edit("main.ts", "console.log(", `await import("./lib/new ${index}/é.ts");\nconsole.log(`),
  ],
  (random) => [
    edit(
      "deno.json",
      '"exports"',
      `"nodeModulesDir": "${pick(random, ["x", "y", "z"])}", "exports"`,
    ),
  ],
  (_, index) => [edit("deno.json", '"start": "deno', `"start${index}": "deno`)],
  (_, index) => [edit("deno.json", '"read": [', `"net": ["no host ${index}"], "read": [`)],
  (_, index) => [
    { kind: "rename", path: "lib/twice.ts", to: `lib/moved${index}/twice.ts` },
    edit("lib/sum.ts", "./twice.ts", `./moved${index}/twice.ts`),
    edit("mod.ts", "./lib/twice.ts", `./lib/moved${index}/twice.ts`),
    edit("lib/greet.ts", "export function", `null.x${index};\nexport function`),
  ],
  (_, index) => [
    { kind: "file", path: "lib/words.json", content: `[${index}]` },
    edit("main.ts", "words.hello", "words.hello.length.x.y"),
  ],
];

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}

async function starts(root: string): Promise<boolean> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "start"],
    cwd: root,
    stdout: "null",
    stderr: "null",
  }).output();
  return output.success;
}

Deno.test("each of 200 edits that break the program is undone by the printed command", async () => {
  await inFolder(async (folder) => {
    // Below a repository, and in a folder whose name a shell would take apart.
    const root = join(folder, "repository", "it's a tree");
    Deno.mkdirSync(root, { recursive: true });
    await new Deno.Command("git", { args: ["init", "-q"], cwd: join(folder, "repository") })
      .output();
    placeFiles(files, root, { ...PROGRAM, "deno.lock": '{"version": "5"}\n' });
    await applyChanges(
      openTree(root, { now: () => NOON }),
      changeSet(edit("deno.json", '"zod": "npm:zod@4.6.7"', "")),
      VOUCHED,
    );
    assert(await starts(root));
    const before = contents(root);
    const random = createRandom(20240102);
    for (let index = 0; index < 200; index++) {
      const tree = openTree(root, { now: () => NOON + index });
      const changes = BREAKING[index % BREAKING.length]!(random, index);
      const applied = await applyChanges(tree, changeSet(...changes), {
        ...VOUCHED,
        allowPermissionChanges: true,
      });
      assert(contents(root).join() !== before.join());
      // Starting a program 200 times would take longer than it tells: each kind four times.
      if (index % 50 < BREAKING.length) assert(!await starts(root), JSON.stringify(changes));
      const { undo } = applyDocument(applied, tree);
      const { success, stderr } = await new Deno.Command("sh", {
        args: ["-c", undo],
        cwd: folder,
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      assertEquals(contents(root), before, undo);
    }
    assert(await starts(root));
  });
});

/** Contents without folders, which a patch does not know. */
function contents(root: string): readonly string[] {
  return Object.entries(snapshot(files, root, { times: false }))
    .flatMap(([path, found]) => found === "folder" ? [] : [`${path} ${found}`]);
}

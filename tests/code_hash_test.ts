import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../lib/core/errors.ts";
import { codeSha256 } from "../lib/core/code_hash.ts";
import { type CodeHash, decidingFiles, hashCode } from "../lib/core/deciding_files.ts";
import { PROJECT_FOLDER } from "../lib/core/project_folders.ts";
import { VERSION } from "../lib/core/versions.ts";
import { assert, assertEquals } from "./assert.ts";
import { assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

/** Files that tell nothing of decisions, one of each kind. */
const SHOWING = [
  ...["lib/report/page.css", "lib/report/render_page.ts", "lib/codegen/plan.ts"],
  ...["lib/core/canonical_json_test.ts", "tests/code_hash_test.ts", "tasks/models_test.ts"],
  ...["cli/backtest_summary.ts", "cli/main.ts", "tasks/doctor.ts"],
  ...["docs/architecture.md", "README.md", "mod.ts"],
];

/** A copy of what the hash reads, and of what it must not read. */
function inCopy(test: (folder: string) => void | Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const deciding = decidingFiles(PROJECT_FOLDER).map(([path]) => path);
    const commands = [...Deno.readDirSync(join(PROJECT_FOLDER, "cli"))]
      .map(({ name }) => `cli/${name}`);
    for (const path of [...deciding, ...commands, ...SHOWING, "deno.json", "deno.lock"]) {
      Deno.mkdirSync(join(folder, dirname(path)), { recursive: true });
      Deno.copyFileSync(join(PROJECT_FOLDER, path), join(folder, path));
    }
    await test(folder);
  });
}

/** The hash after one byte of a file was changed, which is then put back. */
function changed(folder: string, path: string): CodeHash {
  const file = join(folder, path);
  const bytes = Deno.readFileSync(file);
  const other = bytes.slice();
  other[other.length - 1]! ^= 1;
  Deno.writeFileSync(file, other);
  try {
    return hashCode(folder);
  } finally {
    Deno.writeFileSync(file, bytes);
  }
}

function edit(folder: string, path: string, change: (text: string) => string): void {
  const file = join(folder, path);
  Deno.writeTextFileSync(file, change(Deno.readTextFileSync(file)));
}

Deno.test("one byte of a deciding file changes the code hash and names its part, of each kind", () =>
  inCopy((folder) => {
    const before = hashCode(folder);
    assertEquals(before, hashCode(PROJECT_FOLDER));
    const paths = decidingFiles(folder).map(([path]) => path);
    const rooms = Object.keys(before.parts).filter((part) => part.startsWith("lib/"));
    assert(rooms.length > 20, rooms.join(", "));
    const kinds = [
      ...rooms.map((room) => paths.find((path) => path.startsWith(`${room}/`))!),
      ...["tasks/train.ts", "tasks/walk_forward.ts", "tasks/demo/comparison.ts"],
      // Reached by new Worker(), import() and a command that calls no task.
      ...["lib/tensor/kernel_worker.ts", "lib/evaluation/tuning/thread.ts"],
      ...["lib/models/network/fit_network.ts", "lib/evaluation/rl/learn_log.ts"],
      ...["lib/tensor/kernels.wasm", "deno.lock"],
    ];
    for (const path of kinds) {
      const after = changed(folder, path);
      assert(after.sha256 !== before.sha256, path);
      const parts = Object.keys(before.parts)
        .filter((part) => after.parts[part] !== before.parts[part]);
      const [top = "", room] = path.split("/");
      const part = path === "deno.lock" ? "packages" : top === "lib" ? `${top}/${room}` : top;
      assertEquals(parts, [part], path);
    }
    edit(folder, "deno.json", (text) => text.replace("npm:zod@4.6.7", "npm:zod@4.6.8"));
    assert(hashCode(folder).parts["packages"] !== before.parts["packages"]);
  }));

Deno.test("shipped data change the code hash, imported, located or in a folder", () =>
  inCopy((folder) => {
    const instruments = hashCode(folder);
    const cme = changed(folder, "lib/market/instruments/cme.json");
    assert(cme.sha256 !== instruments.sha256);
    assert(cme.parts["lib/market"] !== instruments.parts["lib/market"]);
    edit(
      folder,
      "lib/market/instruments.ts",
      (text) =>
        'import table from "./table.json" with { type: "json" };\n' +
        'const FEES = new URL("fees.json", import.meta.url);\n' +
        `const MARGINS = new URL("./margins/", import.meta.url);\n${text}`,
    );
    Deno.mkdirSync(join(folder, "lib/market/margins"));
    const data = ["table.json", "fees.json", "margins/cme.json"]
      .map((name) => `lib/market/${name}`);
    for (const path of data) Deno.writeTextFileSync(join(folder, path), '{ "tick": 0.25 }\n');
    const before = hashCode(folder);
    for (const path of data) assert(changed(folder, path).sha256 !== before.sha256, path);
    Deno.removeSync(join(folder, data[0]!));
    assertThrows(() => hashCode(folder), InputError, "lib/market/table.json: Cannot read");
  }));

Deno.test("a changed test, page, text, command line or task setting leaves the code hash", () =>
  inCopy((folder) => {
    const before = hashCode(folder);
    for (const path of SHOWING) assertEquals(changed(folder, path), before, path);
    edit(folder, "deno.json", (text) => text.replace('"description": "', '"description": "Now '));
    assertEquals(hashCode(folder), before);
    // A user's own instruments are hashed one by one, where they are used.
    Deno.writeTextFileSync(join(folder, "instruments.json"), '{ "format": 1, "instruments": [] }');
    assertEquals(hashCode(folder), before);
  }));

Deno.test("the code hash follows every import that Deno follows", () =>
  inFolder(async (folder) => {
    const deciding = decidingFiles(PROJECT_FOLDER).map(([path]) => path);
    const sources = [...deciding.filter((path) => path.endsWith(".ts")), "cli/train.ts"];
    assert(sources.length > 300, `only ${sources.length} files`);
    const entry = join(folder, "entry.ts");
    const root = `${pathToFileURL(PROJECT_FOLDER).href}/`;
    await Deno.writeTextFile(entry, sources.map((path) => `import "${root}${path}";\n`).join(""));
    const config = join(PROJECT_FOLDER, "deno.json");
    const { modules } = JSON.parse(await deno(["info", "--json", "--config", config, entry])) as {
      readonly modules: readonly {
        readonly specifier: string;
        readonly dependencies?: readonly { readonly code?: { readonly specifier?: string } }[];
      }[];
    };
    const known = new Set(deciding);
    const missed = modules.filter(({ specifier }) => known.has(specifier.slice(root.length)))
      .flatMap(({ dependencies = [] }) => dependencies.map(({ code }) => code?.specifier ?? ""))
      .filter((specifier) => specifier.startsWith(root))
      .map((specifier) => specifier.slice(root.length))
      .filter((path) => !known.has(path) && !/^lib\/(?:report|codegen)\/|^deno\.json$/.test(path));
    assertEquals(missed, []);
  }));

Deno.test("deciding files name no file that the code hash cannot follow", () => {
  const decoder = new TextDecoder();
  // They say where the project lies, and name nothing in it.
  const own = ["lib/core/code_hash.ts", "lib/core/project_folders.ts"];
  const unclear = decidingFiles(PROJECT_FOLDER)
    .filter(([path]) => path.endsWith(".ts") && !own.includes(path))
    .flatMap(([path, bytes]) =>
      decoder.decode(bytes).replace(/^\s*\/\*[\s\S]*?\*\//gm, "")
        .replaceAll(/\bnew URL\(\s*"[^"]+",\s*import\.meta\.url/g, "")
        .replaceAll(/\b(?:import|import\.meta\.resolve)\(\s*"/g, "")
        .split("\n")
        .filter((line) => /\bimport\(|\bimport\.meta\b/.test(line))
        .map((line) => `${path}: ${line.trim()}`)
    );
  assertEquals(unclear, []);
});

Deno.test("a bundle knows the hash of the checkout that it was made from", () =>
  inFolder(async (folder) => {
    const entry = join(folder, "entry.ts");
    const core = `${pathToFileURL(PROJECT_FOLDER).href}/lib/core`;
    await Deno.writeTextFile(
      entry,
      `import { codeSha256 } from "${core}/code_hash.ts";\n` +
        `import { VERSION } from "${core}/versions.ts";\n` +
        "console.log(codeSha256(), VERSION);\n",
    );
    const embed = join(PROJECT_FOLDER, "lib/core/embed_code_hash.ts");
    const grants = [`--allow-read=${PROJECT_FOLDER}`, `--allow-write=${folder}`];
    const map = (await deno(["run", "-q", "--no-prompt", ...grants, embed, folder])).trim();
    const bundle = join(folder, "bundle.js"), bare = join(folder, "bare.js");
    await deno(["bundle", "-q", "--import-map", map, "-o", bundle, entry]);
    // It reads nothing: it has no permission at all.
    const run = ["run", "-q", "--no-prompt", "--no-config"];
    assertEquals(await deno([...run, bundle]), `${codeSha256()} ${VERSION}\n`);

    const config = join(PROJECT_FOLDER, "deno.json");
    await deno(["bundle", "-q", "--config", config, "-o", bare, entry]);
    const failure = await deno([...run, bare]).catch((error: Error) => error.message);
    assert(failure.includes("it is a bundle without a hash (bundle it with"), failure);
  }));

async function deno(args: readonly string[]): Promise<string> {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1" },
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

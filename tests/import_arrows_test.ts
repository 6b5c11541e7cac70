import { assert, assertEquals } from "./assert.ts";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What each room of `lib` may import besides itself and `core`, and through it whatever that may
 * import; docs/architecture.md draws the same arrows.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  market: ["core"],
  db: ["core"],
  statistics: ["core"],
  tensor: ["core"],
  onnx: ["core"],
  codegen: ["core"],
  records: ["statistics"],
  data: ["market"],
  simulator: ["market"],
  features: ["market", "statistics"],
  labels: ["market", "statistics"],
  trading: ["market"],
  risk: ["trading", "statistics"],
  execution: ["trading", "db"],
  strategies: ["trading"],
  blend: ["trading", "statistics"],
  feeds: ["trading", "data", "simulator", "network"],
  engine: ["trading", "risk"],
  journal: ["trading", "db"],
  network: ["trading"],
  sandbox: ["trading"],
  monitor: ["trading", "db"],
  models: ["features", "labels", "tensor", "onnx", "records"],
  training: ["models", "data", "trading"],
  rl: ["models", "engine", "execution", "strategies"],
  tuning: ["db", "statistics"],
  registry: ["tuning", "records"],
  system: ["registry", "rl", "blend", "data"],
  venues: ["feeds"],
  live: ["system", "journal", "feeds"],
  evaluation: ["system", "training", "simulator", "journal"],
  report: ["records"],
  improve: ["live", "evaluation"],
};
const ROOMS = Object.keys(ARROWS);

/** Modules that compute only: no file, network, process or clock. */
const PURE = ["market", "trading", "statistics", "risk", "blend", "strategies", "engine", "labels"];

/** npm packages that only one room may know. */
const OWNED_PACKAGES: Readonly<Record<string, string>> = {
  "onnxruntime-node": "lib/onnx",
  "onnxruntime-web": "lib/onnx",
  "node:sqlite": "lib/db",
  pg: "lib/db",
  "@tensorflow/tfjs": "lib/tensor",
  "@tensorflow/tfjs-backend-wasm": "lib/tensor",
  "@tensorflow/tfjs-backend-webgpu": "lib/tensor",
  assemblyscript: "lib/tensor",
  commander: "cli",
  diff: "lib/codegen",
  hyparquet: "lib/data",
  "jsonc-parser": "lib/codegen",
  "@logtape/logtape": "lib/monitor",
};

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(folder: string): Source[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return sources(path);
    if (!entry.name.endsWith(".ts") || entry.name.endsWith("_test.ts")) return [];
    const text = Deno.readTextFileSync(join(PROJECT, path));
    return [{ path, text, imports: importsOf(text) }];
  });
}

/** The room of a path in `lib`, the command of one in `tasks`, else the top folder or file. */
function partOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  if (first === "lib") return `lib/${second}`;
  return first === "tasks" ? `tasks/${second.replace(/\.ts$/, "")}` : first;
}

/** Static imports, re-exports and dynamic imports; doc comments hold examples, not imports. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["']([^"']+)["']/g;
  return [...code.matchAll(pattern)].map((match) => match[1]!);
}

/** Everything that a room may import, its own arrows followed to their ends. */
function reachable(room: string, known: Set<string> = new Set()): ReadonlySet<string> {
  for (const next of ARROWS[room] ?? []) {
    if (known.has(next)) continue;
    known.add(next);
    reachable(next, known);
  }
  return known;
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const [top, name = ""] = from.split("/");
  const isRoom = to.startsWith("lib/");
  if (top === "lib") {
    // The manifest of the project is part of what core knows about the program.
    return (isRoom && reachable(name).has(to.slice(4))) ||
      (from === "lib/core" && to === "deno.json");
  }
  // Commands never import commands.
  if (top === "tasks") return isRoom || to === "deno.json";
  return isRoom || to.startsWith("tasks/");
}

const SOURCES = ["lib", "tasks", "cli"].flatMap(sources);

Deno.test("imports follow the arrows of docs/architecture.md", () => {
  const wrong = SOURCES.flatMap((source) =>
    source.imports.filter((specifier) => specifier.startsWith(".")).flatMap((specifier) => {
      const target = relative(PROJECT, join(PROJECT, dirname(source.path), specifier));
      return mayImport(partOf(source.path), partOf(target)) ? [] : [`${source.path} -> ${target}`];
    })
  );
  assertEquals(wrong, []);
});

/** Faces beside a room's `mod.ts`: what trains is apart from what serves, TensorFlow.js from both. */
const FURTHER_FACES = [
  "core/program",
  "core/random",
  "execution/paper",
  "models/networks",
  "models/training",
  "rl/training",
  "tensor/training",
]
  .map((face) => `lib/${face}.ts`);

Deno.test("a room with a face is imported through it", () => {
  const paths = new Set(SOURCES.map(({ path }) => path));
  const wrong = SOURCES.flatMap((source) =>
    source.imports.filter((specifier) => specifier.startsWith(".")).flatMap((specifier) => {
      const target = join(dirname(source.path), specifier);
      const room = partOf(target), face = `${room}/mod.ts`;
      if (room === partOf(source.path) || !room.startsWith("lib/") || !paths.has(face)) return [];
      const isFace = target === face || FURTHER_FACES.includes(target);
      return isFace ? [] : [`${source.path} -> ${target}, which ${face} does not stand for`];
    })
  );
  assertEquals(wrong, []);
});

Deno.test("every room of lib has its arrows written down, and no arrow points at nothing", () => {
  const rooms = [...new Set(SOURCES.map(({ path }) => partOf(path)))]
    .filter((part) => part.startsWith("lib/")).map((part) => part.slice(4));
  assertEquals(rooms.toSorted(), ROOMS.toSorted());
  const named = Object.values(ARROWS).flat();
  assertEquals(named.filter((room) => !(room in ARROWS)), []);
});

Deno.test("no room reaches itself by its arrows", () => {
  assertEquals(ROOMS.filter((room) => reachable(room).has(room)), []);
});

Deno.test("a double of a venue and its client never know one another", () => {
  const pairs = [["sandbox", "venues"], ["venues", "sandbox"], ["sandbox", "feeds"]] as const;
  for (const [from, to] of pairs) {
    assert(ROOMS.includes(from) && ROOMS.includes(to), `${from} or ${to} is no room`);
    assert(!reachable(from).has(to), `${from} can reach ${to}`);
  }
});

Deno.test("no two modules of lib import each other in a circle", () => {
  const graph = new Map(SOURCES.map((source) => [
    source.path,
    source.imports.filter((specifier) => specifier.startsWith("."))
      .map((specifier) => join(dirname(source.path), specifier)),
  ]));
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    }
    if (finished.has(path) || trail.includes(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("pure parts touch no file, network, process, clock or hidden randomness", () => {
  const forbidden =
    /\bDeno\.|\bfetch\(|\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(|node:fs/;
  const wrong = SOURCES.filter((source) => PURE.includes(partOf(source.path).slice(4)))
    .filter((source) => forbidden.test(source.text.replace(/\/\*[\s\S]*?\*\//g, "")))
    .map((source) => source.path);
  assertEquals(wrong, []);
});

Deno.test("nothing in lib reads the wall clock or Math.random", () => {
  const wrong = SOURCES.filter((source) => source.path.startsWith("lib/"))
    .filter((source) => /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)/.test(source.text))
    .map((source) => source.path);
  assertEquals(wrong, []);
});

Deno.test("each npm package with a port in front is imported by its port alone", () => {
  const wrong = SOURCES.flatMap((source) =>
    source.imports.filter((specifier) => {
      const owner = OWNED_PACKAGES[specifier];
      return owner !== undefined && !source.path.startsWith(`${owner}/`);
    }).map((specifier) => `${source.path} -> ${specifier}`)
  );
  assertEquals(wrong, []);
});

Deno.test("an exported name has one meaning in the whole repository", () => {
  const homes = new Map<string, string[]>();
  for (const { path, text } of SOURCES) {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
    const names = code.matchAll(
      /^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm,
    );
    for (const name of new Set(Array.from(names, ([, name = ""]) => name))) {
      // Overloads and a type beside its constant are one name; every command file has a `command`.
      if (name !== "command") homes.set(name, [...homes.get(name) ?? [], path]);
    }
  }
  assertEquals([...homes].filter(([, paths]) => paths.length > 1), []);
});

Deno.test("mod.ts names each export", () => {
  const text = Deno.readTextFileSync(join(PROJECT, "mod.ts"));
  assertEquals(/export\s*\*/.test(text), false);
});

/** Rooms that trade, or load what decides a trade. */
const SERVING = [
  "blend",
  "engine",
  "execution",
  "feeds",
  "journal",
  "onnx",
  "registry",
  "strategies",
  "system",
];

/** Imports that are still there when types are gone. */
function loadedBy(path: string): string[] {
  const code = Deno.readTextFileSync(join(PROJECT, path)).replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\b(?:im|ex)port\s+type\b[^;]*;/g, "")
    .replace(/\b(?:im|ex)port\s*\{(?:\s*type\s+[^,}]+,?)+\s*\}\s*from[^;]*;/g, "");
  return importsOf(code);
}

Deno.test("what serves never loads TensorFlow.js, not even later", () => {
  const starts = SOURCES.map(({ path }) => path)
    .filter((path) => SERVING.includes(partOf(path).slice(4)));
  const trails = new Map(starts.map((path) => [path, path]));
  for (const [path, trail] of trails) {
    if (!path.endsWith(".ts")) continue;
    for (const specifier of loadedBy(path)) {
      const next = specifier.startsWith(".") ? join(dirname(path), specifier) : specifier;
      if (!trails.has(next)) trails.set(next, `${trail} -> ${next}`);
    }
  }
  const wrong = [...trails].filter(([path]) => path.startsWith("@tensorflow/"));
  assertEquals(wrong.map(([, trail]) => trail), []);
  assert(trails.has("onnxruntime-web/wasm"), "the walk ends before the runtime that serves");
});

import { assertEquals } from "../lib/utils/assert.ts";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each part may import besides itself; docs/architecture.md draws the same arrows. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "lib/utils": [],
  "lib/domain": ["lib/utils"],
  "lib/portfolio": ["lib/domain", "lib/utils"],
  "lib/data": ["lib/domain", "lib/utils"],
  "lib/db": ["lib/domain", "lib/utils"],
  "lib/onnx": ["lib/domain", "lib/utils"],
  "lib/tensor": ["lib/utils"],
  "lib/ml": ["lib/tensor", "lib/onnx", "lib/domain", "lib/utils"],
  "lib/strategy": ["lib/portfolio", "lib/domain", "lib/utils"],
  "lib/execution": ["lib/portfolio", "lib/domain", "lib/utils"],
  "lib/validation": ["lib/portfolio", "lib/domain", "lib/utils"],
  "lib/report": ["lib/portfolio", "lib/domain", "lib/utils"],
  "lib/codegen": ["lib/domain", "lib/utils"],
  "lib/adaptive": [
    "lib/ml",
    "lib/tensor",
    "lib/onnx",
    "lib/strategy",
    "lib/execution",
    "lib/portfolio",
    "lib/db",
    "lib/domain",
    "lib/utils",
  ],
};
const ALL_OF_LIB = Object.keys(ARROWS);
const OUTER: Readonly<Record<string, readonly string[]>> = {
  tasks: [...ALL_OF_LIB, "deno.json"],
  cli: ["tasks", ...ALL_OF_LIB],
  "mod.ts": ["tasks", ...ALL_OF_LIB],
};
const ALLOWED = { ...ARROWS, ...OUTER };

/** Modules that compute only: no file, network, process or clock. */
const PURE = ["lib/domain", "lib/portfolio", "lib/validation", "lib/strategy"];

/** npm packages that only one part may know. */
const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-node": ["lib/onnx"],
  "onnxruntime-web": ["lib/onnx"],
  "node:sqlite": ["lib/db", "lib/adaptive"],
  pg: ["lib/adaptive"],
  "@tensorflow/tfjs": ["lib/tensor"],
  "@tensorflow/tfjs-backend-wasm": ["lib/tensor"],
  "@tensorflow/tfjs-backend-webgpu": ["lib/tensor"],
  assemblyscript: ["lib/tensor"],
  commander: ["cli"],
  diff: ["lib/codegen"],
  hyparquet: ["lib/data"],
  "jsonc-parser": ["lib/codegen"],
};

interface Source {
  readonly path: string;
  readonly part: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(folder: string): Source[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return sources(path);
    if (!entry.name.endsWith(".ts") || entry.name.endsWith("_test.ts")) return [];
    const text = Deno.readTextFileSync(join(PROJECT, path));
    return [{ path, part: partOf(path), text, imports: importsOf(text) }];
  });
}

function partOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "lib" ? `${first}/${second}` : first;
}

/** Static imports, re-exports and dynamic imports; doc comments hold examples, not imports. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["']([^"']+)["']/g;
  return [...code.matchAll(pattern)].map((match) => match[1]!);
}

const SOURCES = ["lib", "tasks", "cli"].flatMap(sources);

Deno.test("imports follow the arrows of docs/architecture.md", () => {
  const wrong = SOURCES.flatMap((source) =>
    source.imports.filter((specifier) => specifier.startsWith(".")).flatMap((specifier) => {
      const target = relative(PROJECT, join(PROJECT, dirname(source.path), specifier));
      const part = partOf(target);
      const allowed = ALLOWED[source.part]?.includes(part) || part === source.part;
      return allowed ? [] : [`${source.path} -> ${target}`];
    })
  );
  assertEquals(wrong, []);
});

Deno.test("every folder of lib has its arrows written down", () => {
  const parts = [...new Set(SOURCES.map((source) => source.part))];
  assertEquals(parts.filter((part) => !(part in ALLOWED)), []);
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
  const wrong = SOURCES.filter((source) => PURE.includes(source.part))
    .filter((source) => forbidden.test(source.text.replace(/\/\*[\s\S]*?\*\//g, "")))
    .map((source) => source.path);
  assertEquals(wrong, []);
});

Deno.test("nothing in lib reads the wall clock or Math.random", () => {
  const wrong = SOURCES.filter((source) => source.part.startsWith("lib/"))
    .filter((source) => /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)/.test(source.text))
    .map((source) => source.path);
  assertEquals(wrong, []);
});

Deno.test("each npm package with a port in front is imported by its port alone", () => {
  const wrong = SOURCES.flatMap((source) =>
    source.imports.filter((specifier) => {
      const owners = OWNED_PACKAGES[specifier];
      return owners !== undefined && !owners.includes(source.part);
    }).map((specifier) => `${source.path} -> ${specifier}`)
  );
  assertEquals(wrong, []);
});

Deno.test("mod.ts names each export", () => {
  const text = Deno.readTextFileSync(join(PROJECT, "mod.ts"));
  assertEquals(/export\s*\*/.test(text), false);
});

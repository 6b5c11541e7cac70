import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "./sha256.ts";
import manifest from "../../deno.json" with { type: "json" };

/** Folder that holds `deno.json`; permissions and default outputs are relative to it. */
export const PROJECT_FOLDER: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the registry and its artifacts live. */
export const MODELS_FOLDER: string = join(PROJECT_FOLDER, "models");

/** Where reports are written. */
export const REPORTS_FOLDER: string = join(PROJECT_FOLDER, "reports");

/** Where studies and the trial ledger live unless a URL says otherwise. */
export const TUNING_STORAGE: string = join(MODELS_FOLDER, "tuning.db");

/** Where converted and simulated bars are written unless a path says otherwise. */
export const DATA_FOLDER: string = join(PROJECT_FOLDER, "data");

/** Version of the toolkit. */
export const VERSION: string = manifest.version;

/** Versions that a result depends on. */
export function versions(): Record<string, string> {
  const npm = (name: "onnxruntime-node" | "onnxruntime-web" | "@tensorflow/tfjs"): string =>
    manifest.imports[name].split("@").at(-1) ?? "unknown";
  return {
    "trading-ai": VERSION,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    "onnxruntime-node": npm("onnxruntime-node"),
    "onnxruntime-web": npm("onnxruntime-web"),
    "@tensorflow/tfjs": npm("@tensorflow/tfjs"),
  };
}

/** The machine in words, for example `2 × AMD EPYC, x86_64-unknown-linux-gnu`. */
export function hardware(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}, ${Deno.build.target}`;
}

/** SHA-256 over every source file of `lib/` and the compiled kernels in path order: which code made a result. */
export async function codeSha256(): Promise<string> {
  const lib = join(PROJECT_FOLDER, "lib");
  const hashes: string[] = [];
  for (const path of sourceFiles(lib)) {
    hashes.push(`${path.slice(lib.length)} ${await sha256Hex(await Deno.readFile(path))}`);
  }
  return sha256Hex(new TextEncoder().encode(hashes.join("\n")));
}

function sourceFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return sourceFiles(path);
    const isSource = /\.(ts|wasm)$/.test(entry.name) && !entry.name.endsWith("_test.ts");
    return isSource ? [path] : [];
  }).sort();
}

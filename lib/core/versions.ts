import manifest from "../../deno.json" with { type: "json" };

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

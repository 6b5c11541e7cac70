import { cpus } from "node:os";

/** The machine in words, for example `2 × AMD EPYC, x86_64-unknown-linux-gnu`. */
export function hardware(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}, ${Deno.build.target}`;
}

import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { codeHash } from "./code_hash.ts";
import type { CodeHash } from "./deciding_files.ts";
import manifest from "../../deno.json" with { type: "json" };

/**
 * Writes into a folder what a bundle needs to know by which code it decides, as there are no source
 * files beside it: a module with the hash, and an import map that puts it in the place of
 * `embedded_code_hash.ts`. Bundle with `deno bundle --import-map <folder>/import_map.json`.
 *
 * Permissions: `--allow-read=<project folder> --allow-write=<folder>`.
 *
 * @param folder exists already, outside the sources
 * @param hash of the sources that are bundled
 * @returns path of the import map
 */
export function embedCodeHash(folder: string, hash: CodeHash = codeHash()): string {
  const module = join(resolve(folder), "embedded_code_hash.ts");
  Deno.writeTextFileSync(
    module,
    `export const EMBEDDED_CODE_HASH = ${JSON.stringify(hash, null, 2)};\n`,
  );
  const replaced = new URL("./embedded_code_hash.ts", import.meta.url).href;
  const imports = { ...manifest.imports, [replaced]: pathToFileURL(module).href };
  const map = join(resolve(folder), "import_map.json");
  Deno.writeTextFileSync(map, `${JSON.stringify({ imports }, null, 2)}\n`);
  return map;
}

if (import.meta.main) {
  const [folder = "."] = Deno.args;
  console.log(embedCodeHash(folder));
}

import asc from "assemblyscript/asc";

const SOURCES = new URL("./", import.meta.url);
/** The compiled kernels, which are committed so that nobody needs the compiler to train. */
export const KERNELS_FILE: URL = new URL("../kernels.wasm", import.meta.url);
/** Pages of 64 KiB that the kernels' memory begins with, and may grow to. */
export const MEMORY_PAGES = { initial: 64, maximum: 49_152 } as const;

const OPTIONS = [
  "-O3",
  "--noAssert",
  "--runtime=stub",
  "--enable=simd,relaxed-simd,threads",
  "--importMemory",
  "--sharedMemory",
  `--initialMemory=${MEMORY_PAGES.initial}`,
  `--maximumMemory=${MEMORY_PAGES.maximum}`,
];

/**
 * Compiles the AssemblyScript kernels of this folder. The same source gives the same bytes.
 *
 * The sources are named `.as` because they are no TypeScript that the type checker could read.
 *
 * @throws {Error} with the compiler's messages when the source is wrong
 */
export async function compileKernels(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["index.ts", "-o", "kernels.wasm", ...OPTIONS], {
    readFile: (name) => readSource(name),
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) {
    throw new Error(`Cannot compile the kernels: ${stderr.toString()}`, { cause: error });
  }
  return binary;
}

function readSource(name: string): string | null {
  const file = name.replaceAll("\\", "/").split("/").at(-1)!;
  if (file === "asconfig.json" || !file.endsWith(".ts")) return null;
  try {
    return Deno.readTextFileSync(new URL(file.replace(/\.ts$/, ".as"), SOURCES));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

if (import.meta.main) await Deno.writeFile(KERNELS_FILE, await compileKernels());

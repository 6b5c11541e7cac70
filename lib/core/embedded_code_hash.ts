import type { CodeHash } from "./deciding_files.ts";

/**
 * What a bundle knows of the sources it was made from; null where the sources are still there. The
 * bundling step puts another module in the place of this one: see `embed_code_hash.ts`.
 */
export const EMBEDDED_CODE_HASH: CodeHash | null = null;

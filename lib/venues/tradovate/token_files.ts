import { basename, dirname } from "node:path";
import type { TokenState, TokenStore } from "./credentials.ts";

/**
 * Keeps a token in a file that only its user may read.
 *
 * @param issuer tells who gives tokens from another one at the same address, where there may be one:
 * what that one has given is not read
 */
export function fileTokenStore(path: string, issuer: string | null = null): TokenStore {
  return {
    load() {
      try {
        const kept = JSON.parse(Deno.readTextFileSync(path)) as TokenState & { issuer?: string };
        return (kept.issuer ?? null) === issuer ? kept : null;
      } catch {
        // Without it there is one more login.
        return null;
      }
    },
    save(state) {
      const kept = issuer === null ? state : { ...state, issuer };
      // Sessions of one user share it: each writes beside it what nobody else writes.
      const written = Deno.makeTempFileSync({
        ...{ dir: dirname(path), prefix: `${basename(path)}.`, suffix: ".new" },
      });
      try {
        Deno.writeTextFileSync(written, JSON.stringify(kept));
        Deno.renameSync(written, path);
      } catch (error) {
        Deno.removeSync(written);
        throw error;
      }
    },
  };
}

/** Uses a token that another process keeps, and writes nothing. */
export function readOnlyTokenStore(path: string): TokenStore {
  let own: TokenState | null = null;
  return { load: () => own ?? fileTokenStore(path).load(), save: (state) => own = state };
}

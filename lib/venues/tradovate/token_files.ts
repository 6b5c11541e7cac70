import type { TokenState, TokenStore } from "./credentials.ts";

/** Only whoever runs this may read it. */
const OWN = { mode: 0o600 } as const;

/** Keeps a token in a file that only its user may read. */
export function fileTokenStore(path: string): TokenStore {
  return {
    load() {
      try {
        return JSON.parse(Deno.readTextFileSync(path)) as TokenState;
      } catch {
        // Without it there is one more login.
        return null;
      }
    },
    save(state) {
      Deno.writeTextFileSync(`${path}.new`, JSON.stringify(state), OWN);
      Deno.renameSync(`${path}.new`, path);
    },
  };
}

/** Uses a token that another process keeps, and writes nothing. */
export function readOnlyTokenStore(path: string): TokenStore {
  let own: TokenState | null = null;
  return { load: () => own ?? fileTokenStore(path).load(), save: (state) => own = state };
}

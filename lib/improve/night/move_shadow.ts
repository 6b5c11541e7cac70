import { type Registry, SHADOW_ALIAS } from "../../registry/mod.ts";
import { SERVING_ALIAS } from "./champion.ts";

/**
 * Points the alias of the shadow at the challenger, for sessions to ask it beside the champion; at
 * the champion itself while there is none. Done again it changes nothing.
 *
 * @param challenger version in the shadow; null for none
 * @param mark names the night in the history of the alias
 */
export function moveShadow(
  registry: Registry,
  name: string,
  challenger: number | null,
  mark: string,
): void {
  const known = registry.history(name, SHADOW_ALIAS).at(-1);
  if (known === undefined && challenger === null) return;
  const version = challenger ?? registry.deployment(`${name}@${SERVING_ALIAS}`)!.version;
  if (known?.toVersion === version) return;
  const why = challenger === null ? "nobody is in the shadow" : "won its evidence";
  // What is asked for its opinion trades nothing: a champion that nobody has checked may take it back.
  registry.promote(`${name}@${version}`, SHADOW_ALIAS, `${why} (night ${mark})`, {
    allowUnchecked: challenger === null,
  });
}

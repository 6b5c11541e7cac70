import manifest from "../../deno.json" with { type: "json" };

const SETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = manifest.permissions;

/**
 * What the permission set of a task names of a kind of access, as it stands in `deno.json`: paths
 * from the program's folder on, or hosts; empty for all, for none, and for what is no task.
 *
 * @param task for example `trade:feed`
 */
export function grantedPlaces(
  task: string,
  kind: "net" | "read" | "write",
): readonly string[] {
  const own = SETS[task.replace(":", "-")]?.[kind];
  const granted = Array.isArray(own)
    ? own
    : (own as { readonly allow?: unknown } | undefined)?.allow;
  return Array.isArray(granted) ? granted : [];
}

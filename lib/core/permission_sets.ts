import manifest from "../../deno.json" with { type: "json" };

/** What each task may do, by the name of its set and the kind of access, as it stands in `deno.json`. */
export const PERMISSION_SETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> =
  manifest.permissions;

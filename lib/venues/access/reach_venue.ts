import { createRandom } from "../../core/mod.ts";
import { reachProjectX } from "./projectx_access.ts";
import { reachTradovate } from "./tradovate_access.ts";
import type { AccessResources, VenueAccess, VenueRequest } from "./venue_access.ts";

/** Reaches a venue; nothing is asked before somebody wants to know it. */
export function reachVenue(
  request: VenueRequest,
  resources: Omit<AccessResources, "random">,
): VenueAccess {
  const all = { ...resources, random: createRandom(resources.clock.now()) };
  return request.kind === "tradovate"
    ? reachTradovate(request, all)
    : reachProjectX(request, all, request.mode);
}

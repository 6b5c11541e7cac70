import { createNetworkTransport } from "../../lib/network/mod.ts";
import type { VenueRequest } from "../../lib/venues/mod.ts";
import type { DoctorDocument } from "../doctor.ts";
import type { CheckResources } from "./checklist.ts";
import { diagnoseProjectX } from "./projectx_checks.ts";
import { diagnoseTradovate } from "./tradovate_checks.ts";

/** Looks at everything that a session at a venue needs; sends no order and writes nothing. */
export function diagnoseVenue(
  request: VenueRequest,
  { transport = createNetworkTransport(), ...resources }:
    & Omit<CheckResources, "transport">
    & Partial<CheckResources>,
): Promise<DoctorDocument> {
  return request.kind === "tradovate"
    ? diagnoseTradovate(request, { ...resources, transport })
    : diagnoseProjectX(request, { ...resources, transport });
}

import { expectedSpans, openData, symbolOfFile } from "../../data/mod.ts";
import type { FeedKind } from "./feed_kind.ts";
import { openStored } from "./open_stored.ts";

/** Bars of a file, as the loader reads them. */
export const REPLAY: FeedKind = {
  name: "replay",
  form: "replay:FILE",
  summary: "bars of a file or folder, at any speed",
  isLive: false,
  isPath: true,
  hosts: [],
  symbolOf: symbolOfFile,
  async open(path, request, resources) {
    const { bars, calendar, notes, problemCounts } = await openData({ ...request.data, path });
    const openSpans = expectedSpans(calendar, bars.intervalMs);
    const warnings = Object.entries(problemCounts).map(([rule, rows]) =>
      `${rows} ${rows === 1 ? "row" : "rows"} with a warning: ${rule}`
    );
    return {
      ...openStored(`replay:${path}`, bars, request, resources, openSpans),
      remarks: [...notes, ...warnings],
    };
  },
};

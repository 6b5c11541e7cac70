import { InputError, nearestName } from "../../core/mod.ts";
import { requestedInstrument } from "../../data/mod.ts";
import { MINUTE_MS } from "../../market/mod.ts";
import {
  type CompleteWorld,
  createWorld,
  simulateBars,
  WORLD_KINDS,
  type WorldKind,
} from "../../simulator/mod.ts";
import type { FeedKind } from "./feed_kind.ts";
import { openStored } from "./open_stored.ts";

/** Bars of a world whose optimum is known. */
export const SIMULATE: FeedKind = {
  name: "simulate",
  form: "simulate:WORLD",
  summary: `simulated bars of ${
    WORLD_KINDS.join(", ")
  }; simulate:regime,stay=0.99 sets a parameter`,
  isLive: false,
  isPath: false,
  hosts: [],
  symbolOf(target) {
    throw new InputError("Cannot tell the instrument from a simulated world", {
      where: `simulate:${target}`,
      remedy: "name it with --symbol, for example --symbol MES",
    });
  },
  open(target, request, resources) {
    const { data } = request;
    const bars = simulateBars({
      ...request.simulation,
      world: parseWorld(target),
      instrument: requestedInstrument(data),
      intervalMs: data.intervalMs ?? 5 * MINUTE_MS,
    });
    return Promise.resolve(openStored(`simulate:${target}`, bars, request, resources));
  },
};

/** A world with some of its parameters: `regime` or `regime,stay=0.99`. */
function parseWorld(text: string): CompleteWorld {
  const [name = "", ...settings] = text.split(",").map((part) => part.trim());
  const kind = WORLD_KINDS.find((each) => each === name);
  if (kind === undefined) throw unknownWorld(name);
  const parameters = settings.map((setting) => {
    const [key = "", value = ""] = setting.split("=").map((side) => side.trim());
    if (key === "" || value === "" || Number.isNaN(Number(value))) {
      throw new InputError(`Cannot read '${setting}' as a parameter of a world`, {
        where: `simulate:${text}`,
        remedy: "write name=number, several separated by commas",
      });
    }
    return [key, Number(value)];
  });
  return createWorld(kind, Object.fromEntries(parameters));
}

function unknownWorld(name: string): InputError {
  const near: WorldKind | null = nearestName(name.toLowerCase(), WORLD_KINDS) as WorldKind | null;
  return new InputError(`Cannot simulate the world '${name}'`, {
    remedy: near === null ? `choose one of ${WORLD_KINDS.join(", ")}` : `did you mean ${near}?`,
  });
}

import { float, type FloatDistribution } from "../../core/mod.ts";

/** Predicted edge to trade from, as a multiple of the round-trip cost; every model has it. */
export const EDGE: FloatDistribution = float(0.25, 4);

/** Parts of the toolkit that can be written from a scaffold. */
export const SCAFFOLD_KINDS = [
  "feature",
  "indicator",
  "strategy",
  "learner",
  "sampler",
] as const;

/** A part of the toolkit that can be written from a scaffold. */
export type ScaffoldKind = typeof SCAFFOLD_KINDS[number];

import { LABEL_KINDS, type LabelKind } from "../labels/mod.ts";
import { MODEL_FAMILIES } from "../models/training.ts";
import type { ModelFamily } from "../models/mod.ts";

/** Everything that a recipe and a label spec may name. */
export interface TrainingKinds {
  /** What can be fitted. */
  readonly families: readonly ModelFamily[];
  /** How rows can be labelled. */
  readonly labels: readonly LabelKind[];
}

/** The kinds of this toolkit; a script adds its own, `{ ...TRAINING_KINDS, labels: [...] }`. */
export const TRAINING_KINDS: TrainingKinds = { families: MODEL_FAMILIES, labels: LABEL_KINDS };

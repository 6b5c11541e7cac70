import type { LabelKind } from "../labels/label_kind.ts";
import { LABEL_KINDS } from "../labels/label_kinds.ts";
import { MODEL_FAMILIES } from "../models/model_families.ts";
import type { ModelFamily } from "../models/model_family.ts";

/** Everything that a recipe and a label spec may name. */
export interface TrainingKinds {
  /** What can be fitted. */
  readonly families: readonly ModelFamily[];
  /** How rows can be labelled. */
  readonly labels: readonly LabelKind[];
}

/** The kinds of this toolkit; a script adds its own, `{ ...TRAINING_KINDS, labels: [...] }`. */
export const TRAINING_KINDS: TrainingKinds = { families: MODEL_FAMILIES, labels: LABEL_KINDS };

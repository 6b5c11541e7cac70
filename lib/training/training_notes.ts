import type { ClassifierManifest } from "../records/mod.ts";

/** What the validation figures mean, in words. */
export function trainingNotes(manifest: ClassifierManifest): string[] {
  const { accuracy, baseRateAccuracy, informationCoefficient } = manifest.metrics;
  const notes: string[] = [];
  if (typeof accuracy === "number" && typeof baseRateAccuracy === "number") {
    const points = (100 * (accuracy - baseRateAccuracy)).toFixed(1);
    notes.push(
      accuracy > baseRateAccuracy
        ? `accuracy is ${points} points above always naming the commonest class`
        : `accuracy is not above always naming the commonest class (${points} points)` +
          (manifest.edge.shrinkage === 0
            ? ": do not expect this model to earn anything"
            : "; what it trades by is the size of the edge, below"),
    );
  }
  if (typeof informationCoefficient === "number") {
    const scores = manifest.folds.map((fold) => fold.metrics["informationCoefficient"] ?? 0);
    const positive = scores.filter((score) => score > 0).length;
    notes.push(
      `information coefficient ${informationCoefficient.toFixed(3)}, ` +
        `positive in ${positive} of ${scores.length} folds`,
    );
  }
  const { slope, standardError, shrinkage } = manifest.edge;
  notes.push(
    `out of fold, predicted edges came true at ${slope.toFixed(2)} ± ${
      standardError.toFixed(2)
    } of ` +
      (shrinkage === 0
        ? "their size, which cannot be told from nothing: this model will not trade"
        : `their size; ${shrinkage.toFixed(2)} of each is believed`),
  );
  notes.push(...comparisonNotes(manifest), ...manifest.remarks);
  return notes;
}

/** Whether the model is worth its complexity, and what chance looks like on the same rows. */
export function comparisonNotes(manifest: ClassifierManifest): string[] {
  const { kind, comparisons, folds, permutedLabels } = manifest;
  const own = folds.at(-1)?.metrics["informationCoefficient"];
  const chance = permutedLabels?.["informationCoefficient"];
  return [
    ...comparisons.map(({ name, excessLogLoss: { mean, standardError } }) => {
      const by = `${Math.abs(mean).toFixed(4)} ± ${standardError?.toFixed(4) ?? "?"}`;
      const isClear = standardError !== null &&
        Math.abs(mean) > studentLimit(manifest.folds.length - 1) * standardError;
      if (!isClear) {
        return `the ${kind} cannot be told from the ${name} alone: log loss apart by ${by}`;
      }
      return mean > 0
        ? `the ${kind} is better than the ${name} alone: log loss lower by ${by}`
        : `the ${kind} is worse than the ${name} alone: log loss higher by ${by}`;
    }),
    ...(typeof chance === "number"
      ? [
        `on the newest fold its information coefficient is ${own?.toFixed(3) ?? "undefined"}, and ${
          chance.toFixed(3)
        } taught shuffled labels`,
      ]
      : []),
  ];
}

/** Two-sided 95 % limit of Student's t (tables of any textbook); the normal one is 1.96. */
export function studentLimit(degreesOfFreedom: number): number {
  const limits = [Infinity, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  return limits[degreesOfFreedom] ?? 2.228;
}

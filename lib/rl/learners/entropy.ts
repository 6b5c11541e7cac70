/**
 * Adds the gradient of the entropy of one distribution in its logits, times a weight:
 * `-π(a) (log π(a) + H)`.
 *
 * @param probabilities holds the distribution at `at … at + count - 1`
 * @returns the entropy, nats
 */
export function addEntropyGradient(
  probabilities: Float64Array,
  at: number,
  count: number,
  target: { readonly gradient: { [index: number]: number }; readonly at: number },
  weight: number,
): number {
  const entropy = entropyOf(probabilities, at, count);
  for (let a = 0; a < count; a++) {
    const p = probabilities[at + a]!;
    if (p > 0) target.gradient[target.at + a]! -= weight * p * (Math.log(p) + entropy);
  }
  return entropy;
}

/** Entropy of the distribution at `at … at + count - 1`, nats. */
export function entropyOf(probabilities: Float64Array, at: number, count: number): number {
  let entropy = 0;
  for (let a = 0; a < count; a++) {
    const p = probabilities[at + a]!;
    if (p > 0) entropy -= p * Math.log(p);
  }
  return entropy;
}

/** Activations that the kernels know, by their codes in the AssemblyScript source. */
export const ACTIVATION_CODES: Readonly<Partial<Record<string, number>>> = {
  linear: 0,
  relu: 1,
  tanh: 2,
  sigmoid: 3,
};

/** Ports of the first host of each double: they differ, so that both can run beside one another. */
export const FIRST_PORTS = { tradovate: 8_790, projectx: 8_800 } as const;

/** Ports of the first host of each double: they differ, so that both can run beside one another. */
export const FIRST_PORTS = { tradovate: 8_790, projectx: 8_800 } as const;

/** Last port that leaves room for the further hosts of any double. */
export const LAST_FIRST_PORT = 65_535 - 6;

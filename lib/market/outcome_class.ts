/** The three classes every supervised model predicts, in column order. */
export const CLASSES = ["down", "flat", "up"] as const;

/** Number of classes: the width of every probability matrix. */
export const CLASS_COUNT: number = CLASSES.length;

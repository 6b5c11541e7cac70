/**
 * Mebibytes for each step of a count by least squares over the second half of the points, where
 * everything is warm, with its standard error.
 *
 * @param points how far it was, and mebibytes then
 */
export function memorySlope(points: readonly (readonly number[])[]): {
  readonly slope: number;
  readonly standardError: number;
} {
  const half = points.slice(points.length >> 1);
  const mean = (of: (point: readonly number[]) => number): number =>
    half.reduce((sum, point) => sum + of(point), 0) / half.length;
  const [meanX, meanY] = [mean(([x]) => x!), mean(([, y]) => y!)];
  const spread = mean(([x]) => (x! - meanX) ** 2);
  const slope = mean(([x, y]) => (x! - meanX) * (y! - meanY)) / spread;
  const residual = mean(([x, y]) => (y! - meanY - slope * (x! - meanX)) ** 2);
  return { slope, standardError: Math.sqrt(residual / (half.length - 2) / spread) };
}

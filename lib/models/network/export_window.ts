/**
 * Cuts windows out of consecutive rows inside the graph, by position, so that nobody copies a row
 * once per window. Window r holds the rows r … r + window - 1; with a window of 1 they are the rows
 * themselves.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../onnx/mod.ts";

/**
 * Windows as an LSTM reads them: step by step, all rows of a step together.
 *
 * @param values `[steps, n]`
 * @returns `[window, rows, n]`, oldest step first
 */
export function addSequenceWindows(graph: GraphBuilder, values: Value, window: number): Value {
  if (window === 1) return graph.unsqueeze(values, 0);
  const ages = graph.constant(BigInt64Array.from(positions(window)), [window, 1]);
  return graph.gather(values, graph.binary("Add", ages, windowStarts(graph, values, window)));
}

/**
 * Windows as a dense layer reads them.
 *
 * @param values `[steps, n]`
 * @returns `[rows, window · n]`, oldest step first
 */
export function addFlatWindows(graph: GraphBuilder, values: Value, window: number): Value {
  if (window === 1) return values;
  const starts = graph.unsqueeze(windowStarts(graph, values, window), 1);
  const ages = graph.constant(BigInt64Array.from(positions(window)), [1, window]);
  return graph.mergeLastAxes(graph.gather(values, graph.binary("Add", starts, ages)));
}

/**
 * The newest row of every window.
 *
 * @param values `[steps, n]`
 * @returns `[rows, n]`
 */
export function addNewestRows(graph: GraphBuilder, values: Value, window: number): Value {
  if (window === 1) return values;
  const newest = graph.constant(BigInt64Array.of(BigInt(window - 1)), [1]);
  const starts = windowStarts(graph, values, window);
  return graph.gather(values, graph.binary("Add", starts, newest));
}

/**
 * Position of every window's oldest row: int64 `[rows]`. Fewer rows than a window count as one, so
 * that the runtime refuses a position that is not there: its LSTM aborts the process on no rows.
 */
function windowStarts(graph: GraphBuilder, values: Value, window: number): Value {
  const scalar = (value: number): Value => graph.constant(BigInt64Array.of(BigInt(value)), []);
  const rows = graph.binary("Sub", graph.extent(values, 0), scalar(window - 1));
  return graph.range(graph.binary("Max", rows, scalar(1)), "rows");
}

function positions(count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => BigInt(i));
}

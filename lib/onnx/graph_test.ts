import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { GraphBuilder } from "./graph.ts";

function setUp() {
  const graph = new GraphBuilder();
  const rows = graph.input("x", "float32", ["rows", 3]);
  return { graph, rows, constant: (shape: number[]) => graph.constant(filled(shape), shape) };
}

function filled(shape: readonly number[]): Float32Array {
  return new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1);
}

Deno.test("GraphBuilder infers the shape of every operator", () => {
  const { graph, rows, constant } = setUp();
  assertEquals(graph.matMul(rows, constant([3, 2])).shape, ["rows", 2]);
  assertEquals(graph.binary("Add", rows, constant([1, 3])).shape, ["rows", 3]);
  assertEquals(graph.binary("Mul", graph.unsqueeze(rows, 2), constant([1, 3, 4])).shape, [
    "rows",
    3,
    4,
  ]);
  assertEquals(graph.sum(rows, { keepAxis: true }).shape, ["rows", 1]);
  assertEquals(graph.sum(rows, { keepAxis: false }).shape, ["rows"]);
  assertEquals(graph.softmax(rows).shape, ["rows", 3]);
  assertEquals(graph.squeeze(constant([1, 3]), 0).shape, [3]);
  assertEquals(graph.mergeLastAxes(constant([5, 3, 4])).shape, [5, 12]);
  assertEquals(graph.concat([rows, rows]).shape, ["rows", 6]);
  assertEquals(graph.mean([rows, rows]).shape, ["rows", 3]);
  assertEquals(graph.matMul(graph.unsqueeze(rows, 0), constant([3, 2])).shape, [1, "rows", 2]);
  assertEquals(graph.cast(rows, "float64").type, "float64");
  assertEquals(graph.clip(graph.cast(rows, "float64"), 0, 1).shape, ["rows", 3]);
});

Deno.test("GraphBuilder infers the shape of rows picked by position", () => {
  const { graph, rows } = setUp();
  const limit = graph.extent(rows, 0);
  assertEquals([limit.type, limit.shape], ["int64", []]);
  const positions = graph.range(limit, "steps");
  assertEquals([positions.type, positions.shape], ["int64", ["steps"]]);
  const pairs = graph.unsqueeze(positions, 1);
  assertEquals(graph.gather(rows, pairs).shape, ["steps", 1, 3]);
});

Deno.test("GraphBuilder refuses shapes that do not fit", () => {
  const { graph, rows, constant } = setUp();
  assertThrows(() => graph.matMul(rows, constant([2, 3])), RangeError);
  assertThrows(() => graph.binary("Add", rows, constant([1, 4])), RangeError);
  assertThrows(() => graph.binary("Add", rows, constant([2, 3])), RangeError);
  assertThrows(() => graph.constant(filled([2]), [3]), RangeError);
  assertThrows(() => graph.squeeze(rows, 1), RangeError);
  assertThrows(() => graph.mergeLastAxes(rows), RangeError);
  assertThrows(() => graph.mean([rows, constant([1, 3])]), RangeError);
  assertThrows(() => graph.concat([rows, constant([2, 3])]), RangeError);
  assertThrows(
    () => graph.concat([constant([2]), graph.input("open", "float32", ["rows"])]),
    RangeError,
  );
  assertThrows(() => graph.extent(rows, 2), RangeError);
  assertThrows(() => graph.range(graph.constant(BigInt64Array.of(1n), [1]), "rows"), RangeError);
});

Deno.test("GraphBuilder refuses inputs of different types", () => {
  const { graph, rows, constant } = setUp();
  const wide = graph.cast(rows, "float64");
  assertThrows(() => graph.binary("Add", wide, constant([1])), TypeError);
  assertThrows(() => graph.concat([rows, wide]), TypeError);
  assertThrows(() => graph.mean([rows, wide]), TypeError);
  assertThrows(() => graph.gather(rows, constant([1])), TypeError);
  assertThrows(() => graph.range(constant([]), "rows"), TypeError);
  assertThrows(() => graph.clip(rows, 0, 1), TypeError);
});

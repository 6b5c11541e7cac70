import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../utils/assert.ts";
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
  assertEquals(graph.binary("Mul", graph.appendAxis(rows), constant([1, 3, 4])).shape, [
    "rows",
    3,
    4,
  ]);
  assertEquals(graph.sum(rows, { keepAxis: true }).shape, ["rows", 1]);
  assertEquals(graph.sum(rows, { keepAxis: false }).shape, ["rows"]);
  assertEquals(graph.softmax(rows).shape, ["rows", 3]);
  assertEquals(graph.cast(rows, "float64").type, "float64");
  assertEquals(graph.greater(rows, constant([1])).type, "bool");
});

Deno.test("GraphBuilder refuses shapes that do not fit", () => {
  const { graph, rows, constant } = setUp();
  assertThrows(() => graph.matMul(rows, constant([2, 3])), RangeError);
  assertThrows(() => graph.binary("Add", rows, constant([1, 4])), RangeError);
  assertThrows(() => graph.binary("Add", rows, constant([2, 3])), RangeError);
  assertThrows(() => graph.constant(filled([2]), [3]), RangeError);
});

Deno.test("GraphBuilder refuses inputs of different types", () => {
  const { graph, rows, constant } = setUp();
  const wide = graph.cast(rows, "float64");
  assertThrows(() => graph.binary("Add", wide, constant([1])), TypeError);
  assertThrows(() => graph.where(graph.greater(rows, constant([1])), rows, wide), TypeError);
});

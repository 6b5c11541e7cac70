import { throws as assertThrows } from "node:assert/strict";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { studentCdf, studentQuantile } from "./student_distribution.ts";

// scipy.stats.t, SciPy 1.17: quantiles at 0.6, 0.95, 0.975, 0.9995 and probabilities of -3, 0.5, 2.
const CASES: readonly (readonly [number, readonly number[], readonly number[]])[] = [
  [1, [0.3249196962329, 6.3137515146750, 12.706204736175, 636.61924876879], [
    0.10241638234957,
    0.64758361765043,
    0.85241638234957,
  ]],
  [2, [0.28867513459481, 2.9199855803537, 4.3026527297495, 31.599054576445], [
    0.04773298313335,
    0.66666666666667,
    0.90824829046386,
  ]],
  [3, [0.27667066233269, 2.3533634348018, 3.1824463052837, 12.923978636688], [
    0.02883444281122,
    0.67427601757592,
    0.93033701572058,
  ]],
  [10, [0.26018482949208, 1.8124611228117, 2.2281388519863, 4.5868938587027], [
    0.00667182751128,
    0.68605319712851,
    0.96330598261463,
  ]],
  [59, [0.25449253434522, 1.6710930321039, 2.0009953780883, 3.4632103049520], [
    0.00197527760611,
    0.69053256313490,
    0.97494479350588,
  ]],
  [5_001, [0.25336058127352, 1.6451583766357, 1.9604384567895, 3.2924733338412], [
    0.00135655317937,
    0.69145146177280,
    0.97722287540490,
  ]],
];

Deno.test("studentQuantile() and studentCdf() agree with SciPy", () => {
  for (const [freedom, quantiles, probabilities] of CASES) {
    for (const [index, share] of [0.6, 0.95, 0.975, 0.9995].entries()) {
      const found = studentQuantile(share, freedom);
      assertClose(found / quantiles[index]!, 1, 1e-11);
      assertClose(studentQuantile(1 - share, freedom), -found, 1e-9 * found);
    }
    for (const [index, t] of [-3, 0.5, 2].entries()) {
      assertClose(studentCdf(t, freedom), probabilities[index]!, 1e-11);
    }
    assertEquals(studentQuantile(0.5, freedom), 0);
  }
});

Deno.test("studentQuantile() refuses what is no probability and no count", () => {
  for (const share of [0, 1, 95, NaN]) assertThrows(() => studentQuantile(share, 5), RangeError);
  for (const freedom of [0, 1.5, NaN]) assertThrows(() => studentCdf(1, freedom), RangeError);
});

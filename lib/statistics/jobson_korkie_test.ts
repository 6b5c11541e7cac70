import { assertClose, assertEquals } from "../../tests/assert.ts";
import { jobsonKorkieTest } from "./jobson_korkie.ts";

Deno.test("jobsonKorkieTest() gives the golden value with Memmel's correction", () => {
  // Learning-spec §4.3.
  const pair = { first: 0.08, second: 0.05, correlation: 0.6, periods: 1_000 };
  const { difference, standardError, pValue } = jobsonKorkieTest(pair);
  assertClose(standardError, 0.0283374, 5e-8);
  assertClose(difference / standardError, 1.05867, 5e-6);
  // scipy.stats: 2 * norm.sf(1.05867)
  assertClose(pValue, 0.28975, 2e-5);
  assertEquals(jobsonKorkieTest({ ...pair, second: 0.08 }).pValue, 1);
});

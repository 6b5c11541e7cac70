import { assertEquals } from "../../tests/assert.ts";
import type { StrategyRun } from "./comparison.ts";
import { heldBack } from "./held_back.ts";

const [FROM, TO] = [5, 10];

/** A run over rows 5 to 9 of ten whose model speaks from a row on. */
function run(
  vetoes: { readonly "max-lots": number; readonly margin: number },
  speaksFrom: number | null,
  fills = 0,
): StrategyRun {
  const result = { fills: Array(fills).fill({}), from: FROM, to: TO, vetoes };
  const probabilities = Float32Array.from(
    { length: 30 },
    (_, i) => i < 3 * speaksFrom! ? NaN : 0.3,
  );
  return {
    role: "model",
    evaluation: { result } as unknown as StrategyRun["evaluation"],
    ...(speaksFrom === null
      ? {}
      : { signals: { probabilities, frame: { rows: 10 } } as StrategyRun["signals"] }),
  } as StrategyRun;
}

const NONE = { "max-lots": 0, margin: 0 };

Deno.test("heldBack() names what acted first: warm-up, the largest position, margin", () => {
  assertEquals(heldBack([run(NONE, 0)]), null);
  assertEquals(heldBack([run({ ...NONE, margin: 7 }, 0)]), { by: "margin", bars: 7 });
  const both = { "max-lots": 3, margin: 7 };
  assertEquals(heldBack([run(both, 9)]), { by: "max-lots", bars: 3 });
  assertEquals(heldBack([run(NONE, 10)]), { by: "warm-up", bars: 5 });
  assertEquals(heldBack([run(both, 0, 1)]), null);
});

Deno.test("heldBack() of a blend is silent only while all of its parts are", () => {
  const blend = run(NONE, null);
  assertEquals(heldBack([blend, run(NONE, 10), run(NONE, 10)]), { by: "warm-up", bars: 5 });
  assertEquals(heldBack([blend, run(NONE, 10), run(NONE, 6)]), null);
  assertEquals(heldBack([blend]), null);
});

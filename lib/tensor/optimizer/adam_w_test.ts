import { assertClose, assertEquals } from "../../../tests/assert.ts";
import { createAdamW, DEFAULT_ADAM_W, stepAdamW } from "./adam_w.ts";

// From PyTorch 2.15.0, float32: four parameters of torch.optim.AdamW with weight decay 0.1 and two
// without, the learning rate 0.05 / step, after each of four steps.
const GRADIENTS = [
  [0.1, -0.2, 0.3, 1e-9, 1, -1],
  [-1.5, 0.25, 0, 0.5, 0.5, 0.25],
  [2, 2, -2, 0.125, -0.125, 0],
  [0.01, -0.02, 0.03, -0.04, 3, -3],
];
const EXPECTED = [
  [0.44749999, -1.19375002, 1.94000006, -0.0045454544, 0.69999999, -0.45000002],
  [0.46382976, -1.19483387, 1.91839862, -0.0231375098, 0.67669553, -0.43826333],
  [0.4599455, -1.20368683, 1.92445135, -0.0349828973, 0.66594446, -0.43221498],
  [0.45743012, -1.20877242, 1.92762005, -0.0416555591, 0.65682536, -0.42413816],
];

Deno.test("stepAdamW() takes the steps of PyTorch's AdamW", () => {
  const parameters = Float32Array.of(0.5, -1.25, 2, 0, 0.75, -0.5);
  const state = createAdamW(6);
  const settings = { ...DEFAULT_ADAM_W, weightDecay: 0.1 };
  GRADIENTS.forEach((gradient, index) => {
    stepAdamW(parameters, state, settings, {
      gradient: Float32Array.from(gradient),
      learningRate: 0.05 / (index + 1),
      decays: Uint8Array.of(1, 1, 1, 1, 0, 0),
    });
    parameters.forEach((value, i) => assertClose(value, EXPECTED[index]![i]!, 3e-7));
  });
  assertEquals(state.steps, 4);
});

Deno.test("stepAdamW() lets every parameter decay when none is singled out", () => {
  const parameters = Float32Array.of(1, -2);
  stepAdamW(parameters, createAdamW(2), { ...DEFAULT_ADAM_W, weightDecay: 0.5 }, {
    gradient: new Float32Array(2),
    learningRate: 0.5,
  });
  assertEquals(parameters, Float32Array.of(0.75, -1.5));
});

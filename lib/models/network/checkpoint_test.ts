import { rejects as assertRejects } from "node:assert/strict";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { decodeFitState, encodeFitState } from "./checkpoint.ts";
import type { Checkpoint } from "../../core/checkpoint.ts";
import { fitNetwork, type FittedNetwork, type NetworkInput } from "./fit_network.ts";
import { createMemberState } from "./member_state.ts";
import {
  memoryCheckpoint,
  TINY_NETWORK,
  xorOverTime,
} from "../../../tests/fixtures/network_fixture.ts";

const PARAMETERS = {
  ...TINY_NETWORK,
  ...{ members: 2, maximumEpochs: 3, dropout: 0.3, batchSize: 41 },
  schedule: "plateau" as const,
};

/** Batches of all members: five to an epoch of 203 rows. */
const BATCHES = 30;

/**
 * Fits and interrupts again and again, each time so many batches further on, until the fit ends.
 */
async function fitInPieces(
  input: NetworkInput,
  checkpoint: Checkpoint,
  batchesPerRun: number,
): Promise<{ readonly fitted: FittedNetwork; readonly runs: number }> {
  for (let runs = 1;; runs++) {
    const controller = new AbortController();
    const onProgress = (fraction: number) => {
      const isOver = fraction * BATCHES > runs * batchesPerRun - 0.5;
      if (isOver) controller.abort(new Error("interrupted"));
    };
    const control = { seed: 3, checkpoint, signal: controller.signal, onProgress };
    try {
      return { fitted: await fitNetwork(input, PARAMETERS, control), runs };
    } catch (error) {
      assertEquals((error as Error).message, "interrupted");
    }
  }
}

Deno.test("fitNetwork() interrupted anywhere goes on to the same bytes", async () => {
  const input = xorOverTime(240);
  const whole = memoryCheckpoint();
  const expected = await fitNetwork(input, PARAMETERS, { seed: 3, checkpoint: whole });
  // Pieces end within epochs, at their ends and between members.
  for (const batchesPerRun of [1, 4, 5, 7]) {
    const checkpoint = memoryCheckpoint();
    const { fitted, runs } = await fitInPieces(input, checkpoint, batchesPerRun);
    assertEquals(runs, Math.floor(BATCHES / batchesPerRun) + 1);
    assertEquals(fitted, expected);
    assertEquals(checkpoint.bytes, whole.bytes);
  }
});

Deno.test("fitNetwork() resumes from the last epoch when the process was killed in a later one", async () => {
  const input = xorOverTime(240);
  const expected = await fitNetwork(input, PARAMETERS, { seed: 3 });
  const checkpoint = memoryCheckpoint();
  let batches = 0;
  const onProgress = () => {
    if (++batches === 8) throw new Error("killed");
  };
  await assertRejects(fitNetwork(input, PARAMETERS, { seed: 3, checkpoint, onProgress }), /killed/);
  assertEquals(checkpoint.saves, 1);
  assertEquals(await fitNetwork(input, PARAMETERS, { seed: 3, checkpoint }), expected);
});

Deno.test("fitNetwork() does not repeat a finished fit", async () => {
  const input = xorOverTime(240);
  const checkpoint = memoryCheckpoint();
  const expected = await fitNetwork(input, PARAMETERS, { seed: 3, checkpoint });
  const { saves } = checkpoint;
  const fractions: number[] = [];
  const onProgress = (fraction: number) => fractions.push(fraction);
  assertEquals(await fitNetwork(input, PARAMETERS, { seed: 3, checkpoint, onProgress }), expected);
  assertEquals([checkpoint.saves, fractions], [saves, [0.5, 1]]);
});

Deno.test("fitNetwork() ignores the checkpoint of another training and a damaged one, and says so", async () => {
  const input = xorOverTime(240);
  const parameters = { ...PARAMETERS, members: 1, maximumEpochs: 1 };
  const saved = memoryCheckpoint();
  const { model } = await fitNetwork(input, parameters, { seed: 3, checkpoint: saved });
  const holding = (bytes: Uint8Array) => ({ ...memoryCheckpoint(), bytes });
  const changed = { ...input, values: input.values.with(99, 0) };
  const fitOthers = [
    (checkpoint: Checkpoint) => fitNetwork(input, parameters, { seed: 4, checkpoint }),
    (checkpoint: Checkpoint) =>
      fitNetwork(input, { ...parameters, dropout: 0.1 }, { seed: 3, checkpoint }),
    (checkpoint: Checkpoint) => fitNetwork(changed, parameters, { seed: 3, checkpoint }),
  ];
  for (const fitOther of fitOthers) {
    const other = await fitOther(holding(saved.bytes!));
    assertEquals(
      other.remarks,
      ["The checkpoint of another training was ignored: the network was fitted from the start."],
    );
    assert(JSON.stringify(other.model) !== JSON.stringify(model));
  }
  for (const wrong of [new Uint8Array(), saved.bytes!.slice(0, -1), saved.bytes!.with(90, 1)]) {
    const checkpoint = holding(wrong);
    const fitted = await fitNetwork(input, parameters, { seed: 3, checkpoint });
    assertEquals(
      fitted.remarks,
      ["A damaged checkpoint was ignored: the network was fitted from the start."],
    );
    assertEquals(fitted.model, model);
  }
});

Deno.test("decodeFitState() brings back what encodeFitState() was given, to the bit", async () => {
  const state = {
    ...createMemberState(Float32Array.of(0.1, -0, 1e-45, 3.4e38)),
    ...{ epoch: 2, batch: 7, lossSum: 0.1 + 0.2, bestEpoch: 1, stalls: 1 },
    training: [1 / 3, 0.2],
    validation: [0.7, Math.PI],
  };
  state.optimizer.steps = 12;
  state.optimizer.mean.set([1, 2, 3, 4]);
  const members = [{ ...state, stop: "patience" as const }, state];
  const bytes = await encodeFitState({ fingerprint: "abc", members });
  assertEquals(await decodeFitState(bytes), { fingerprint: "abc", members });
  assertEquals(await decodeFitState(new Uint8Array(3)), null);
});

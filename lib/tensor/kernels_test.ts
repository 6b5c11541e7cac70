import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { createKernelPool, type KernelPool } from "./kernel_pool.ts";
import { compileKernels, KERNELS_FILE } from "./kernels/compile_kernels.ts";

/** Numbers of scratch that each thread of a product needs. */
const PRODUCT_SCRATCH = 256 * 512;

Deno.test("kernels.wasm is what its source builds", async () => {
  assertEquals(await Deno.readFile(KERNELS_FILE), await compileKernels());
});

function place(pool: KernelPool, values: Float32Array): number {
  const address = pool.allocate(values.length);
  pool.view(address, values.length).set(values);
  return address;
}

function gaussian(length: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly seed: number;
}

const product: fc.Arbitrary<Product> = fc.record({
  rows: fc.integer({ min: 1, max: 70 }),
  depth: fc.integer({ min: 1, max: 300 }),
  columns: fc.integer({ min: 1, max: 40 }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: fc.nat(1_000),
});

function multiply(pool: KernelPool, p: Product, a: Float32Array, b: Float32Array): Float32Array {
  const { rows, depth, columns, transposeA, transposeB } = p;
  const addresses = [place(pool, a), place(pool, b), pool.allocate(rows * columns)] as const;
  const scratch = pool.allocate(PRODUCT_SCRATCH * pool.threads);
  const [rowStride, depthStride] = transposeA ? [4, rows * 4] : [depth * 4, 4];
  const [depthStep, columnStep] = transposeB ? [4, depth * 4] : [columns * 4, 4];
  const [left, right, to] = addresses;
  pool.run(
    "matrixProduct",
    ...[left, rowStride, depthStride, right, depthStep, columnStep, 0, 0, to, columns * 4],
    ...[rows, columns, depth, scratch],
  );
  const result = pool.view(to, rows * columns).slice();
  [...addresses, scratch].forEach(pool.free);
  return result;
}

Deno.test("matrixProduct agrees with float64 for every transposition, on any number of threads", async () => {
  using one = await createKernelPool(1);
  using three = await createKernelPool(3);
  fc.assert(
    fc.property(product, (p) => {
      const { rows, depth, columns, transposeA, transposeB, seed } = p;
      const a = gaussian(rows * depth, seed), b = gaussian(depth * columns, seed + 1);
      const result = multiply(one, p, a, b);
      assertEquals(multiply(three, p, a, b), result);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = 0, size = 0;
          for (let k = 0; k < depth; k++) {
            const term = a[transposeA ? k * rows + i : i * depth + k]! *
              b[transposeB ? j * depth + k : k * columns + j]!;
            sum += term;
            size += Math.abs(term);
          }
          // The error bound of a float32 sum of `depth` products.
          const bound = (depth + 1) * 6e-8 * size;
          assert(
            Math.abs(result[i * columns + j]! - sum) <= bound,
            `${i},${j} of ${rows}x${columns}`,
          );
        }
      }
    }),
    { numRuns: 60 },
  );
  assertEquals([one.bytesInUse, three.bytesInUse], [0, 0]);
});

Deno.test("activateShare() is relu, tanh and the logistic function to float32's accuracy", async () => {
  using pool = await createKernelPool(2);
  const x = Float32Array.from({ length: 2_003 }, (_, index) => (index - 1_001) / 100);
  const functions = { 1: (v: number) => Math.max(0, v), 2: Math.tanh, 3: logistic };
  for (const [code, expected] of Object.entries(functions)) {
    const address = place(pool, x);
    pool.run("activateShare", address, x.length, Number(code));
    pool.view(address, x.length).forEach((y, index) => {
      const right = expected(x[index]!);
      assert(Math.abs(y - right) <= 2e-7 + 2e-7 * Math.abs(right), `${code} at ${x[index]}: ${y}`);
    });
    pool.free(address);
  }
});

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

Deno.test("a block given back is used again", async () => {
  using pool = await createKernelPool(1);
  const first = pool.allocate(100);
  pool.free(first);
  assertEquals(pool.allocate(100), first);
  const large = pool.allocate(40_000_000);
  pool.view(large, 40_000_000)[39_999_999] = 7;
  assertEquals(pool.view(large, 40_000_000)[39_999_999], 7);
});

Deno.test("createKernelPool() refuses a number of threads that is none", async () => {
  let message = "";
  await createKernelPool(0).catch((error: Error) => message = error.message);
  assertEquals(
    message,
    "Cannot start the kernels as threads are counted from 1: current value is 0",
  );
});

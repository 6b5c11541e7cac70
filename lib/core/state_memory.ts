import { InputError } from "./errors.ts";

/** Numbers that change from step to step: the fields of an object, or an array of fixed length. */
export type StatePart = Float64Array | Float32Array | { [field: string]: number };

/**
 * Everything that something running carries from one step to the next, in one place, so that all
 * of it can be saved and restored at once.
 */
export interface StateMemory {
  /**
   * Makes numbers part of the state and gives them back to be worked on.
   *
   * @param part as it is before the first step
   */
  keep<Part extends StatePart>(part: Part): Part;
  /** All numbers, in the order in which they were kept: base64 of little-endian float64, exact. */
  save(): string;
  /**
   * Writes saved numbers back to the bit, into parts kept in the same order.
   *
   * @throws {InputError} when it is damaged, or more or fewer numbers than are kept here; nothing is
   * written then
   */
  restore(saved: string): void;
}

/**
 * Makes the memory of something that runs step by step. Whoever needs to remember a number keeps it
 * here, and never has to save or restore it.
 *
 * @example
 * ```ts
 * import { createStateMemory, type StateMemory } from "./state_memory.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * function createSum(memory: StateMemory): (value: number) => number {
 *   const state = memory.keep({ sum: 0 });
 *   return (value) => state.sum += value;
 * }
 * const memory = createStateMemory();
 * const sum = createSum(memory);
 * sum(2);
 * const saved = memory.save();
 *
 * const later = createStateMemory();
 * const sumLater = createSum(later);
 * later.restore(saved);
 * assertEquals(sumLater(3), sum(3));
 * ```
 */
export function createStateMemory(): StateMemory {
  const parts: StatePart[] = [];
  return {
    keep(part) {
      parts.push(part);
      return part;
    },
    save() {
      const numbers = new Float64Array(sizeOf(parts));
      let next = 0;
      for (const part of parts) {
        const values = isColumn(part) ? part : Object.values(part);
        numbers.set(values, next);
        next += values.length;
      }
      return new Uint8Array(numbers.buffer).toBase64();
    },
    restore(saved) {
      const numbers = decode(saved, sizeOf(parts));
      let next = 0;
      for (const part of parts) {
        if (isColumn(part)) part.set(numbers.subarray(next, next += part.length));
        else for (const field of Object.keys(part)) part[field] = numbers[next++]!;
      }
    },
  };
}

function isColumn(part: StatePart): part is Float64Array | Float32Array {
  return ArrayBuffer.isView(part);
}

function sizeOf(parts: readonly StatePart[]): number {
  return parts.reduce(
    (sum, part) => sum + (isColumn(part) ? part.length : Object.keys(part).length),
    0,
  );
}

function decode(saved: string, size: number): Float64Array {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.fromBase64(saved);
  } catch (cause) {
    throw new InputError("Cannot restore a state as it is not base64", { cause });
  }
  const { BYTES_PER_ELEMENT } = Float64Array;
  if (bytes.length !== size * BYTES_PER_ELEMENT) {
    throw new InputError(
      `Cannot restore a state of ${bytes.length / BYTES_PER_ELEMENT} numbers as ${size} are kept`,
      { remedy: "restore it into what saved it: the same features, models and settings" },
    );
  }
  return new Float64Array(bytes.buffer);
}

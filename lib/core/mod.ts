/**
 * What every room stands on: errors, random numbers, hashes, clocks, progress, settings.
 *
 * @module
 */
export { abortable } from "./abortable.ts";
export { canonicalJson, jsonSha256 } from "./canonical_json.ts";
export type { Checkpoint, Checkpoints } from "./checkpoint.ts";
export { type Clock, sleep, type TimerClock } from "./clock.ts";
export { dateFlag } from "./date_flag.ts";
export {
  categorical,
  type CategoricalDistribution,
  type Category,
  compatibleDistributions,
  describeDistribution,
  type Distribution,
  equalDistributions,
  float,
  type FloatDistribution,
  int,
  type IntDistribution,
  type NumericDistribution,
  type SearchSpace,
  singleInternal,
  toExternal,
  toInternal,
} from "./distribution.ts";
export { editDistance } from "./edit_distance.ts";
export {
  CorruptArtifactError,
  InputError,
  oneLine,
  RefusedError,
  UnavailableError,
} from "./errors.ts";
export { jsonSchema, type JsonValue } from "./json.ts";
export { compareJson, type JsonDifference } from "./json_differences.ts";
export { objectList } from "./object_list.ts";
export { nearestName } from "./nearest_name.ts";
export { ownValue } from "./own_value.ts";
export { jsonOrUndefined, parseJson, requireShallow } from "./parse_json.ts";
export { createRandom, mixSeed, type Random } from "./random.ts";
export { sha256Hex } from "./sha256.ts";
export { shellWord } from "./shell_words.ts";
export { createStateMemory, type StateMemory, type StatePart } from "./state_memory.ts";
export type { Grid, Params, Suggester, ValueOf, ValuesOf } from "./suggester.ts";
export type { TaskControl } from "./task_control.ts";
export { scaledClock } from "./scaled_clock.ts";
export { VirtualClock } from "./virtual_clock.ts";

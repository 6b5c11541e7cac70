// Functions of four numbers at a time.

/**
 * Coefficients of the rational approximation of tanh that Eigen and ONNX Runtime use, a few units in the last place off:
 * the numerator's from x^13 down, the denominator's from x^6 down, the largest argument. They are loaded from memory
 * because the engine takes four instructions to make a constant vector, each time.
 */
const TANH_TABLE: usize = memory.data<f32>([
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
  1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03, 1.19825839466702e-06,
  1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03, 7.90531110763549805,
  -7.90531110763549805, 0.5,
]);

@inline
export function half4(): v128 {
  return v128.load32_splat(TANH_TABLE, 52);
}

/** x within the range of the approximation; NaN stays NaN. */
@inline
export function clampTanh4(x: v128): v128 {
  return f32x4.pmin(
    f32x4.pmax(x, v128.load32_splat(TANH_TABLE, 48)),
    v128.load32_splat(TANH_TABLE, 44),
  );
}

/** tanh of four numbers. */
@inline
export function tanh4(value: v128): v128 {
  const x = clampTanh4(value);
  const square = f32x4.mul(x, x);
  let p = v128.load32_splat(TANH_TABLE);
  p = f32x4.relaxed_madd(p, square, v128.load32_splat(TANH_TABLE, 4));
  p = f32x4.relaxed_madd(p, square, v128.load32_splat(TANH_TABLE, 8));
  p = f32x4.relaxed_madd(p, square, v128.load32_splat(TANH_TABLE, 12));
  p = f32x4.relaxed_madd(p, square, v128.load32_splat(TANH_TABLE, 16));
  p = f32x4.relaxed_madd(p, square, v128.load32_splat(TANH_TABLE, 20));
  p = f32x4.relaxed_madd(p, square, v128.load32_splat(TANH_TABLE, 24));
  let q = v128.load32_splat(TANH_TABLE, 28);
  q = f32x4.relaxed_madd(q, square, v128.load32_splat(TANH_TABLE, 32));
  q = f32x4.relaxed_madd(q, square, v128.load32_splat(TANH_TABLE, 36));
  q = f32x4.relaxed_madd(q, square, v128.load32_splat(TANH_TABLE, 40));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** 1 / (1 + e^-x) */
@inline
export function sigmoid4(x: v128): v128 {
  const half = half4();
  return f32x4.relaxed_madd(half, tanh4(f32x4.mul(x, half)), half);
}

/** clip(.2 x + .5, 0, 1) */
@inline
export function hardSigmoid4(x: v128): v128 {
  const line = f32x4.relaxed_madd(x, f32x4.splat(0.2), f32x4.splat(0.5));
  return f32x4.pmin(f32x4.pmax(line, f32x4.splat(0)), f32x4.splat(1));
}

/** y (1 - y): the slope of the sigmoid where it is y. */
@inline
export function sigmoidSlope4(y: v128): v128 {
  return f32x4.sub(y, f32x4.mul(y, y));
}

/** The slope of the hard sigmoid where it is y: .2 strictly between 0 and 1. */
@inline
export function hardSigmoidSlope4(y: v128): v128 {
  const inside = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(1)));
  return v128.and(inside, f32x4.splat(0.2));
}

/** 1 - y²: the slope of tanh where it is y. */
@inline
export function tanhSlope4(y: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
}

/** Codes of the activation of a dense layer. */
export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const TANH: i32 = 2;
export const SIGMOID: i32 = 3;

/** Loads `count` (1 to 4) numbers; the rest are 0. */
@inline
export function load4(address: usize, count: i32): v128 {
  return count >= 4 ? v128.load(address) : loadPart(address, count);
}

function loadPart(address: usize, count: i32): v128 {
  let value = v128.load32_zero(address);
  if (count > 1) value = v128.load32_lane(address, value, 1, 4);
  if (count > 2) value = v128.load32_lane(address, value, 2, 8);
  return value;
}

/** Stores the first `count` (1 to 4) numbers. */
@inline
export function store4(address: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(address, value);
  else storePart(address, value, count);
}

function storePart(address: usize, value: v128, count: i32): void {
  v128.store32_lane(address, value, 0);
  if (count > 1) v128.store32_lane(address, value, 1, 4);
  if (count > 2) v128.store32_lane(address, value, 2, 8);
}

@inline
function activate4(x: v128, activation: i32): v128 {
  if (activation == RELU) return f32x4.pmax(x, f32x4.splat(0));
  return activation == TANH ? tanh4(x) : sigmoid4(x);
}

@inline
function slope4(y: v128, activation: i32): v128 {
  if (activation == RELU) return v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.splat(1));
  return activation == TANH ? tanhSlope4(y) : sigmoidSlope4(y);
}

/** Replaces `length` numbers by their activation. */
export function activate(address: usize, length: i32, activation: i32): void {
  if (activation == LINEAR) return;
  const end = address + (<usize>(length & ~3) << 2);
  for (; address < end; address += 16) {
    v128.store(address, activate4(v128.load(address), activation));
  }
  const rest = length & 3;
  if (rest > 0) store4(address, activate4(load4(address, rest), activation), rest);
}

/** Multiplies gradients by the slope of the activation at its outputs `y`. */
export function multiplyBySlope(gradient: usize, y: usize, length: i32, activation: i32): void {
  if (activation == LINEAR) return;
  const end = gradient + (<usize>(length & ~3) << 2);
  for (; gradient < end; gradient += 16) {
    v128.store(
      gradient,
      f32x4.mul(v128.load(gradient), slope4(v128.load(y), activation)),
    );
    y += 16;
  }
  const rest = length & 3;
  if (rest == 0) return;
  store4(gradient, f32x4.mul(load4(gradient, rest), slope4(load4(y, rest), activation)), rest);
}

/** One thread's share of `activate`. */
export function activateShare(
  address: usize,
  length: i32,
  activation: i32,
  part: i32,
  parts: i32,
): void {
  // Whole groups of four keep every number in the same lane, whatever the number of threads.
  const groups = (length + 3) / 4;
  const first = groups * part / parts * 4, last = min(length, groups * (part + 1) / parts * 4);
  activate(address + (<usize>first << 2), last - first, activation);
}

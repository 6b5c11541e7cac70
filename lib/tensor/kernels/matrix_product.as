// c = start + a · b, in blocks of 6 × 8 sums that stay in registers.
//
// `a` is read in place, whichever of its axes is the contiguous one; `b` is copied
// ("packed") into panels of eight columns, so neither of its strides matters later. Every sum is made in the
// order of the depth by one thread, which makes the result independent of how the work is split.
import { load4, store4 } from "./activation";

/** Columns of a panel. */
const PANEL: i32 = 8;
/** Depth that is packed at a time: a panel of it is 8 KiB and stays in the first cache. */
const DEPTH_BLOCK: i32 = 256;
/** Columns that are packed at a time. */
const COLUMN_BLOCK: i32 = 512;
/** Rows of `a` that pass all panels together: they stay in the second cache. */
const ROW_BLOCK: i32 = 48;

/** Bytes of a packed matrix. */
@inline
export function packedBytes(depth: i32, columns: i32): usize {
  return <usize>((columns + PANEL - 1) / PANEL * PANEL * depth) * 4;
}

/** Copies `[depth, columns]` into panels of eight columns, the last one filled up with zeros. */
export function pack(
  b: usize,
  depthStride: usize,
  columnStride: usize,
  depth: i32,
  columns: i32,
  packed: usize,
): void {
  for (let column = 0; column < columns; column += PANEL) {
    const count = min(PANEL, columns - column);
    let from = b + <usize>column * columnStride;
    if (columnStride == 4 && count == PANEL) {
      for (let k = 0; k < depth; k++) {
        v128.store(packed, v128.load(from));
        v128.store(packed, v128.load(from, 16), 16);
        from += depthStride;
        packed += PANEL * 4;
      }
    } else {
      for (let k = 0; k < depth; k++) {
        for (let j = 0; j < PANEL; j++) {
          const value: f32 = j < count ? load<f32>(from + <usize>j * columnStride) : 0;
          store<f32>(packed + (<usize>j << 2), value);
        }
        from += depthStride;
        packed += PANEL * 4;
      }
    }
  }
}

@inline
function madd(a: v128, b: v128, sum: v128): v128 {
  return f32x4.relaxed_madd(a, b, sum);
}

@inline
function startLow(start: usize, columns: i32): v128 {
  return start == 0 ? f32x4.splat(0) : load4(start, columns);
}

@inline
function startHigh(start: usize, columns: i32): v128 {
  if (start == 0) return f32x4.splat(0);
  return columns == PANEL ? v128.load(start, 16) : startHighPart(start, columns);
}

function startHighPart(start: usize, columns: i32): v128 {
  return columns <= 4 ? f32x4.splat(0) : load4(start + 16, columns - 4);
}

@inline
function storeRow(c: usize, low: v128, high: v128, columns: i32): void {
  if (columns == PANEL) {
    v128.store(c, low);
    v128.store(c, high, 16);
  } else storeRowPart(c, low, high, columns);
}

function storeRowPart(c: usize, low: v128, high: v128, columns: i32): void {
  store4(c, low, columns);
  if (columns > 4) store4(c + 16, high, columns - 4);
}

/** Six rows of one panel; the depth of `a` is contiguous and its rows lie `stride` bytes apart. */
function sixRows(
  a: usize,
  stride: usize,
  panel: usize,
  depth: i32,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  columns: i32,
): void {
  let a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride;
  let s = start;
  let c00 = startLow(s, columns), c01 = startHigh(s, columns);
  s += startStride;
  let c10 = startLow(s, columns), c11 = startHigh(s, columns);
  s += startStride;
  let c20 = startLow(s, columns), c21 = startHigh(s, columns);
  s += startStride;
  let c30 = startLow(s, columns), c31 = startHigh(s, columns);
  s += startStride;
  let c40 = startLow(s, columns), c41 = startHigh(s, columns);
  s += startStride;
  let c50 = startLow(s, columns), c51 = startHigh(s, columns);
  let low: v128, high: v128, x: v128;
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    low = v128.load(panel);
    high = v128.load(panel, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load32_splat(a2);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load32_splat(a3);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    x = v128.load32_splat(a4);
    c40 = madd(x, low, c40);
    c41 = madd(x, high, c41);
    x = v128.load32_splat(a5);
    c50 = madd(x, low, c50);
    c51 = madd(x, high, c51);
    low = v128.load(panel, 32);
    high = v128.load(panel, 48);
    x = v128.load32_splat(a, 4);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a1, 4);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load32_splat(a2, 4);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load32_splat(a3, 4);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    x = v128.load32_splat(a4, 4);
    c40 = madd(x, low, c40);
    c41 = madd(x, high, c41);
    x = v128.load32_splat(a5, 4);
    c50 = madd(x, low, c50);
    c51 = madd(x, high, c51);
    low = v128.load(panel, 64);
    high = v128.load(panel, 80);
    x = v128.load32_splat(a, 8);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a1, 8);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load32_splat(a2, 8);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load32_splat(a3, 8);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    x = v128.load32_splat(a4, 8);
    c40 = madd(x, low, c40);
    c41 = madd(x, high, c41);
    x = v128.load32_splat(a5, 8);
    c50 = madd(x, low, c50);
    c51 = madd(x, high, c51);
    low = v128.load(panel, 96);
    high = v128.load(panel, 112);
    x = v128.load32_splat(a, 12);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a1, 12);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load32_splat(a2, 12);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load32_splat(a3, 12);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    x = v128.load32_splat(a4, 12);
    c40 = madd(x, low, c40);
    c41 = madd(x, high, c41);
    x = v128.load32_splat(a5, 12);
    c50 = madd(x, low, c50);
    c51 = madd(x, high, c51);
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    a4 += 16;
    a5 += 16;
    panel += 4 * PANEL * 4;
  }
  for (; k < depth; k++) {
    low = v128.load(panel);
    high = v128.load(panel, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load32_splat(a2);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load32_splat(a3);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    x = v128.load32_splat(a4);
    c40 = madd(x, low, c40);
    c41 = madd(x, high, c41);
    x = v128.load32_splat(a5);
    c50 = madd(x, low, c50);
    c51 = madd(x, high, c51);
    a += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    panel += PANEL * 4;
  }
  storeRow(c, c00, c01, columns);
  c += cStride;
  storeRow(c, c10, c11, columns);
  c += cStride;
  storeRow(c, c20, c21, columns);
  c += cStride;
  storeRow(c, c30, c31, columns);
  c += cStride;
  storeRow(c, c40, c41, columns);
  c += cStride;
  storeRow(c, c50, c51, columns);
}

/** Six rows of one panel; the rows of `a` are contiguous and its depth lies `stride` bytes apart. */
function sixColumns(
  a: usize,
  stride: usize,
  panel: usize,
  depth: i32,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  columns: i32,
): void {
  let s = start;
  let c00 = startLow(s, columns), c01 = startHigh(s, columns);
  s += startStride;
  let c10 = startLow(s, columns), c11 = startHigh(s, columns);
  s += startStride;
  let c20 = startLow(s, columns), c21 = startHigh(s, columns);
  s += startStride;
  let c30 = startLow(s, columns), c31 = startHigh(s, columns);
  s += startStride;
  let c40 = startLow(s, columns), c41 = startHigh(s, columns);
  s += startStride;
  let c50 = startLow(s, columns), c51 = startHigh(s, columns);
  let low: v128, high: v128, x: v128;
  for (let k = 0; k < depth; k++) {
    low = v128.load(panel);
    high = v128.load(panel, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    x = v128.load32_splat(a, 16);
    c40 = madd(x, low, c40);
    c41 = madd(x, high, c41);
    x = v128.load32_splat(a, 20);
    c50 = madd(x, low, c50);
    c51 = madd(x, high, c51);
    a += stride;
    panel += PANEL * 4;
  }
  storeRow(c, c00, c01, columns);
  c += cStride;
  storeRow(c, c10, c11, columns);
  c += cStride;
  storeRow(c, c20, c21, columns);
  c += cStride;
  storeRow(c, c30, c31, columns);
  c += cStride;
  storeRow(c, c40, c41, columns);
  c += cStride;
  storeRow(c, c50, c51, columns);
}

/** Two rows of one panel; with strides of 0 they are one row computed twice. */
function twoRows(
  a: usize,
  rowStride: usize,
  depthStride: usize,
  panel: usize,
  depth: i32,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  columns: i32,
): void {
  let a1 = a + rowStride;
  const s1 = start + startStride;
  let c00 = startLow(start, columns), c01 = startHigh(start, columns);
  let c10 = startLow(s1, columns), c11 = startHigh(s1, columns);
  for (let k = 0; k < depth; k++) {
    const low = v128.load(panel), high = v128.load(panel, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    a += depthStride;
    a1 += depthStride;
    panel += PANEL * 4;
  }
  storeRow(c, c00, c01, columns);
  storeRow(c + cStride, c10, c11, columns);
}

/**
 * c = start + a · packed for all rows and columns. `start` 0 stands for zeros; a start stride of 0
 * repeats one row, such as a bias. One of the strides of `a` is 4.
 */
export function multiplyPacked(
  a: usize,
  rowStride: usize,
  depthStride: usize,
  rows: i32,
  packed: usize,
  depth: i32,
  columns: i32,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
): void {
  const panelBytes = <usize>depth * PANEL * 4;
  // Rows of zeros have no address to step along.
  const startStep = start == 0 ? 0 : startStride;
  for (let block = 0; block < rows; block += ROW_BLOCK) {
    const end = min(rows, block + ROW_BLOCK);
    let panel = packed;
    for (let column = 0; column < columns; column += PANEL) {
      const width = min(PANEL, columns - column);
      const offset = <usize>column << 2;
      let row = block;
      while (row < end) {
        const from = a + <usize>row * rowStride;
        const begin = start == 0 ? 0 : start + <usize>row * startStep + offset;
        const to = c + <usize>row * cStride + offset;
        if (end - row >= 6) {
          if (depthStride == 4) {
            sixRows(from, rowStride, panel, depth, begin, startStep, to, cStride, width);
          } else {
            sixColumns(from, depthStride, panel, depth, begin, startStep, to, cStride, width);
          }
          row += 6;
        } else if (end - row >= 2) {
          twoRows(from, rowStride, depthStride, panel, depth, begin, startStep, to, cStride, width);
          row += 2;
        } else {
          twoRows(from, 0, depthStride, panel, depth, begin, 0, to, 0, width);
          row += 1;
        }
      }
      panel += panelBytes;
    }
  }
}

/** Bytes of scratch that one thread of `matrixProduct` needs. */
@inline
export function productScratchBytes(): usize {
  return DEPTH_BLOCK * COLUMN_BLOCK * 4;
}

/** First of the items that a thread takes, in whole groups. */
@inline
export function firstItem(items: i32, group: i32, part: i32, parts: i32): i32 {
  const groups = (items + group - 1) / group;
  return min(items, groups * part / parts * group);
}

/**
 * c = start + a · b, the share of one thread: whole panels of columns when there are many columns,
 * else rows.
 */
export function matrixProduct(
  a: usize,
  rowStride: usize,
  depthStride: usize,
  b: usize,
  bDepthStride: usize,
  bColumnStride: usize,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  scratch: usize,
  part: i32,
  parts: i32,
): void {
  const byColumns = columns >= rows;
  const firstRow = byColumns ? 0 : firstItem(rows, 6, part, parts);
  const lastRow = byColumns ? rows : firstItem(rows, 6, part + 1, parts);
  const firstColumn = byColumns ? firstItem(columns, PANEL, part, parts) : 0;
  const lastColumn = byColumns ? firstItem(columns, PANEL, part + 1, parts) : columns;
  const own = scratch + <usize>part * productScratchBytes();
  for (let column = firstColumn; column < lastColumn; column += COLUMN_BLOCK) {
    const width = min(COLUMN_BLOCK, lastColumn - column);
    const target = c + <usize>firstRow * cStride + (<usize>column << 2);
    let begin = start == 0 ? 0 : start + <usize>firstRow * startStride + (<usize>column << 2);
    let beginStride = startStride;
    let k = 0;
    do {
      const count = min(DEPTH_BLOCK, depth - k);
      pack(
        b + <usize>k * bDepthStride + <usize>column * bColumnStride,
        bDepthStride,
        bColumnStride,
        count,
        width,
        own,
      );
      multiplyPacked(
        a + <usize>firstRow * rowStride + <usize>k * depthStride,
        rowStride,
        depthStride,
        lastRow - firstRow,
        own,
        count,
        width,
        begin,
        beginStride,
        target,
        cStride,
      );
      begin = target;
      beginStride = cStride;
      k += DEPTH_BLOCK;
    } while (k < depth);
  }
}

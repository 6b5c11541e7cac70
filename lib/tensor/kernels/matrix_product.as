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

function loadLow(start: usize, columns: i32): v128 {
  return load4(start, columns);
}

function loadHigh(start: usize, columns: i32): v128 {
  return columns <= 4 ? f32x4.splat(0) : load4(start + 16, columns - 4);
}

function storePart(c: usize, low: v128, high: v128, columns: i32): void {
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
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  if (start != 0) {
    if (columns == PANEL) {
      c00 = v128.load(start);
      c01 = v128.load(start, 16);
      c10 = v128.load(start + startStride);
      c11 = v128.load(start + startStride, 16);
      c20 = v128.load(start + 2 * startStride);
      c21 = v128.load(start + 2 * startStride, 16);
      c30 = v128.load(start + 3 * startStride);
      c31 = v128.load(start + 3 * startStride, 16);
      c40 = v128.load(start + 4 * startStride);
      c41 = v128.load(start + 4 * startStride, 16);
      c50 = v128.load(start + 5 * startStride);
      c51 = v128.load(start + 5 * startStride, 16);
    } else {
      c00 = loadLow(start, columns);
      c01 = loadHigh(start, columns);
      c10 = loadLow(start + startStride, columns);
      c11 = loadHigh(start + startStride, columns);
      c20 = loadLow(start + 2 * startStride, columns);
      c21 = loadHigh(start + 2 * startStride, columns);
      c30 = loadLow(start + 3 * startStride, columns);
      c31 = loadHigh(start + 3 * startStride, columns);
      c40 = loadLow(start + 4 * startStride, columns);
      c41 = loadHigh(start + 4 * startStride, columns);
      c50 = loadLow(start + 5 * startStride, columns);
      c51 = loadHigh(start + 5 * startStride, columns);
    }
  }
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
  if (columns == PANEL) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c + cStride, c10);
    v128.store(c + cStride, c11, 16);
    v128.store(c + 2 * cStride, c20);
    v128.store(c + 2 * cStride, c21, 16);
    v128.store(c + 3 * cStride, c30);
    v128.store(c + 3 * cStride, c31, 16);
    v128.store(c + 4 * cStride, c40);
    v128.store(c + 4 * cStride, c41, 16);
    v128.store(c + 5 * cStride, c50);
    v128.store(c + 5 * cStride, c51, 16);
  } else {
    storePart(c, c00, c01, columns);
    storePart(c + cStride, c10, c11, columns);
    storePart(c + 2 * cStride, c20, c21, columns);
    storePart(c + 3 * cStride, c30, c31, columns);
    storePart(c + 4 * cStride, c40, c41, columns);
    storePart(c + 5 * cStride, c50, c51, columns);
  }
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
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  if (start != 0) {
    if (columns == PANEL) {
      c00 = v128.load(start);
      c01 = v128.load(start, 16);
      c10 = v128.load(start + startStride);
      c11 = v128.load(start + startStride, 16);
      c20 = v128.load(start + 2 * startStride);
      c21 = v128.load(start + 2 * startStride, 16);
      c30 = v128.load(start + 3 * startStride);
      c31 = v128.load(start + 3 * startStride, 16);
      c40 = v128.load(start + 4 * startStride);
      c41 = v128.load(start + 4 * startStride, 16);
      c50 = v128.load(start + 5 * startStride);
      c51 = v128.load(start + 5 * startStride, 16);
    } else {
      c00 = loadLow(start, columns);
      c01 = loadHigh(start, columns);
      c10 = loadLow(start + startStride, columns);
      c11 = loadHigh(start + startStride, columns);
      c20 = loadLow(start + 2 * startStride, columns);
      c21 = loadHigh(start + 2 * startStride, columns);
      c30 = loadLow(start + 3 * startStride, columns);
      c31 = loadHigh(start + 3 * startStride, columns);
      c40 = loadLow(start + 4 * startStride, columns);
      c41 = loadHigh(start + 4 * startStride, columns);
      c50 = loadLow(start + 5 * startStride, columns);
      c51 = loadHigh(start + 5 * startStride, columns);
    }
  }
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
  if (columns == PANEL) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c + cStride, c10);
    v128.store(c + cStride, c11, 16);
    v128.store(c + 2 * cStride, c20);
    v128.store(c + 2 * cStride, c21, 16);
    v128.store(c + 3 * cStride, c30);
    v128.store(c + 3 * cStride, c31, 16);
    v128.store(c + 4 * cStride, c40);
    v128.store(c + 4 * cStride, c41, 16);
    v128.store(c + 5 * cStride, c50);
    v128.store(c + 5 * cStride, c51, 16);
  } else {
    storePart(c, c00, c01, columns);
    storePart(c + cStride, c10, c11, columns);
    storePart(c + 2 * cStride, c20, c21, columns);
    storePart(c + 3 * cStride, c30, c31, columns);
    storePart(c + 4 * cStride, c40, c41, columns);
    storePart(c + 5 * cStride, c50, c51, columns);
  }
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
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero;
  if (start != 0) {
    if (columns == PANEL) {
      c00 = v128.load(start);
      c01 = v128.load(start, 16);
      c10 = v128.load(start + startStride);
      c11 = v128.load(start + startStride, 16);
    } else {
      c00 = loadLow(start, columns);
      c01 = loadHigh(start, columns);
      c10 = loadLow(start + startStride, columns);
      c11 = loadHigh(start + startStride, columns);
    }
  }
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
  if (columns == PANEL) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c + cStride, c10);
    v128.store(c + cStride, c11, 16);
  } else {
    storePart(c, c00, c01, columns);
    storePart(c + cStride, c10, c11, columns);
  }
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

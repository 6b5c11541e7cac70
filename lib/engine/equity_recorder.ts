/** Columns of a run that grow by one element a bar; no object is made per bar. */
export class EquityRecorder {
  #equityMicros: Float64Array;
  #positionLots: Int32Array;
  /** Bars recorded. */
  length = 0;

  /**
   * Makes empty columns.
   *
   * @param capacity bars expected, at least 1; the columns double when there are more
   */
  constructor(capacity = 1_024) {
    this.#equityMicros = new Float64Array(capacity);
    this.#positionLots = new Int32Array(capacity);
  }

  /** Appends one bar. */
  push(equityMicros: number, positionLots: number): void {
    if (this.length === this.#equityMicros.length) this.#grow();
    this.#equityMicros[this.length] = equityMicros;
    this.#positionLots[this.length] = positionLots;
    this.length++;
  }

  /** Overwrites the equity of the newest bar. */
  replaceLastEquity(equityMicros: number): void {
    this.#equityMicros[this.length - 1] = equityMicros;
  }

  /** Equity at each close, micro-dollars, `length` elements. */
  equityMicros(): Float64Array {
    return this.#equityMicros.subarray(0, this.length);
  }

  /** Signed lots held through each bar, `length` elements. */
  positionLots(): Int32Array {
    return this.#positionLots.subarray(0, this.length);
  }

  #grow(): void {
    const equityMicros = new Float64Array(this.length * 2);
    const positionLots = new Int32Array(this.length * 2);
    equityMicros.set(this.#equityMicros);
    positionLots.set(this.#positionLots);
    this.#equityMicros = equityMicros;
    this.#positionLots = positionLots;
  }
}

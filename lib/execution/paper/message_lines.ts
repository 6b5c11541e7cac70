/** Cuts bytes into lines of text; each byte is looked at once, however long a line is. */
export class MessageLines {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #most: number;
  #parts: string[] = [];
  #length = 0;

  /** @param most characters of a line */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /**
   * Takes bytes in; the lines that they complete.
   *
   * @throws RangeError when a line is longer than it may be
   */
  push(bytes: Uint8Array): string[] {
    const pieces = this.#decoder.decode(bytes, { stream: true }).split("\n");
    const lines: string[] = [];
    for (const [index, piece] of pieces.entries()) {
      this.#length += piece.length;
      if (this.#length > this.#most) {
        throw new RangeError(`Cannot read a line as it is longer than ${this.#most} characters`);
      }
      this.#parts.push(piece);
      if (index === pieces.length - 1) break;
      lines.push(this.#parts.join(""));
      this.#parts = [];
      this.#length = 0;
    }
    return lines;
  }
}

/** Writes all of a text to a connection. */
export async function writeLine(connection: Deno.TcpConn, message: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

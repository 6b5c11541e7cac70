import type { Instrument, InstrumentKind } from "../domain/instrument.ts";

/** An instrument for tests, a one-cent stock unless said otherwise. */
export function createTestInstrument(
  symbol = "TEST",
  tickSize = 0.01,
  kind: InstrumentKind = "stock",
): Instrument {
  return {
    symbol,
    name: symbol,
    kind,
    exchange: "TEST",
    currency: "USD",
    tickSize,
    pointValue: 1,
    session: "always",
    timeZone: "UTC",
    feePerSideUsd: [],
    margin: [],
    rollMonths: "",
  };
}

/** Runs a test on a file with this content, in a folder of its own that is removed afterwards. */
export async function withFile<T>(
  name: string,
  content: string | Uint8Array,
  test: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/${name}`;
    await Deno.writeFile(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    return await test(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Market data beside the project, where there is any. */
export const MARKET_DATA = new URL("../../../shared/data/", import.meta.url);

/** Whether the market data is there; tests that need it are skipped otherwise. */
export function hasMarketData(): boolean {
  try {
    Deno.statSync(MARKET_DATA);
    return true;
  } catch {
    console.log("The market data folder is absent: tests that need it are skipped.");
    return false;
  }
}

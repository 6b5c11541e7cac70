/**
 * The bytes of Plotly's finance bundle out of the pinned npm package. It is imported as a text
 * module, so no read permission is needed and a compiled binary carries it.
 */
export async function loadPlotly(): Promise<Uint8Array> {
  const { default: text } = await import("plotly.js-finance-dist-min/plotly-finance.min.js", {
    with: { type: "text" },
  });
  return new TextEncoder().encode(text);
}

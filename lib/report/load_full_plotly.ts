/**
 * The bytes of Plotly's full bundle out of the pinned npm package: it draws contours and parallel
 * coordinates, which the finance bundle of `loadPlotly` does not, and is three times as large.
 */
export async function loadFullPlotly(): Promise<Uint8Array> {
  const { default: text } = await import("plotly.js-dist-min/plotly.min.js", {
    with: { type: "text" },
  });
  return new TextEncoder().encode(text);
}

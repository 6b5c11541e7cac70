/**
 * The bytes of Plotly's cartesian bundle out of the pinned npm package: it draws contours, which the
 * finance bundle of `loadPlotly` does not, and is a third of the full one.
 */
export async function loadCartesianPlotly(): Promise<Uint8Array> {
  const { default: text } = await import("plotly.js-cartesian-dist-min/plotly-cartesian.min.js", {
    with: { type: "text" },
  });
  return new TextEncoder().encode(text);
}

export { loadCartesianPlotly as loadFullPlotly } from "./load_cartesian_plotly.ts";

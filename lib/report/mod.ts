/**
 * Pages from records.
 *
 * @module
 */
export { renderAudit, writeAudit } from "./audit_report.ts";
export { loadCartesianPlotly } from "./load_cartesian_plotly.ts";
export { loadPlotly } from "./load_plotly.ts";
export { renderNightReport, writeNightReport } from "./night_report.ts";
export { renderNightsReport, writeNightsReport } from "./nights_report.ts";
export { formatMetric } from "./number_format.ts";
export { renderReport } from "./render_report.ts";
export { renderStudyReport } from "./study_report.ts";
export type { StudySummary, StudyTrial } from "./study_summary.ts";
export type { ReportPaths } from "./write_pair.ts";
export { writeReport } from "./write_report.ts";

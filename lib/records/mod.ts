/**
 * Schemas of stored documents.
 *
 * @module
 */
export type { BlendPartRow, BlendSummary } from "./blend_summary.ts";
export {
  checkModelManifest,
  type ClassifierManifest,
  type Comparison,
  type EdgeSummary,
  type FoldSummary,
  isPolicy,
  type LearningCurve,
  type ManifestCheck,
  type ManifestCore,
  MODEL_NAME,
  type ModelManifest,
  type PolicyLook,
  type PolicyManifest,
  type Scores,
  type Stance,
  STANCES,
} from "./model_manifest.ts";
export {
  type DailyPairs,
  DRIFT_DETECTORS,
  type DriftFinding,
  NIGHT_FORMAT,
  type NightCandidate,
  type NightMove,
  type NightRecord,
  type NightSearch,
  type NightSession,
  nightText,
  parseNight,
  type ServingState,
  type ShadowState,
} from "./night.ts";
export { parseTearSheet } from "./parse_tear_sheet.ts";
export type { ActionMap, PanelLook, PolicySummary } from "./policy_summary.ts";
export {
  PROMOTION_OUTCOMES,
  PROMOTION_QUESTIONS,
  type PromotionCondition,
  type PromotionDecision,
  promotionDecisionSchema,
  type PromotionOutcome,
  type PromotionQuestion,
} from "./promotion_decision.ts";
export type { RecordedModel, RecordedRoll, RunRecord } from "./run_record.ts";
export {
  AUDIT_CAUSES,
  type AuditCause,
  type AuditCauseName,
  type AuditDifference,
  AUDITED_KINDS,
  type AuditEvidence,
  type SessionAudit,
} from "./session_audit.ts";
export {
  parseSystem,
  SYSTEM_FORMAT,
  systemBytes,
  type SystemNoveltyFilter,
  type SystemPart,
  type TradingSystem,
} from "./system.ts";
export {
  type CostCase,
  type Finding,
  FINDING_SEVERITIES,
  type FindingSeverity,
  HEADLINE_METRICS,
  type Importance,
  type LossCurve,
  type MetricDefinition,
  type MetricUnit,
  type MetricValue,
  type MetricValues,
  type ModelRow,
  type ModelScores,
  type ReliabilityBin,
  type ReliabilityCurve,
  STRATEGY_ROLES,
  type StrategyResult,
  type StrategyRole,
  type TearSheet,
  tearSheetToJson,
  type TextSection,
  type TradeRow,
} from "./tear_sheet.ts";

/**
 * Changes of code and settings that can be undone, and scaffolds.
 *
 * @module
 */
export {
  type ChangeLog,
  type ChangeRecord,
  changesOf,
  logFault,
  type LogLine,
  type LogRecord,
  type PruneRecord,
  readChangeLog,
  undoneBy,
} from "./change_log.ts";
export {
  type Change,
  type ChangeSet,
  parseChangeSet,
  type Setting,
  type SettingValue,
} from "./change_set.ts";
export type { FileStep, FileVersion, Rename } from "./file_step.ts";
export { createFileSystem, type FileSystem, type PathInfo } from "./file_system.ts";
export {
  type AppliedChange,
  applyChanges,
  type ApplyOptions,
  openTree,
  planChanges,
  type TreeOptions,
} from "./generate_code_changes.ts";
export { PATCH_NAME } from "./journal.ts";
export type { Consent } from "./make_change.ts";
export type { Merge } from "./merge_three_way.ts";
export type { PermissionChange } from "./permission_changes.ts";
export type { FileSummary, Plan } from "./plan.ts";
export { pruneBackups, type PruneOptions } from "./prune_backups.ts";
export { type Risk, RISK_KINDS, type RiskKind } from "./risks.ts";
export { rollbackChange, type RollbackOptions, type RollbackOutcome } from "./rollback_change.ts";
export type { RollbackConflict } from "./rollback_plan.ts";
export { SCAFFOLD_KINDS, type ScaffoldKind } from "./scaffolds/scaffold_kind.ts";
export { type ChangeDetails, showChange } from "./show_change.ts";
export type { Tree } from "./tree.ts";
export { STATE_FOLDER } from "./tree_path.ts";
export { type ChangeCheck, verifyChanges } from "./verify_changes.ts";

/**
 * Models and trading systems by name and version, aliases and deployments, the trial ledger.
 *
 * @module
 */
export { aliasStack, SHADOW_ALIAS } from "./aliases.ts";
export { requireCheckOfThisCode } from "./check_of_this_code.ts";
export { manifestSha256 } from "./model_versions.ts";
export {
  type AliasChange,
  type ArtifactCheck,
  type CurrentDeployment,
  type Deployment,
  type GarbageOptions,
  type GarbageReport,
  type LeakVerdict,
  type ModelVersion,
  type NewModel,
  openRegistry,
  type PromoteOptions,
  type RegisteredKind,
  type Registry,
  type RegistryOptions,
  type StoredModel,
  type StoredSystem,
  type SystemVersion,
  type UnreadableVersion,
} from "./registry.ts";
export {
  type LedgerEntry,
  openTrialLedger,
  type StoredEntry,
  type TrialLedger,
} from "./trial_ledger.ts";
export { requireRegistry, requireWritable } from "./writable_folder.ts";

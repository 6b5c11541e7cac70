/**
 * The program itself: its folders, its version, what its code says by hash, and the machine. Apart from
 * `mod.ts`, so that a worker that needs only that reads no file of the project.
 *
 * @module
 */
export { codeHash, codeSha256, describeCodeChange } from "./code_hash.ts";
export type { CodeHash } from "./deciding_files.ts";
export { hardware } from "./hardware.ts";
export { grantedPlaces } from "./permission_sets.ts";
export {
  DATA_FOLDER,
  MODELS_FOLDER,
  OUTBOX_FOLDER,
  OWN_INSTRUMENTS,
  PROJECT_FOLDER,
  RECORDINGS_FOLDER,
  REPORTS_FOLDER,
  SESSIONS_FOLDER,
  TUNING_STORAGE,
} from "./project_folders.ts";
export { VERSION, versions } from "./versions.ts";

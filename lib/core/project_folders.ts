import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder that holds `deno.json`; permissions and default outputs are relative to it. */
export const PROJECT_FOLDER: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the registry and its artifacts live. */
export const MODELS_FOLDER: string = join(PROJECT_FOLDER, "models");

/** Where reports are written. */
export const REPORTS_FOLDER: string = join(PROJECT_FOLDER, "reports");

/** Where accounts keep what they did, one folder each. */
export const SESSIONS_FOLDER: string = join(PROJECT_FOLDER, "sessions");

/** Where what passed between this machine and a venue is kept, one folder for each name. */
export const RECORDINGS_FOLDER: string = join(PROJECT_FOLDER, "recordings");

/** Where alerts wait to be sent. */
export const OUTBOX_FOLDER: string = join(PROJECT_FOLDER, "outbox");

/** Where studies and the trial ledger live unless a URL says otherwise. */
export const TUNING_STORAGE: string = join(MODELS_FOLDER, "tuning.db");

/** The user's own instruments, unless a flag names another file. */
export const OWN_INSTRUMENTS: string = join(PROJECT_FOLDER, "instruments.json");

/** Where converted and simulated bars are written unless a path says otherwise. */
export const DATA_FOLDER: string = join(PROJECT_FOLDER, "data");

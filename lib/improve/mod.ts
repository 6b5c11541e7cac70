/**
 * How a trading system keeps improving itself: what is promoted, shadowed, refused and rolled back.
 *
 * @module
 */
export { detectDrift, type FoundDrift } from "./drift.ts";
export type { Judged } from "./conditions.ts";
export {
  type SessionExperience,
  sessionExperience,
  type SessionExperienceRequest,
} from "./experience/session_experience.ts";
export { stretchesOf } from "./experience/session_run.ts";
export { type HarmFound, type Watched, watchHarm } from "./harm_watch.ts";
export { type ChampionCase, judgeChampion } from "./judge_champion.ts";
export { judgeRecipe, type RecipeCase } from "./judge_recipe.ts";
export { judgeRefresh, type RefreshCase } from "./judge_refresh.ts";
export { judgeShadow, type ShadowCase } from "./judge_shadow.ts";
export { nightHeadline } from "./night/headline.ts";
export { type NightSchedule, nightSchedule } from "./night/night_schedule.ts";
export type { NightPlaces, NightSettings } from "./night/night_settings.ts";
export { type FinishedNight, runNight } from "./night/run_night.ts";
export {
  type EvidenceDay,
  readSessionEvidence,
  type SaidAtClose,
  type SessionEvidence,
  type SessionPlace,
} from "./session/session_evidence.ts";
export { type JournaledSettings, journaledSettings } from "./session/journaled_settings.ts";
export { type JournaledSystems, journaledSystems } from "./session/journaled_systems.ts";
export { readWholeSession } from "./session/read_whole_session.ts";
export { PROMOTION_RULE } from "./promotion_rule.ts";
export {
  compareRisk,
  compareRiskOfFewDays,
  deepestDrawdown,
  expectedShortfall,
  type PairedReturns,
  type TradedAmount,
} from "./risk_comparison.ts";

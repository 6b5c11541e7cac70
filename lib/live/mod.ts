/**
 * Sessions: systems that trade in time, with a journal, a broker and people who may stop them.
 *
 * @module
 */
export {
  type Control,
  CONTROL_KINDS,
  type Controls,
  ManualControls,
  mergeControls,
} from "./controls.ts";
export {
  requireAutomationAllowed,
  requireRulesConfirmed,
  type RulesConfirmed,
} from "./confirm_rules.ts";
export type { Restraint } from "./session_rules.ts";
export type { Decider, Decision, Held } from "./decider.ts";
export { type LeavingTime, leavingTime } from "./leaving_time.ts";
export { requireGreen } from "./checklist/checklist_line.ts";
export { awaitFeed, type CheckedFeed } from "./checklist/feed_lines.ts";
export { type CheckedStart, startupChecklist } from "./checklist/startup_checklist.ts";
export type { CheckedSystem } from "./checklist/system_lines.ts";
export { SignalControls } from "./signal_controls.ts";
export { FileControls, writeControl } from "./file_controls.ts";
export { observeJournal } from "./observe_journal.ts";
export { runSession } from "./run_session.ts";
export { type FeedPart, joinLiveFeeds, joinStoredFeeds, mergeFeeds } from "./joined_feeds.ts";
export { type SessionBar, type SessionFeed, shareFeed } from "./session_feed.ts";
export type {
  DeploymentSource,
  SessionJournal,
  SessionOptions,
  SessionOutcome,
  SessionSlot,
  SessionView,
} from "./session_options.ts";
export { readStanding, type SessionStanding } from "./session_standing.ts";
export { bookOf, withOwnBooks } from "./slot_books.ts";
export { type DeployedSystem, systemSlot, type SystemSlotStart } from "./system_slot.ts";
export { type ExploredPositions, exploredPositions, positionOf } from "./explored_positions.ts";
export type { DecidingExploration } from "./explore_decision.ts";
export { createSystemDecider, type DecidingSystem, type SavedDecider } from "./system_decider.ts";
export { startWorkerDecider } from "./worker_decider.ts";

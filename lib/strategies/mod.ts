/**
 * Follow a model or a policy; rules to compare with.
 *
 * @module
 */
export { buyAndHold, enterSide, fixedSides, flat, timeSeriesMomentum } from "./baselines.ts";
export { decideActions, type DecisionRules, likeliestAction } from "./decide.ts";
export { drawAction, type DrawnAction } from "./draw_action.ts";
export { followModel, type FollowModelOptions } from "./follow_model.ts";
export { followPolicy, type FollowPolicyOptions, nearestAction } from "./follow_policy.ts";

/**
 * Environment, rewards, learners, policies, own experience. This face loads TensorFlow.js.
 *
 * @module
 */
export { learnFromExperience } from "./experience/learn_from_experience.ts";
export { trainPolicy } from "./learners/train_policy.ts";
export { policyProbabilities } from "./policy/policy.ts";
export { requirePolicyParity } from "./policy/require_policy_parity.ts";
export { trainPolicyModel } from "./train_policy_model.ts";

/**
 * Doubles of venues that misbehave as the real ones may: to rehearse with, and to test clients.
 *
 * @module
 */
export { type ControlledSandbox, controlServer } from "./control_server.ts";
export { type FaultPlan, FaultScript, parseFault, type StruckFault } from "./fault_script.ts";
export type { GuessAlternatives } from "./switch_guesses.ts";
export { type SandboxPorts, serveSandbox } from "./serve_sandbox.ts";
export {
  TRADOVATE_FAULT_NAMES,
  TRADOVATE_FAULTS,
  type TradovateFault,
} from "./tradovate/fault_catalogue.ts";
export {
  switchTradovateGuesses,
  TRADOVATE_ALTERNATIVES,
  TRADOVATE_GUESSES,
  type TradovateGuesses,
} from "./tradovate/guesses.ts";
export {
  SANDBOX_DELAYS,
  SANDBOX_USER,
  type SandboxAccountOptions,
  type SandboxDelays,
  type SandboxHosts,
  type SandboxUserOptions,
  TRADOVATE_HOST_NAMES,
  type TradovateSandboxOptions,
} from "./tradovate/sandbox_options.ts";
export { createTradovateSandbox, type TradovateSandbox } from "./tradovate/tradovate_sandbox.ts";
export type { SandboxTruth, TrueAccount, TrueFill, TrueOrder, TruePosition } from "./truth.ts";
export {
  PROJECTX_FAULT_NAMES,
  PROJECTX_FAULTS,
  type ProjectxFault,
} from "./projectx/gateway_faults.ts";
export {
  PROJECTX_ALTERNATIVES,
  PROJECTX_GUESSES,
  type ProjectxGuesses,
  switchProjectxGuesses,
} from "./projectx/gateway_guesses.ts";
export {
  GATEWAY_ACCOUNTS,
  GATEWAY_KEY,
  type GatewayAccountOptions,
  type GatewayHosts,
  PROJECTX_HOST_NAMES,
  type ProjectxSandboxOptions,
} from "./projectx/gateway_options.ts";
export { createProjectxSandbox, type ProjectxSandbox } from "./projectx/projectx_sandbox.ts";

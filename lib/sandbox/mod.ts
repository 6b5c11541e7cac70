/**
 * Doubles of venues that misbehave as the real ones may: to rehearse with, and to test clients.
 *
 * @module
 */
export { type ControlledSandbox, controlServer } from "./control_server.ts";
export { type FaultPlan, FaultScript, parseFault, type StruckFault } from "./fault_script.ts";
export { scaledClock } from "./scaled_clock.ts";
export { type SandboxPorts, serveSandbox } from "./serve_sandbox.ts";
export {
  TRADOVATE_FAULT_NAMES,
  TRADOVATE_FAULTS,
  type TradovateFault,
} from "./tradovate/fault_catalogue.ts";
export { switchGuesses, TRADOVATE_GUESSES, type TradovateGuesses } from "./tradovate/guesses.ts";
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
export type {
  SandboxTruth,
  TrueAccount,
  TrueFill,
  TrueOrder,
  TruePosition,
} from "./tradovate/truth.ts";

import { testBrokerContract } from "./fixtures/contract/contract_suite.ts";
import { SIMULATED_BROKER } from "./fixtures/contract/simulated_under_test.ts";

testBrokerContract(SIMULATED_BROKER);

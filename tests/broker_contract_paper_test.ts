import { testBrokerContract } from "./fixtures/contract/contract_suite.ts";
import { PAPER_BROKER } from "./fixtures/contract/paper_under_test.ts";

testBrokerContract(PAPER_BROKER);

import { testBrokerContract } from "./fixtures/contract/contract_suite.ts";
import { PROJECTX_BROKER, TRADOVATE_BROKER } from "./fixtures/contract/venues_under_test.ts";

testBrokerContract(TRADOVATE_BROKER);
testBrokerContract(PROJECTX_BROKER);
